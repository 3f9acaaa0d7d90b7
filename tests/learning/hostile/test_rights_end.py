"""Taking a role, a group, a permission, a course or an account away: from the next request on it is as if it had never been.

Asked of every address of learning that its holder was answered at before, through the client that was signed in all along.
"""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models.signals import pre_delete
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import assign_perm, remove_perm

from learning.models import Course
from tests.learning import factories
from tests.learning.hostile import places
from tests.learning.hostile.conftest import MARK, PERMISSIONS
from tests.learning.hostile.stored import undone
from tests.learning.hostile.test_other_people import ROUTES, TOLD, asked

# What stays somebody's own when a course is closed to them: their words, papers and choices.
OWN = {
    "learning-api:reflection",
    *("learning-api:note", "learning-api:me", "learning-api:own-notes", "learning-api:own-bookmarks"),
    *("learning-api:own-certificate", "learning-api:own-certificate-file", "learning-api:own-certificates"),
    *("learning-api:own-enrolments", "learning-api:own-transcript", "learning-api:own-transcript-pdf"),
    *("learning:my_learning", "learning:notebook", "learning:notes_file", "learning:certificates"),
    *("learning:certificate", "learning:certificate_file", "learning:transcript", "learning:transcript_file"),
}


def answers(client, theirs) -> dict:
    """`{(route, address): answer}` of all that can be read."""
    found = {}
    for route in ROUTES:
        for values in places.assignments(route, theirs):
            answer, _after = asked(client, route, "GET", values, None)
            found[route.name, places.address(route, values)] = answer
    return found


def opened(found) -> set:
    return {place for place, answer in found.items() if answer.status == 200}


@pytest.fixture
def runner(theirs):
    """Somebody who runs the victim's course, by permissions of a group."""
    group = Group.objects.create(name="Run the course")
    user = factories.person("runner@example.org", language="en")
    user.groups.add(group)
    for permission in PERMISSIONS:
        assign_perm(f"learning.{permission}", group, Course.objects.get(pk=theirs.main.key))
    theirs.people["runner"] = user
    yield user
    del theirs.people["runner"]


@pytest.mark.long
def test_everything_that_a_permission_opened_is_closed(theirs, client_of, runner):
    """By leaving the group, by the group's end, by the permission's, and by the course's being made again under its key."""
    client = client_of("runner")
    group = runner.groups.get()
    course = Course.objects.get(pk=theirs.main.key)
    stranger = factories.person("stranger@example.org", language="en")
    theirs.people["stranger"] = stranger
    nothing = answers(client_of("stranger"), theirs)
    del theirs.people["stranger"]
    before = answers(client, theirs)
    gained = opened(before) - opened(nothing)
    assert len(gained) > 15
    assert any(mark in before[place].text for place in gained for mark in TOLD)

    def ended():
        runner.groups.clear()

    def deleted():
        Group.objects.filter(pk=group.pk).delete()

    def taken():
        for permission in PERMISSIONS:
            remove_perm(f"learning.{permission}", group, course)

    def made_again():
        # What hangs on it keeps a course from being deleted; that its permissions go with it is all that is asked here.
        pre_delete.send(sender=Course, instance=course)

    def inactive():
        get_user_model().objects.filter(pk=runner.pk).update(is_active=False)

    for way in (ended, deleted, taken, made_again, inactive):
        with undone():
            way()
            after = answers(client, theirs)
            assert not opened(after) & gained, way.__name__
            text = "".join(answer.text for answer in after.values())
            assert not [mark for mark in TOLD if mark in text], way.__name__


def test_who_leaves_the_group_of_a_course_keeps_their_own_and_nothing_else(theirs, client_of):
    client, victim = client_of("victim"), theirs.people["victim"]
    before = answers(client, theirs)
    victim.groups.clear()
    after = answers(client, theirs)
    main = {
        str(theirs.main.key),
        *map(str, theirs.attempts),
        *(str(theirs.main.unit(n)) for n in ("lesson", "quiz")),
    }
    closed = {
        place for place in opened(before) if any(each in place[1] for each in main) and place[0] not in OWN
    }
    assert len(closed) > 10
    assert not [place for place in closed if after[place].status == 200]
    kept = {name for name, _address in opened(after)}
    assert kept >= OWN
    assert f"A {MARK} essay" not in "".join(answer.text for answer in after.values())
    assert f"A {MARK} note" in "".join(answer.text for answer in after.values())


def test_nobody_has_permissions_who_is_nobody(theirs):
    """Guardian's row for anonymous people isn't there, and no permission names a course or a person that isn't."""
    assert not get_user_model().objects.filter(email__icontains="anonymous").exists()
    courses = {str(key) for key in Course.objects.values_list("pk", flat=True)}
    for model in (UserObjectPermission, GroupObjectPermission):
        rows = model.objects.filter(content_type__app_label="learning")
        assert set(rows.values_list("object_pk", flat=True)) <= courses


def test_a_course_that_is_deleted_takes_its_permissions_along(theirs):
    course = Course.objects.get(pk=theirs.announced.key)
    user, group = factories.person(), Group.objects.create(name="Run another")
    for permission in PERMISSIONS:
        assign_perm(f"learning.{permission}", user, course)
        assign_perm(f"learning.{permission}", group, course)
    course.delete()
    for model in (UserObjectPermission, GroupObjectPermission):
        assert not model.objects.filter(object_pk=str(theirs.announced.key)).exists()


def test_somebody_who_is_deleted_takes_their_permissions_along(theirs):
    user = theirs.people["instructor"]
    pk = user.pk
    assert UserObjectPermission.objects.filter(user=pk).exists()
    get_user_model().objects.get(pk=pk).delete()
    assert not UserObjectPermission.objects.filter(user=pk).exists()
