"""Pages of somebody else's section in the admin: closes the views of Wagtail and wagtail-localize that ask for no right
to the page that they name.

The explorer shows an editor what they have a right to; the choosers, one form of moving, the translation forms and two
reports show every page of the site, drafts and restricted ones too. Of snippets wagtail-localize asks for Django's
permissions, whatever policy was registered for their kind.
"""

from collections.abc import Callable, Collection

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.models import DraftStateMixin, Page
from wagtail.permissions import page_permission_policy, policy_registry
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.models import Translation, TranslationSource

from cms.core import audiences

from .read import visible

# Over all pages, and not to be narrowed.
REPORTS = ("wagtailadmin_reports:page_types_usage", "wagtail_localize:translations_report")

# Of one translation, by its number.
OF_TRANSLATIONS = (
    "edit_string_translation",
    "edit_override",
    "download_pofile",
    "upload_pofile",
    "machine_translate",
    "preview_translation",
    "stop_translation",
)


def choosable(pages: QuerySet[Page], user) -> QuerySet[Page]:
    """Those of these pages that a person may be told of: what the explorer shows them, and what they may read."""
    if user.is_superuser:
        return pages
    explorable = page_permission_policy.explorable_instances(user)
    readable = visible(audiences.principals_of(user), listed=False).order_by()
    return pages.filter(
        Q(depth=1)
        | Q(pk__in=explorable.order_by().values("pk"))
        # Aliases too, which have no item. Who may read is asked of all languages at once.
        | Q(live=True, translation_key__in=readable.values("key"))
    )


def sees_all_pages(user) -> bool:
    """Whether somebody has rights to the whole tree."""
    root = Page.get_first_root_node()
    return page_permission_policy.user_has_any_permission_for_instance(
        user, ("add", "change", "publish"), root
    )


def is_refused(request: HttpRequest) -> bool:
    """Whether the view that was asked for would show, or do something with, what isn't this person's to know of.

    Who may not enter the admin at all is the view's own matter.
    """
    match = request.resolver_match
    asked = _CHECKS.get(match.view_name)
    return asked is not None and request.user.is_authenticated and not asked(request, **match.kwargs)


def _may_choose(request, ids: Collection) -> bool:
    wanted = {int(each) for each in ids if str(each).isdecimal() and len(str(each)) < 19}
    known = Page.objects.filter(pk__in=wanted)
    return choosable(known, request.user).count() == known.count()


def _browse(request, parent_page_id):
    return _may_choose(request, [parent_page_id])


def _chosen(request):
    return _may_choose(request, request.GET.getlist("id"))


def _move(request, page_to_move_id, destination_id):
    return _have_right(request.user, Page.objects.filter(pk=page_to_move_id), "can_move") and _may_choose(
        request, [destination_id]
    )


def _translate_page(request, page_id):
    return _have_right(request.user, Page.objects.filter(pk=page_id), "can_edit")


def _translate_snippet(request, app_label, model_name, pk):
    model = _snippet_model(app_label, model_name)
    return model is None or _may(request.user, "change", model)


def _list_snippets(request, app_label, model_name, pk=None):
    """By their names, for choosing one in a translation."""
    model = _snippet_model(app_label, model_name)
    return model is None or policy_registry.get_by_type(model).user_has_any_permission(
        request.user, {"add", "change", "delete", "view"}
    )


def _of_translation(request, translation_id, **kwargs):
    """Of a page the view asks itself."""
    translation = Translation.objects.select_related("source").filter(pk=translation_id).first()
    model = translation and translation.source.specific_content_type.model_class()
    return model is None or issubclass(model, Page) or _may(request.user, "change", model)


def _update_translations(request, translation_source_id):
    """The form brings all translations up to date and may publish them, whoever may publish them otherwise."""
    source = TranslationSource.objects.filter(pk=translation_source_id).first()
    model = source and source.specific_content_type.model_class()
    if model is None:
        return True
    publishing = "publish_translations" in request.POST
    if not issubclass(model, Page):
        actions = ["change", *(["publish"] if publishing and issubclass(model, DraftStateMixin) else [])]
        return all(_may(request.user, action, model) for action in actions)
    family = model.objects.filter(translation_key=source.object_id)
    own = family.filter(locale=source.locale_id)
    translated = family.filter(locale__in=source.translations.filter(enabled=True).values("target_locale"))
    return _have_right(request.user, own, "can_edit") and not (
        publishing and not _have_right(request.user, translated, "can_publish")
    )


def _become_alias(request, page_id):
    """The page takes over all that its original says, and whether that is published."""
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        return True
    sources = TranslationSource.objects.filter(
        object_id=page.translation_key, translations__target_locale=page.locale_id
    )
    originals = Page.objects.filter(translation_key=page.translation_key, locale__in=sources.values("locale"))
    return page.permissions_for_user(request.user).can_publish() and _may_choose(
        request, originals.values_list("pk", flat=True)
    )


def _snippet_model(app_label: str, model_name: str):
    label = f"{app_label}.{model_name}"
    return next((each for each in get_snippet_models() if each._meta.label_lower == label), None)


def _may(user, action: str, model) -> bool:
    return policy_registry.get_by_type(model).user_has_permission(user, action)


def _have_right(user, pages, right: str) -> bool:
    """Whether somebody has this right to all of these pages; for a page that isn't there the view answers."""
    return all(getattr(page.permissions_for_user(user), right)() for page in pages)


def _report(request):
    return sees_all_pages(request.user)


_CHECKS: dict[str, Callable[..., bool]] = {
    "wagtailadmin_choose_page_child": _browse,
    "wagtailadmin_choose_page_chosen_multiple": _chosen,
    "wagtailadmin_pages:move_confirm": _move,
    "wagtail_localize:submit_page_translation": _translate_page,
    "wagtail_localize:submit_snippet_translation": _translate_snippet,
    "wagtail_localize:update_translations": _update_translations,
    "wagtail_localize:convert_to_alias": _become_alias,
    **{f"wagtail_localize:snippets_api_{name}": _list_snippets for name in ("listing", "detail")},
    **{f"wagtail_localize:{name}": _of_translation for name in OF_TRANSLATIONS},
    **{f"{name}{ending}": _report for name in REPORTS for ending in ("", "_results")},
}
