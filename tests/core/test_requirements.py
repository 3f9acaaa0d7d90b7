"""The rule of the list before publishing."""

from cms.core.problems import Problem
from cms.core.requirements import Checked, Requirement, check

CONSENT = Requirement(("consent",), "The source agreed")
LINKS = Requirement(("broken", "unpublished"), "Links lead somewhere")


def test_what_is_met_is_told_too():
    broken, consent = Problem("broken", "Broken."), Problem("consent", "None.")
    assert check([CONSENT, LINKS], [], other="Else") == [
        Checked("The source agreed"),
        Checked("Links lead somewhere"),
    ]
    found = check([CONSENT, LINKS], [broken, consent, Problem("unpublished", "Not yet.")], other="Else")
    assert [(each.done, len(each.problems)) for each in found] == [(False, 1), (False, 2)]


def test_a_problem_that_no_requirement_tells_of_is_told_all_the_same():
    strange = Problem("strange", "Strange.")
    assert check([CONSENT], [strange], other="Else") == [
        Checked("The source agreed"),
        Checked("Else", (strange,)),
    ]
