"""What the desk's screens have in common: who may enter, and how a refusal is told."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.content.notices import listed
from cms.core.errors import DomainError, NotFound, NotPermitted

from .. import access

DESK = _("Translation desk")

# What somebody may do in general and not here: said, where all else is closed.
REFUSED = {
    "second_person": _("You wrote some of this: somebody else approves it."),
    "not_yours": _("Somebody else has taken this."),
}


def isolated(title: str) -> str:
    """A title beside which something else stands, whichever way either runs."""
    return f"\u2068{title}\u2069"


class DeskMixin:
    """For whoever has something to do at the desk. Raises PermissionDenied for others."""

    @cached_property
    def rights(self) -> access.Rights:
        return access.rights_of(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if not self.rights.has_desk:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def do(self, write: Callable[[], object], done: str = "") -> bool:
        """Do something and say so; whether it was done. What is refused is told, what can't be seen isn't there."""
        try:
            write()
        except NotFound:
            raise Http404 from None
        except NotPermitted as error:
            if error.code not in REFUSED:
                raise PermissionDenied from None
            messages.error(self.request, REFUSED[error.code])
        except DomainError as error:
            problems = error.extra.get("problems", ())
            messages.error(self.request, listed(error.message, problems) if problems else error.message)
        else:
            if done:
                messages.success(self.request, done)
            return True
        return False


class DeskPage(DeskMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen of the desk."""

    header_icon = "globe"
    page_title = DESK

    def get_breadcrumbs_items(self):
        crumbs = [*self.breadcrumbs_items, {"url": reverse_lazy("translation:board"), "label": DESK}]
        if self.get_header_title() != DESK:
            crumbs.append({"url": "", "label": self.get_header_title()})
        return crumbs
