"""`/api/v2/preview/?token=…`: a draft's document, for a front end that isn't ours.

The editor's preview (or “view draft”) stores what it shows and sends the browser to `HEADLESS_PREVIEW_URL` with a token. The front
end asks here with it. A token is signed, names one draft, lasts an hour, and is worth only what its maker may do now.
"""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson
from django.apps import apps
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.content import api as content
from cms.core import languages
from cms.core.errors import NotFound
from cms.core.pages import BasePage
from cms.rest.api import BadCredential
from cms.rest.caching import PRIVATE
from cms.rest.parameters import refuse

from . import schema
from .absolute import absolute, url
from .callers import DeliveryView
from .models import PreviewDraft, Scope

LASTS = timedelta(hours=1)
SALT = "cms.delivery.preview"
# The token in the address goes to no other site. Without any referrer browsers give a form's origin as `null`, and Django refuses it.
REFERRERS = "same-origin"


def store(page: BasePage, *, user, now: datetime) -> str:
    """Keep a draft as it stands and return its token. The page may never have been saved."""
    # A page that is being added has its place in the tree already, and no more.
    parent = Page.objects.filter(path=page.path[: -Page.steplen]).first()
    draft = PreviewDraft.objects.create(
        page_id=page.pk,
        parent_id=parent.pk if parent else None,
        type=page._meta.label,
        content=page.serializable_data(),
        user=user,
        created_at=now,
    )
    return signing.dumps(str(draft.uuid), salt=SALT)


def address(token: str) -> str:
    """Where the front end shows a draft: `HEADLESS_PREVIEW_URL` with the token among its parameters."""
    parts = urlsplit(settings.HEADLESS_PREVIEW_URL)
    query = urlencode([*parse_qsl(parts.query), ("token", token)])
    return urlunsplit(parts._replace(query=query))


def draft_of(token: str, *, now: datetime) -> PreviewDraft:
    """The draft of a token. Raises BadCredential for one that is not, or no longer, good: forged, an hour old, made by
    somebody who may not edit the page any more, or of a page that is gone."""
    try:
        mark = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        raise BadCredential from None
    draft = PreviewDraft.objects.select_related("user").filter(uuid=mark, created_at__gt=now - LASTS).first()
    if draft is None or not draft.user.is_active or not _may_edit(draft):
        raise BadCredential
    return draft


def _may_edit(draft: PreviewDraft) -> bool:
    if draft.page_id is None:
        parent = Page.objects.filter(pk=draft.parent_id).first()
        return parent is not None and parent.permissions_for_user(draft.user).can_add_subpage()
    page = Page.objects.filter(pk=draft.page_id).first()
    return page is not None and page.permissions_for_user(draft.user).can_edit()


def document(draft: PreviewDraft) -> dict:
    """The draft as an item: the body that publishing would make, and as much of the envelope as there is."""
    page = apps.get_model(draft.type).from_serializable_data(draft.content, check_fks=False)
    if page is None:
        raise NotFound
    compiled = content.compile_page(page)
    item = content.draft_item(page, compiled)
    meta = {
        "type": item.type,
        "html_url": url(item.path) if item.path else None,
        "slug": item.slug,
        "locale": item.locale,
        "key": str(item.key),
        "direction": languages.direction(item.locale),
        "access": "restricted" if item.access_key else "public",
        "preview": True,
        "drafted_at": draft.created_at.isoformat().replace("+00:00", "Z"),
    }
    return {"id": draft.page_id, "meta": meta, **compiled.body}


class Preview(DeliveryView):
    """Never kept, never indexed; the token is all that it asks for. A key needs the scope `preview`."""

    allowed_parameters = frozenset({"token"})
    problem_statuses = (401,)
    scopes = frozenset({Scope.PREVIEW})

    @schema.preview
    def get(self, request: HttpRequest):
        token = request.GET.get("token")
        if not token:
            raise refuse("token", _("Say which draft."), code="missing_parameter")
        found = document(draft_of(token, now=timezone.now()))
        return HttpResponse(absolute(orjson.dumps(found)), content_type="application/json")

    def finish(self, request, response):
        super().finish(request, response)
        response.headers["Cache-Control"] = PRIVATE
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = REFERRERS


def forget(now: datetime) -> None:
    """Delete drafts whose tokens have ended."""
    PreviewDraft.objects.filter(created_at__lte=now - LASTS).delete()


def on_other_front_end(page: BasePage, request) -> HttpResponse:
    """The editor's preview in the mode of that name: the browser goes there with a token."""
    response = HttpResponseRedirect(address(store(page, user=request.user, now=timezone.now())))
    response["Referrer-Policy"] = REFERRERS
    response["Cache-Control"] = PRIVATE
    return response
