"""Saying in the admin who runs a course: who may, what it gives, that it is logged."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from guardian.models import UserObjectPermission
from wagtail.models import ModelLogEntry

from learning.catalogue.running import may
from learning.models import Course
from tests.learning import factories


def client(user):
    found = Client()
    found.force_login(user)
    return found


def administrator():
    found = factories.person(is_staff=True)
    for app, codename in (("wagtailadmin", "access_admin"), ("learning", "change_course")):
        found.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return found


@pytest.fixture
def path(world):
    return f"/admin/course-people/{world.key}/"


def course(world):
    return Course.objects.get(pk=world.key)


def again(user):
    return type(user).objects.get(pk=user.pk)


def test_a_person_is_let_run_it_and_no_longer(world, path):
    admin, trainer = client(administrator()), factories.person("trainer@example.org")
    assert b"Nobody runs this course yet." in admin.get(path).content
    assert b"A course" in admin.get("/admin/course-people/").content
    form = {"email": "Trainer@example.org", "permissions": ["view_report", "mark_answers"]}
    assert admin.post(path, form).status_code == 302
    assert may(again(trainer), course(world), "view_report")
    assert not may(again(trainer), course(world), "decide_for_learners")
    row = {"kind": "user", "pk": trainer.pk, "permissions": ["mark_answers"]}
    admin.post(path, row)
    assert not may(again(trainer), course(world), "view_report")
    admin.post(path, {"kind": "user", "pk": trainer.pk})
    assert not UserObjectPermission.objects.exists()
    entries = ModelLogEntry.objects.filter(action="learning.course.grant").order_by("pk")
    assert [entry.data["after"] for entry in entries] == [
        ["mark_answers", "view_report"],
        ["mark_answers"],
        [],
    ]


def test_a_group_is_let_run_it(world, path):
    group, member = Group.objects.create(name="Trainers"), factories.person()
    member.groups.add(group)
    client(administrator()).post(path, {"group": group.pk, "permissions": ["view_report"]})
    assert may(again(member), course(world), "view_report")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"email": "", "permissions": ["view_report"]}, 400),
        ({"email": "trainer@example.org", "permissions": ["delete_course"]}, 400),
        ({"email": "nobody@example.org", "permissions": ["view_report"]}, 302),
        ({"kind": "user", "pk": "1", "permissions": ["delete_course"]}, 302),
        ({"kind": "x", "pk": "1", "permissions": ["view_report"]}, 302),
        ({"kind": "group", "pk": "x", "permissions": ["view_report"]}, 302),
    ],
)
def test_what_makes_no_sense_changes_nothing(path, form, status):
    factories.person("trainer@example.org")
    assert client(administrator()).post(path, form).status_code == status
    assert not UserObjectPermission.objects.exists()
    assert not ModelLogEntry.objects.filter(action="learning.course.grant").exists()


def test_nobody_else_says_who_runs_a_course(world, path):
    editor = factories.person("editor@example.org", is_staff=True)
    editor.user_permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for user in (editor, factories.person()):
        for address in (path, "/admin/course-people/"):
            assert client(user).get(address).status_code in (302, 403)
        client(user).post(path, {"email": "editor@example.org", "permissions": ["view_report"]})
    assert not UserObjectPermission.objects.exists()
