"""The people of the demo: one account for each role, and the groups that give the roles their rights.

All have one password, made once for each checkout and kept in a file, so that two demos on one machine differ and a
demo on a shared network can't be guessed.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from guardian.shortcuts import assign_perm
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.snippets.models import get_snippet_models

from cms.translation import groups as desk
from cms.translation.models import LanguageRole
from home.guides.reviews import workflows
from home.guides.reviews.reviewing import Kind
from learning.models import Course, CourseIndexPage

EDITORS, MODERATORS, TRANSLATORS, MEMBERS = "Editors", "Moderators", "Translators", "Members"
CONTENT_REVIEWERS, RIGHTS_REVIEWERS, SECURITY_REVIEWERS = (workflows.GROUPS[kind] for kind in Kind)
DESK_LANGUAGES = ("fr", "ar")
DESK_TRANSLATORS, DESK_REVIEWERS = (
    tuple(desk.name_of(role, code) for code in DESK_LANGUAGES) for role in LanguageRole.Role
)
# An agency translates with tools of its own, and sends files.
AGENCY_LANGUAGES = ("fr", "es", "ru", "ar", "zh-hans")
AGENCY_TRANSLATORS = tuple(desk.name_of(LanguageRole.Role.TRANSLATOR, code) for code in AGENCY_LANGUAGES)


@dataclass(frozen=True)
class Account:
    """Somebody of the demo. `purpose` says, for the screen that `make demo` prints, what the account is for."""

    name: str
    purpose: str
    groups: tuple[str, ...] = ()
    is_superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@demo.example"


ACCOUNTS = (
    Account("admin", "everything", is_superuser=True),
    Account("editor", "writes and publishes pages, reviews contents", (EDITORS, MEMBERS, CONTENT_REVIEWERS)),
    Account("translator", "translates into French and Arabic", (TRANSLATORS, MEMBERS, *DESK_TRANSLATORS)),
    Account(
        "translation-reviewer",
        "reviews and publishes translations into French and Arabic",
        (MEMBERS, *DESK_REVIEWERS),
    ),
    Account("agency", "translates into all languages, in files", (MEMBERS, *AGENCY_TRANSLATORS)),
    Account("translation-manager", "gives out translations, sees all languages", (MEMBERS, desk.MANAGERS)),
    Account(
        "reviewer",
        "reviews contents and security, publishes",
        (MODERATORS, MEMBERS, CONTENT_REVIEWERS, SECURITY_REVIEWERS),
    ),
    Account("rights-reviewer", "reviews human rights", (MEMBERS, RIGHTS_REVIEWERS)),
    Account("member", "sees what is for members, sends in practices", (MEMBERS,)),
    Account("learner", "takes courses"),
    Account("trainer", "runs courses: decides on requests, marks, reads reports", (MEMBERS,)),
    Account("focal-point", "speaks for a country", (MEMBERS,)),
)

# What the trainer may do on each course; the reviewer is the second who marks.
TRAINS = ("view_report", "decide_for_learners", "mark_answers")

# What a group may do with every page, with images and files, and in the whole admin.
PAGES = {
    EDITORS: ("add", "change", "publish"),
    MODERATORS: ("add", "change", "publish", "lock", "unlock"),
    TRANSLATORS: ("change",),
    MEMBERS: (),
}
FILES = {
    EDITORS: ("add", "change", "choose"),
    MODERATORS: ("add", "change", "delete", "choose"),
    TRANSLATORS: ("choose",),
    MEMBERS: (),
}
SNIPPETS = {
    EDITORS: ("add", "change", "view"),
    MODERATORS: ("add", "change", "delete", "publish", "view"),
    TRANSLATORS: ("change", "view"),
    MEMBERS: (),
}
SINGLE = {
    EDITORS: (
        "wagtailadmin.access_admin",
        "wagtail_localize.submit_translation",
        "guides.change_submission",
    ),
    MODERATORS: (
        "wagtailadmin.access_admin",
        "wagtail_localize.submit_translation",
        "guides.change_submission",
    ),
    TRANSLATORS: ("wagtailadmin.access_admin", "wagtail_localize.submit_translation"),
    MEMBERS: ("guides.add_submission",),
}

_WORDS = """
amber anchor apple arbor aspen autumn basil beacon birch bridge brook candle canyon cedar cherry cinder
clover cobalt copper coral cotton crane cypress dahlia daisy delta dune echo elm ember falcon fern field
finch fjord flint forest fountain galaxy garden ginger glacier grove harbor hazel heron hill honey island
ivory ivy jade jasmine juniper kettle lagoon lake lantern laurel lemon lilac lily linden lotus maple marble
marigold meadow melon mint mist moon moss mountain nectar oak oasis ocean olive onyx opal orchard orchid
otter palm pebble pepper pine planet plum pond poplar poppy prairie quartz quill rain raven reef ridge river
robin rose saffron sage sail sand shell silver sky slate snow sparrow spring spruce star stone summer sun
swan thistle thyme tulip valley velvet violet walnut water willow winter wren zephyr
"""


def require_demo() -> None:
    """Raise ImproperlyConfigured unless demo mode is on: what follows has a password that is printed on a screen."""
    if not settings.DEMO:
        raise ImproperlyConfigured("This is for the demo only, and demo mode (DEMO) is off.")


def demo_password() -> str:
    """The password of all demo accounts, made at the first call and kept in var/demo-password."""
    require_demo()
    path = Path(settings.VAR_DIR) / "demo-password"
    if not path.exists():
        password = "-".join(
            [*(secrets.choice(_WORDS.split()) for _i in range(3)), f"{secrets.randbelow(9000) + 1000}"]
        )
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        scratch.write_text(password + "\n")
        scratch.chmod(0o600)
        # Of two that start at once, the first makes it.
        try:
            os.link(scratch, path)
        except FileExistsError:
            pass
        finally:
            scratch.unlink()
    return path.read_text().strip()


@transaction.atomic
def make_demo_accounts() -> dict[str, object]:
    """Make the groups and the accounts that are missing; all users by name ("admin", "editor", …).

    What exists is left as it is: a changed name or password survives. Missing rights of the groups are added.
    """
    require_demo()
    groups = make_demo_groups()
    password = demo_password()
    User = get_user_model()
    _open_lessons(groups)
    users = {}
    for account in ACCOUNTS:
        user = User.objects.filter(email=account.email).first()
        if user is None:
            user = User.objects.create_user(
                account.email,
                password,
                first_name=account.name.replace("-", " ").capitalize(),
                is_staff=account.is_superuser,
                is_superuser=account.is_superuser,
            )
            user.groups.set([groups[name] for name in account.groups])
        EmailAddress.objects.get_or_create(
            user=user, email=account.email, defaults={"verified": True, "primary": True}
        )
        users[account.name] = user
    for course in Course.objects.all():
        for permission in TRAINS:
            assign_perm(f"learning.{permission}", users["trainer"], course)
        assign_perm("learning.mark_answers", users["reviewer"], course)
    return users


def make_demo_groups() -> dict[str, Group]:
    """The four groups with their rights, and those of reviewers and of the translation desk, by name. Rights are added,
    never taken away."""
    require_demo()
    workflows.set_up_reviews()
    desk.set_up()
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    groups = {}
    for name in (EDITORS, MODERATORS, TRANSLATORS, MEMBERS):
        group, _created = Group.objects.get_or_create(name=name)
        for action in PAGES[name]:
            GroupPagePermission.objects.get_or_create(
                group=group, page=root, permission=_permission(f"wagtailcore.{action}_page")
            )
        for action in FILES[name]:
            # Wagtail asks for these whatever the project's own image and file models are called.
            for codename in (f"wagtailimages.{action}_image", f"wagtaildocs.{action}_document"):
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=collection, permission=_permission(codename)
                )
        group.permissions.add(
            *(_permission(codename) for codename in SINGLE[name]), *_snippet_permissions(SNIPPETS[name])
        )
        groups[name] = group
    others = (*workflows.GROUPS.values(), *AGENCY_TRANSLATORS, *DESK_REVIEWERS, desk.MANAGERS)
    return groups | {name: Group.objects.get(name=name) for name in others}


def _open_lessons(groups: dict[str, Group]) -> None:
    """Lessons and quizzes hold answers: whoever decides about their translations, or gives them out, has a right to them."""
    for page in CourseIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE):
        for name in (*DESK_REVIEWERS, desk.MANAGERS):
            GroupPagePermission.objects.get_or_create(
                group=groups[name], page=page, permission=_permission("wagtailcore.change_page")
            )


def _permission(name: str) -> Permission:
    app_label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _snippet_permissions(actions: tuple[str, ...]) -> list[Permission]:
    """The rights to do `actions` with every snippet of the site, whichever packages define them."""
    own = [model for model in get_snippet_models() if model.__module__.split(".")[0] in ("home", "learning")]
    found = []
    for model in own:
        codenames = [f"{action}_{model._meta.model_name}" for action in actions]
        found += Permission.objects.filter(
            content_type__app_label=model._meta.app_label, codename__in=codenames
        )
    return found
