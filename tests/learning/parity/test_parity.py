"""Everything that a learner can do on the pages can be done through the API, and comes to the same: a story walked both ways.

`routes.SAME` says which route does what which page does. A route that is in none of its tables, or that the story doesn't
come to, fails here until somebody says why there is no other side to it.
"""

import re

import pytest
from django.core import mail

from learning.flows import deciding
from learning.joining import invitations, keys
from learning.models import Certificate, Course, Enrolment
from learning.progress.projection import rebuild
from tests.learning.factories import all_right, right, stable, wrong
from tests.learning.flows.test_editions import add_lesson, release
from tests.learning.parity import routes, state
from tests.learning.parity.twins import LISTS, Each


def test_every_route_has_its_counterpart_or_a_reason():
    same_in_api = {f"{each}" for found in routes.SAME.values() for each in found}
    same_on_pages = {each for each in routes.SAME if each != "GET page"}
    for found, told in (
        (routes.page_routes(), (same_on_pages, routes.ONLY_PAGES.keys(), routes.RUNNING_PAGES)),
        (routes.api_routes(), (same_in_api, routes.ONLY_API.keys(), routes.RUNNING_API)),
    ):
        assert found == set().union(*told), (
            "say in routes.py what does the same on the other side, or why nothing"
        )
        assert len(found) == sum(map(len, told)), "a route is in two tables"


def test_every_model_is_a_learners_or_a_courses():
    assert state.all_models() == state.OWNED.keys() | state.OF_COURSES
    assert not state.OWNED.keys() & state.OF_COURSES


# The story --------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_same_story_both_ways(twins, worlds, trainer, committed):
    for about in LISTS:
        twins.told(about)
    assert (len(twins.told("catalogue", False)), twins.told("catalogue", True)) == (9, [])
    by_request(twins, worlds.request, trainer)
    by_key(twins, worlds.key)
    by_invitation(twins, worlds.invitation)
    announced(twins, worlds.announced)
    in_order(twins, worlds.ordered)
    in_days(twins, worlds.timed)
    twins.refused(
        "enrol", worlds.after, code="prerequisites_missing", says="Other courses come before this one"
    )
    twins.do("enrol", worlds.main)
    lessons(twins, worlds.main)
    for_oneself(twins, worlds.main)
    quiz(twins, worlds.main)
    to_the_end(twins, worlds.main)
    certificate(twins)
    twins.told("course", worlds.after)
    twins.do("enrol", worlds.after)
    new_edition(twins, worlds.changing, committed)
    in_french(twins, worlds.after)
    renewal(twins, worlds.main)
    assert len(twins.told("catalogue", True)) == 8
    assert not [each for each in Enrolment.objects.all() if rebuild(each)]
    assert routes.SAME.keys() - twins.pages.seen == set(), "the story doesn't come to a page"
    api = {
        f"{each.partition(' ')[0]} learning-api:{each.partition(' ')[2]}"
        for found in routes.SAME.values()
        for each in found
    }
    assert api - twins.app.seen == set(), "the story doesn't come to a route"


def by_request(twins, world, trainer):
    def decide(decision):
        twins.clock.move(minutes=1)
        for each in Enrolment.objects.filter(course=world.key, state="requested").order_by("pk"):
            deciding.decide(by=trainer, enrolment_id=each.uuid, decision=decision, now=twins.clock())
        twins.agree(decision)
        for about in ("courses", "held"):
            twins.told(about)
        twins.told("course", world)

    twins.told("course", world)
    twins.do("enrol", world)
    assert twins.told("course", world)["offers"] == {"leave"}
    twins.refused("open", world, "one", code="not_enrolled", says="Enrol in the course to read this")
    decide("refuse")
    twins.do("enrol", world)
    twins.do("withdraw", world)
    twins.told("course", world)
    twins.do("enrol", world)
    decide("approve")
    twins.do("open", world, "one")
    twins.do("withdraw", world)
    assert twins.told("course", world)["offers"] == {"enrol"}
    # Whoever was let in comes back without asking.
    twins.do("enrol", world)
    assert twins.told("courses")["By request"] == ("active", [0, 1])


def by_key(twins, world):
    course = Course.objects.get(key=world.key)
    _row, secret = keys.create(
        course=course, by=None, label="Spring", last_day=None, max_uses=None, now=twins.clock()
    )
    assert twins.told("course", world)["offers"] == {"enrol with a key"}
    twins.refused("enrol", world, "0000-0000-0000", code="key_not_valid", says="This key doesn’t let you in")
    twins.refused("enrol", world, "", code="key_needed", says="This course is entered with a key")
    twins.do("enrol", world, secret.lower())
    twins.told("course", world)
    twins.do("withdraw", world)
    assert twins.told("course", world)["offers"] == {"enrol"}
    twins.do("enrol", world)


def by_invitation(twins, world):
    def token(address):
        (row,) = invitations.invite(
            course=Course.objects.get(key=world.key), by=None, text=address, language="en", now=twins.clock()
        )
        invitations.send.call(row.pk)
        return re.search(r"/invitations/([^/\s]+)/", mail.outbox[-1].body).group(1)

    own = Each(token("one@example.org"), token("two@example.org"))
    assert twins.told("course", world)["offers"] == set()
    twins.refused("enrol", world, code="invitation_needed", says="This course is by invitation")
    twins.do("accept", world, own)
    twins.told("course", world)
    # One's own once more leads to the course, on the pages; another's is used up for both.
    others = Each(own.app, own.pages)
    twins.refused("accept", world, others, code="invitation_not_valid", says="It was used")


def announced(twins, world):
    assert twins.told("course", world)["offers"] == {"follow"}
    twins.do("follow_course", world, True)
    assert twins.told("course", world)["offers"] == {"unfollow"}
    twins.do("follow_course", world, False)
    twins.refused("enrol", world, code="course_not_open", says="This course takes nobody at the moment")
    twins.do("follow_course", world, True)


def in_order(twins, world):
    twins.do("enrol", world)
    assert twins.told("course", world)["units"] == {"One": "not begun", "Two": "locked", "End": "locked"}
    twins.refused("open", world, "two", code="unit_locked", says="Finish what comes before it first")
    twins.refused("start", world, "end", code="unit_locked", says="Finish what comes before it first")
    twins.refused("bookmark", world, "two", code="unit_locked", says="Finish what comes before it first")
    twins.do("open", world, "one")
    twins.do("done", world, "one")
    assert twins.told("course", world)["units"] == {"One": "done", "Two": "not begun", "End": "locked"}
    twins.do("open", world, "two")
    twins.told("lesson", world, "two")


def in_days(twins, world):
    twins.do("enrol", world)
    twins.do("open", world, "one")
    twins.told("course", world)
    twins.clock.move(days=7)
    twins.refused("open", world, "one", code="time_over", says="Your time for this course is over")
    assert twins.told("course", world)["offers"] == {"enrol"}
    twins.do("enrol", world)
    assert twins.told("course", world)["offers"] == {"leave"}


def lessons(twins, world):
    asked = stable("asked")
    twins.told("course", world)
    twins.do("open", world, "first")
    twins.do("check", world, "first", asked, wrong("asked"))
    assert twins.told("lesson", world, "first")["checks"] == {asked: "Not right"}
    twins.do("check", world, "first", asked, right("asked"))
    assert twins.told("lesson", world, "first")["checks"] == {asked: "Right"}
    twins.do("keep_place", world, "first", 4_000, 50)
    assert twins.told("lesson", world, "first")["place"] == 4_000
    twins.do("done", world, "first")
    assert twins.told("lesson", world, "first")["done"]
    twins.do("open", world, "read")
    assert twins.told("course", world)["units"] == {
        "First": "done", "Read": "done", "Quiz": "not begun", "Last": "not begun",
    }  # fmt: skip


def for_oneself(twins, world):
    twins.do("bookmark", world, "first")
    twins.do("bookmark", world, "first", stable("beginning"))
    twins.do("bookmark", world, "read")
    twins.do("write_note", world, "first", "Ask the warden.")
    twins.do("write_note", world, "first", "Ask the warden\nfor the key.")
    twins.refused(
        "write_note_over_an_old_one", world, "first", "Older",
        code="stale_note", says="This note was changed in another window",
    )  # fmt: skip
    twins.refused("write_note", world, "read", "x" * 5_001, code="too_long", says="The text is too long")
    twins.do("write_note", world, "read", "Read it again.")
    thought = stable("thought")
    twins.do("reflect", world, "first", thought, "The neighbours.")
    assert twins.told("lesson", world, "first")["reflections"] == {thought: "The neighbours."}
    twins.refused(
        "reflect", world, "first", thought, "x" * 5_001, code="too_long", says="The text is too long"
    )
    twins.do("reflect", world, "first", thought, "")
    twins.do("say_of_lesson", world, "first", True, "Short and clear.")
    twins.do("say_of_lesson", world, "first", False, "On second thoughts")
    told = twins.told("lesson", world, "first")
    assert (told["bookmarks"], told["feedback"]) == ({"", stable("beginning")}, (False, "On second thoughts"))
    twins.do("drop_bookmark", world, "first")
    twins.do("drop_listed_bookmark", world, "first", stable("beginning"))
    twins.do("delete_note", world, "read")
    twins.do("take_back_feedback", world, "first")
    twins.told("lesson", world, "first")
    assert twins.told("kept") == {
        "bookmarks": {("Read", "")}, "notes": {("First", "Ask the warden\nfor the key.")},
    }  # fmt: skip


def quiz(twins, world):
    single, multiple, statement = (stable(f"quiz:{each}") for each in "smt")
    twins.do("open", world, "quiz")
    assert twins.told("quiz", world, "quiz")["may start"]
    # Not enough, with a second thought.
    twins.do("start", world, "quiz")
    twins.do("answer", single, right("quiz:s"))
    twins.do("answer", single, wrong("quiz:s"))
    twins.do("answer", statement, {"value": True})
    assert twins.told("attempt_now")["answered"] == {"Which one is it? (quiz:s)", "Is it so? (quiz:t)"}
    assert twins.told("quiz", world, "quiz")["under way"]
    twins.do("hand_in")
    result = twins.told("attempt_now")
    assert (result["heading"], result["score"]) == ("Not passed yet", [25, 60])
    assert result["feedback"]["Which one is it? (quiz:s)"][0] == "Not right"
    assert twins.told("quiz", world, "quiz")["pause"]
    twins.refused(
        "start", world, "quiz", code="wait_before_next", says="There is a pause between two attempts"
    )
    # Nothing is handed in, and an answer comes after the time.
    twins.clock.move(minutes=10)
    twins.do("start", world, "quiz")
    twins.do("answer", multiple, {"options": [stable("quiz:m:right0"), stable("quiz:m:wrong0")]})
    twins.do("look_at", single, moves=False)
    twins.clock.move(minutes=20)
    late(twins, single)
    twins.told("attempt_now")
    twins.told("quiz", world, "quiz")
    # Everything right, which uses up the last one.
    twins.clock.move(minutes=30)
    twins.do("start", world, "quiz")
    for question, response in all_right().items():
        twins.do("answer", question, response)
    twins.do("hand_in")
    assert twins.told("attempt_now")["heading"] == "Passed"
    twins.clock.move(minutes=30)
    twins.refused("start", world, "quiz", code="no_attempts_left", says="You have used all your attempts")
    assert twins.told("quiz", world, "quiz")["left"] == 0


def late(twins, question):
    """The server hands in what was saved, and keeps what came too late without counting it."""
    twins.clock.move(minutes=1)
    on_pages, with_app = twins.each_does("answer", [question, right("quiz:s")])
    assert with_app == "attempt_closed" and "This attempt is closed" in on_pages
    kept, _same = twins.agree("late")
    assert [each["question"] for each in kept["LateAnswer"]] == [question]
    assert kept["Attempt"][-1]["state"] == "graded"


def to_the_end(twins, world):
    twins.do("open", world, "last")
    twins.do("done", world, "last")
    assert twins.told("courses")["A course"] == ("completed", [])
    assert twins.told("held")["certificates"] == [("A course", "Valid")]
    assert twins.told("course", world)["offers"] == set()
    twins.refused("withdraw", world, code="already_completed", says="You have completed this course")
    twins.refused("renew", world, code="not_renewable", says="It isn’t time to renew this yet")


def certificate(twins):
    codes = Each(*(str(Certificate.objects.get(enrolment__learner__user=each.user)) for each in twins.both))
    twins.do("give_name", "Ada Example")
    twins.refused(
        "give_name", "Somebody Else", code="name_is_fixed", says="The name on a certificate is fixed"
    )
    assert twins.told("verified", codes) == ("A course", "Valid", "")
    twins.do("show_name", True)
    assert twins.told("verified", codes) == ("A course", "Valid", "Ada Example")
    twins.do("show_name", False)
    assert twins.told("verified", codes) == ("A course", "Valid", "")
    kinds = twins.told("take_away")
    assert len(kinds) == 5 and kinds.count("application/pdf") == 2
    twins.do("remind", False)
    assert twins.told("held")["reminders"] is False
    twins.do("remind", True)


def new_edition(twins, world, committed):
    twins.do("enrol", world)
    twins.do("open", world, "one")
    twins.do("done", world, "one")
    add_lesson(committed, world)
    release(committed, world, "stay")
    assert twins.told("course", world)["offers"] == {"leave", "move"}
    twins.do("move", world)
    told = twins.told("course", world)
    assert (told["offers"], told["done"]) == ({"leave"}, [1, 3])


def in_french(twins, world):
    """The language of an act is a fact of the ledger; the course is the same."""
    for each in twins.both:
        each.locale = "fr"
    twins.do("open", world, "one")
    twins.do("done", world, "one")
    for each in twins.both:
        each.locale = "en"
    languages = {each["verb"]: each["language"] for each in twins.agree()[0]["Event"]}
    assert (languages["enrolled"], languages["opened"], languages["completed"]) == ("en", "fr", "fr")


def renewal(twins, world):
    twins.clock.move(days=45)
    twins.sign_in()  # their sessions have run out
    assert twins.told("course", world)["offers"] == {"renew"}
    twins.do("renew", world)
    assert twins.told("held")["certificates"] == [("A course", "Valid")] * 2
    twins.told("course", world)
