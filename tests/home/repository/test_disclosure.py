import pytest

from cms.core import audiences
from home.guides.repository import disclosure

REGISTERED = audiences.audience({audiences.REGISTERED})
GROUP = audiences.audience({"group:1"})


@pytest.mark.parametrize(
    ("label", "public", "registered", "group"),
    [
        ("CLEAR", True, True, True),
        ("GREEN", False, True, True),
        ("AMBER", False, False, True),
        ("AMBER+STRICT", False, False, True),
    ],
)
def test_a_label_sets_the_widest_audience(label, public, registered, group):
    found = [disclosure.allowed(label, audience) for audience in (audiences.PUBLIC, REGISTERED, GROUP)]
    assert found == [public, registered, group]


def test_a_green_practice_is_not_published_for_everybody(site, committed):
    from cms.content import api as content
    from home.guides.models import GoodPracticePage, PracticeIndexPage
    from tests import world

    index = world.add(site, PracticeIndexPage(title="Practices", slug="practices"))
    page = world.add(
        index,
        GoodPracticePage(title="P", slug="p", human_rights="<p>Yes.</p>", consent=True, tlp="GREEN"),
        live=False,
    )
    assert [problem.code for problem in content.publication_problems(page)] == ["label_wider"]
