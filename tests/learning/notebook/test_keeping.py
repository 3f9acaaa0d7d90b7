"""Notes, bookmarks and feedback as rows: repetition, refusals that change nothing, and going with the account."""

import pytest
from django.utils import timezone

from cms.core.errors import BadInput, Conflict
from learning.models import Bookmark, LessonFeedback, Note
from learning.notebook import keeping, texts
from tests.learning import factories


@pytest.fixture
def unit(world):
    return world.unit("first")


def save(user, unit, text, version):
    return keeping.save_note(user=user, unit=unit, text=text, version=version, now=timezone.now())


def give(user, world, **values):
    return keeping.give_feedback(
        user=user, course=world.key, unit=world.unit("first"), now=timezone.now(), **values
    )


def test_a_note_is_written_over_the_version_that_was_read(learner, unit):
    assert save(learner, unit, "One\r\ntwo ", 0).version == 1
    assert Note.objects.get().text == "One\ntwo"
    assert save(learner, unit, "Three", 1).version == 2
    with pytest.raises(keeping.StaleNote) as refusal:
        save(learner, unit, "From an older tab", 1)
    assert refusal.value.extra["saved"]["text"] == "Three"
    with pytest.raises(keeping.StaleNote):
        save(learner, unit, "From a tab that knew of none", 0)
    assert (Note.objects.get().text, Note.objects.get().version) == ("Three", 2)


def test_the_same_text_again_changes_nothing(learner, unit):
    first = save(learner, unit, "Words", 0)
    again = save(learner, unit, "Words", 0)
    assert (again.version, again.updated_at) == (1, first.updated_at)
    assert save(learner, unit, "", 1).version == 2
    assert keeping.notes(learner).count() == 0
    assert save(learner, unit, "  ", 1).version == 2


def test_an_emptied_note_is_not_brought_back_by_an_older_tab(learner, unit):
    save(learner, unit, "Words", 0)
    save(learner, unit, "", 1)
    with pytest.raises(keeping.StaleNote):
        save(learner, unit, "Words again", 1)
    with pytest.raises(keeping.StaleNote):
        save(learner, unit, "Words again", 0)
    assert Note.objects.get().text == ""


def test_emptying_nothing_makes_no_row(learner, unit):
    assert save(learner, unit, "", 0) is None
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("text", "version", "code"),
    [
        ("x" * 5001, 0, "too_long"),
        ("a\0b", 0, "bad_text"),
        ("a\ud800b", 0, "bad_text"),
        (None, 0, "bad_text"),
        ({"a": 1}, 0, "bad_text"),
        ("x", -1, "bad_version"),
        ("x", True, "bad_version"),
        ("x", 2**31, "bad_version"),
        ("x", "1", "bad_version"),
        ("x", None, "bad_version"),
    ],
)
def test_what_is_refused_leaves_the_note_as_it_was(learner, unit, text, version, code):
    save(learner, unit, "Before", 0)
    with pytest.raises(BadInput) as refusal:
        save(learner, unit, text, version)
    assert refusal.value.code == code
    assert (Note.objects.get().text, Note.objects.get().version) == ("Before", 1)


def test_the_longest_note_and_its_line_ends(learner, unit):
    assert save(learner, unit, "\r\n".join(["x"] * 2500), 0).version == 1
    assert texts.plain("a\rb\r\nc", most=5, name="text") == "a\nb\nc"


def test_a_bookmark_once_and_never_too_many(learner, world, unit, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_BOOKMARKS", 2)
    for section in ("", "", "a", "a"):
        keeping.keep_bookmark(user=learner, unit=unit, section=section, now=timezone.now())
    with pytest.raises(Conflict) as refusal:
        keeping.keep_bookmark(user=learner, unit=world.unit("second"), now=timezone.now())
    assert refusal.value.code == "too_many_bookmarks"
    assert sorted(Bookmark.objects.values_list("section", flat=True)) == ["", "a"]
    for _ in range(2):
        keeping.drop_bookmark(user=learner, unit=unit)
    assert Bookmark.objects.get().section == "a"


def test_feedback_is_one_and_can_be_changed(learner, world):
    first = give(learner, world, useful=True, comment="Good")
    assert give(learner, world, useful=True, comment="Good").updated_at == first.updated_at
    give(learner, world, useful=False)
    row = LessonFeedback.objects.get()
    assert (row.useful, row.comment, row.uuid) == (False, "", first.uuid)
    for _ in range(2):
        keeping.take_back_feedback(user=learner, unit=world.unit("first"))
    assert not LessonFeedback.objects.exists()


@pytest.mark.parametrize("values", [{"useful": None}, {"useful": 1}, {"useful": True, "comment": "x" * 1001}])
def test_feedback_that_is_refused_changes_nothing(learner, world, values):
    give(learner, world, useful=True, comment="Before")
    with pytest.raises(BadInput):
        give(learner, world, **values)
    assert LessonFeedback.objects.get().comment == "Before"


@pytest.mark.parametrize("way", ["forgotten", "deleted"])
def test_all_goes_with_the_person_and_nothing_of_others(learner, world, unit, way):
    other = factories.person()
    for user in (learner, other):
        save(user, unit, "Words", 0)
        keeping.keep_bookmark(user=user, unit=unit, now=timezone.now())
        give(user, world, useful=True)
    if way == "deleted":
        learner.delete()
    else:
        assert keeping.forget(learner) == 3
        assert keeping.forget(learner) == 0
    for model in (Bookmark, Note, LessonFeedback):
        assert model.objects.get().user == other
