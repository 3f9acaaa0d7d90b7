"""The demo's people: what each may do, and that nothing of it exists outside the demo."""

import re
import stat

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail.permissions import policy_registry

from cms.demo.accounts import ACCOUNTS, demo_password, make_demo_accounts
from cms.media.models import File, Image
from cms.translation.access import Rights, rights_of, seen_pages
from home.guides.reviews.inbox import tasks_of
from learning.models import CourseIndexPage
from tests import world

User = get_user_model()


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    return settings


@pytest.fixture
def people(demo, db):
    return make_demo_accounts()


def page_rights(user):
    tester = Page.get_first_root_node().get_first_child().permissions_for_user(user)
    checks = {
        "add": tester.can_add_subpage,
        "change": tester.can_edit,
        "publish": tester.can_publish,
        "lock": tester.can_lock,
        "unlock": tester.can_unlock,
    }
    return {name for name, check in checks.items() if check()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        demo_password,
        make_demo_accounts,
        lambda: call_command("demo", prepare=True),
        lambda: call_command("demo", reset=True),
    ],
    ids=["password", "accounts", "demo", "reset"],
)
def test_nothing_happens_outside_demo_mode(act, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    groups = Group.objects.count()
    with pytest.raises((ImproperlyConfigured, CommandError), match="demo mode"):
        act()
    assert list(tmp_path.iterdir()) == []
    assert not User.objects.exists()
    assert Group.objects.count() == groups


def test_the_password_is_made_once_for_its_owner_only(demo, tmp_path):
    password = demo_password()
    assert re.fullmatch(r"[a-z]+-[a-z]+-[a-z]+-[0-9]{4}", password)
    assert demo_password() == password
    assert stat.S_IMODE((tmp_path / "demo-password").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["demo-password"]
    validate_password(password)


def test_two_checkouts_have_two_passwords(demo, tmp_path):
    first = demo_password()
    demo.VAR_DIR = tmp_path / "other"
    demo.VAR_DIR.mkdir()
    assert demo_password() != first


def test_everybody_can_sign_in_with_a_verified_address(people):
    assert sorted(people) == sorted(account.name for account in ACCOUNTS)
    for account in ACCOUNTS:
        user = User.objects.get(email=account.email)
        assert user.check_password(demo_password())
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == (account.email, True, True)


def test_only_the_administrator_is_everything(people):
    assert {name for name, user in people.items() if user.is_superuser or user.is_staff} == {"admin"}


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("editor", {"add", "change", "publish"}),
        ("reviewer", {"add", "change", "publish", "lock", "unlock"}),
        ("translator", {"change"}),
        ("rights-reviewer", set()),
        ("member", set()),
        ("learner", set()),
        ("trainer", set()),
        ("focal-point", set()),
        ("translation-reviewer", set()),
        ("translation-manager", set()),
        ("agency", set()),
    ],
)
def test_what_each_may_do_with_pages(people, name, rights):
    assert page_rights(people[name]) == rights


def test_whoever_decides_about_translations_or_gives_them_out_sees_lessons(people):
    """Lessons hold answers, so they take a right to the page. It is one to courses, and no more than to change them."""
    home = Page.get_first_root_node().get_first_child().specific
    index = world.add(home, CourseIndexPage(title="Courses", slug="courses"))
    people = make_demo_accounts()
    seen = {name for name, user in people.items() if seen_pages(user, Page.objects.filter(pk=index.pk))}
    assert {"translation-reviewer", "translation-manager"} <= seen
    for name in ("translation-reviewer", "translation-manager"):
        user = User.objects.get(pk=people[name].pk)
        tester = index.permissions_for_user(user)
        assert (tester.can_edit(), tester.can_publish(), tester.can_delete()) == (True, False, False)
        assert page_rights(user) == set()
    assert not index.permissions_for_user(people["agency"]).can_edit()
    rights = GroupPagePermission.objects.count()
    make_demo_accounts()
    assert GroupPagePermission.objects.count() == rights


def test_who_may_enter_the_admin_and_order_translations(people):
    admins = {name for name, user in people.items() if user.has_perm("wagtailadmin.access_admin")}
    desk = {"translation-reviewer", "translation-manager", "agency"}
    assert admins == {"admin", "editor", "reviewer", "rights-reviewer", "translator"} | desk
    ordering = {name for name, user in people.items() if user.has_perm("wagtail_localize.submit_translation")}
    assert ordering == admins - {"rights-reviewer"} - desk


def test_who_may_send_in_practices_and_who_decides_about_them(people):
    def able(permission):
        return {name for name, user in people.items() if user.has_perm(permission)}

    assert able("guides.add_submission") == set(people) - {"learner"}
    assert able("guides.change_submission") == {"admin", "editor", "reviewer"}


def test_two_people_can_give_the_three_reviews(people):
    kinds = {name: {task.kind for task in tasks_of(people[name])} for name in ("reviewer", "rights-reviewer")}
    assert kinds == {"reviewer": {"content", "security"}, "rights-reviewer": {"human-rights"}}
    assert not tasks_of(people["member"])


@pytest.mark.parametrize("model", [Image, File])
def test_who_may_add_images_and_files(people, model):
    policy = policy_registry.get_by_type(model)
    assert {name for name, user in people.items() if policy.user_has_permission(user, "add")} == {
        "admin",
        "editor",
        "reviewer",
    }


def test_a_second_time_changes_nothing_that_somebody_changed(people):
    editor = people["editor"]
    editor.set_password("another one entirely")
    editor.first_name = "Somebody"
    editor.save()
    people["member"].groups.clear()
    before = (User.objects.count(), Group.objects.count(), GroupPagePermission.objects.count())
    again = make_demo_accounts()
    assert before == (User.objects.count(), Group.objects.count(), GroupPagePermission.objects.count())
    assert again["editor"].check_password("another one entirely")
    assert again["editor"].first_name == "Somebody"
    assert not again["member"].groups.exists()
    assert EmailAddress.objects.count() == len(ACCOUNTS)


def test_what_each_does_at_the_translation_desk(people):
    rights = {name: rights_of(user) for name, user in people.items() if rights_of(user).has_desk}
    languages = frozenset(Locale.objects.filter(language_code__in=["fr", "ar"]).values_list("pk", flat=True))
    others = frozenset(Locale.objects.exclude(language_code="en").values_list("pk", flat=True))
    assert rights == {
        "admin": Rights(everything=True),
        "translator": Rights(translates=languages),
        "agency": Rights(translates=others),
        "translation-reviewer": Rights(reviews=languages),
        "translation-manager": Rights(manages=True),
    }
