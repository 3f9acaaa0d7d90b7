"""Who may do what at the desk: the languages that somebody translates into or reviews, and the things that they may see.

Nobody sees at the desk what they may not see elsewhere. A language is given by a group's `LanguageRole`; a thing by its own
access: a page by what readers or its editors may see, a snippet by a right to its kind.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import Page, TranslatableMixin
from wagtail.permissions import page_permission_policy
from wagtail.snippets.models import get_snippet_models
from wagtail.snippets.permissions import user_can_edit_snippet_type
from wagtail_localize.models import Translation, TranslationSource

from cms.content.api import visible
from cms.core import audiences
from cms.core.errors import NotFound, NotPermitted

from .models import LanguageRole

MANAGE = "translation.manage_desk"
Role = LanguageRole.Role


@dataclass(frozen=True)
class Rights:
    """What somebody may do at the desk. Languages are primary keys of locales. Pure.

    Who manages sees all languages and gives out work; translating and reviewing take a role all the same.
    """

    translates: frozenset[int] = frozenset()
    reviews: frozenset[int] = frozenset()
    manages: bool = False
    everything: bool = False

    def may_translate(self, locale_id: int) -> bool:
        return self.everything or locale_id in self.translates

    def may_review(self, locale_id: int) -> bool:
        return self.everything or locale_id in self.reviews

    def may_manage(self) -> bool:
        return self.everything or self.manages

    def may_see(self, locale_id: int) -> bool:
        """Whether this language is shown at all."""
        return self.may_manage() or self.may_translate(locale_id) or self.may_review(locale_id)

    @property
    def has_desk(self) -> bool:
        """Whether there is a desk for them."""
        return self.may_manage() or bool(self.translates or self.reviews)


NOTHING = Rights()


def rights_of(user) -> Rights:
    """The rights of a Django user: one statement beside those of its permissions, kept on the user object.

    Nobody signed in, an inactive account and whoever may not enter the admin have none.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return NOTHING
    if user.is_superuser:
        return Rights(everything=True)
    known = getattr(user, "_translation_rights", None)
    if known is None:
        user._translation_rights = known = _rights(user)
    return known


def _rights(user) -> Rights:
    if not user.has_perm("wagtailadmin.access_admin"):
        return NOTHING
    rows = LanguageRole.objects.filter(group__user=user).values_list("locale_id", "role").distinct()
    held = {role: frozenset(pk for pk, each in rows if each == role) for role in Role.values}
    return Rights(
        translates=held[Role.TRANSLATOR], reviews=held[Role.REVIEWER], manages=user.has_perm(MANAGE)
    )


def people(locale_id: int, role: str) -> QuerySet:
    """Whoever translates into a language or reviews it, by their address. Superusers, who may do so anyway, aren't asked."""
    entering = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    users = get_user_model().objects.filter(is_active=True)
    holders = users.filter(groups__language_roles__locale=locale_id, groups__language_roles__role=role)
    admitted = Q(groups__permissions__in=entering) | Q(user_permissions__in=entering)
    return users.filter(admitted, pk__in=holders.values("pk")).distinct().order_by("email")


def seen_pages(user, pages: QuerySet[Page]) -> QuerySet[Page]:
    """Those of these pages whose texts a person may see: live ones that they may read, and those that they may change.

    What is read through learning only holds answers, so it takes a right to the page.
    """
    if user.is_superuser and user.is_active:
        return pages
    changeable = page_permission_policy.instances_user_has_any_permission_for(user, {"change", "publish"})
    readable = visible(audiences.principals_of(user)).order_by()
    return pages.filter(
        Q(pk__in=changeable.order_by().values("pk"))
        | Q(live=True, translation_key__in=readable.values("key"))
    )


def translatable_snippets() -> list[type]:
    """The kinds of thing beside pages that are translated one by one."""
    return [model for model in get_snippet_models() if issubclass(model, TranslatableMixin)]


def seen_snippets(user) -> list[type]:
    """Those kinds of snippet that a person may see at the desk: they have a right to change or view them."""
    return [
        model
        for model in translatable_snippets()
        if user_can_edit_snippet_type(user, model)
        or user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
    ]


def seen_sources(user) -> QuerySet[TranslationSource]:
    """What was submitted for translation and may be seen by a person, whatever the languages."""
    own = Page.objects.filter(translation_key=OuterRef("object_id"), locale=OuterRef("locale_id"))
    kinds = ContentType.objects.get_for_models(*seen_snippets(user), for_concrete_models=False)
    return TranslationSource.objects.filter(
        Exists(seen_pages(user, own)) | Q(specific_content_type__in=[kind.pk for kind in kinds.values()])
    )


def seen_translations(user) -> QuerySet[Translation]:
    """The translations that a person meets at the desk: of what they may see, into the languages that are shown to them."""
    rights = rights_of(user)
    if not rights.has_desk:
        return Translation.objects.none()
    found = Translation.objects.filter(enabled=True, source__in=seen_sources(user))
    if rights.may_manage():
        return found
    return found.filter(target_locale__in=rights.translates | rights.reviews)


def translation_for(user, uuid: UUID) -> Translation:
    """One of them, with `work`, `source` and `target_locale`. Raises NotFound for what is absent or not theirs to see."""
    found = (
        seen_translations(user)
        .select_related("work__translator", "work__submitted_by", "work__decided_by")
        .select_related("source__locale", "source__specific_content_type", "target_locale")
        .filter(uuid=uuid)
        .first()
    )
    if found is None or not hasattr(found, "work"):
        raise NotFound(code="no_such_translation")
    return found


def require(allowed: bool, code: str = "not_permitted") -> None:
    """Raises NotPermitted unless it is so."""
    if not allowed:
        raise NotPermitted(code=code)
