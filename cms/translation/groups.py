"""The groups that a new site begins with: translators and reviewers of each language, and who gives out work."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Locale

from cms.core import languages

from . import access
from .models import LanguageRole

MANAGERS = "Translation managers"
NAMES = {
    LanguageRole.Role.TRANSLATOR: "Translators: {language}",
    LanguageRole.Role.REVIEWER: "Translation reviewers: {language}",
}


def name_of(role: str, code: str) -> str:
    """`name_of("translator", "fr") == "Translators: Français"`."""
    return NAMES[role].format(language=languages.name(code))


@transaction.atomic
def set_up() -> None:
    """Make the groups that are missing, with their rights; what exists is left as it is. Repeatable.

    For every language but the deployment's own, in which things are written. Members see what readers see, and snippets;
    whoever is to translate drafts or lessons gets a right to those pages as well.
    """
    entering = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    rights = [entering, *_snippets()]
    for locale in Locale.objects.exclude(language_code=settings.LANGUAGE_CODE):
        for role in LanguageRole.Role.values:
            group, new = Group.objects.get_or_create(name=name_of(role, locale.language_code))
            if new:
                group.permissions.set(rights)
                LanguageRole.objects.create(group=group, locale=locale, role=role)
    group, new = Group.objects.get_or_create(name=MANAGERS)
    if new:
        managing = Permission.objects.get(
            content_type__app_label="translation", codename=access.MANAGE.partition(".")[2]
        )
        group.permissions.set([*rights, managing])


def _snippets() -> list[Permission]:
    """The rights to see the snippets that are translated."""
    return [
        Permission.objects.get(
            content_type__app_label=model._meta.app_label, codename=f"view_{model._meta.model_name}"
        )
        for model in access.translatable_snippets()
    ]
