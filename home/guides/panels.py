"""Where something is used, in the form in which it is edited: seen before it is saved."""

from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import page_permission_policy

# So many pages are named; who needs the rest finds it behind Wagtail's own count.
MOST = 10


@dataclass
class Uses:
    """`pages` that are named, `{title, page, language}`; how many `others` there are, and how many pages in all."""

    pages: list[dict] = field(default_factory=list)
    others: int = 0

    @property
    def total(self) -> int:
        return len(self.pages) + self.others


def uses_of(obj: models.Model, user) -> Uses:
    """The pages, in all languages, that refer to a page or snippet in any of its languages.

    Named are those that this person may see in the explorer. The number counts the others as well, as Wagtail's own
    does: who changes something shared should know that it is. Four statements beside the person's permissions.
    """
    family = list(type(obj)._default_manager.filter(translation_key=obj.translation_key).only("pk"))
    page_type = ContentType.objects.get_for_model(Page)
    references = ReferenceIndex.get_references_to_in_bulk(family).filter(base_content_type=page_type)
    ids = {int(page_id) for page_id in references.values_list("object_id", flat=True)}
    # Aliases stand in for what isn't translated: their source is there already.
    users = Page.objects.filter(pk__in=ids, alias_of__isnull=True).exclude(
        translation_key=obj.translation_key
    )
    total = users.count() if ids else 0
    if not total:
        return Uses()
    explorable = page_permission_policy.explorable_instances(user)
    named = (
        users.filter(pk__in=explorable.values("pk")).select_related("locale").order_by("title", "pk")[:MOST]
    )
    pages = [
        {"title": page.get_admin_display_title(), "page": page, "language": page.locale.get_display_name()}
        for page in named
    ]
    return Uses(pages, total - len(pages))


class UsedInPanel(Panel):
    """Names the pages that use what is being edited; nothing where none does."""

    def __init__(self, **kwargs):
        kwargs.setdefault("heading", _("Used in"))
        kwargs.setdefault("icon", "link")
        super().__init__(**kwargs)

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/panels/used_in.html"

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            known = self.instance is not None and self.instance.pk and self.request is not None
            self.uses = uses_of(self.instance, self.request.user) if known else Uses()

        def is_shown(self):
            return bool(self.uses.total)
