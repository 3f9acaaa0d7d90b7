"""Files of documents, to who may read what is in them, now; the list before publishing, to who may edit the page."""

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms.core import audiences

from . import takeaways
from .checklist import checklist
from .marks import freshen
from .read import visible


@require_safe
def takeaway(request, key, locale: str, slug: str, kind: str):
    """The file of a document as it is now: made now where it isn't there yet. 404 for what isn't there or isn't theirs."""
    principals = audiences.principals_of(request.user)

    def look():
        items = visible(principals).select_related("current")
        return items.filter(key=key, locale=locale).first()

    item = look()
    if item is not None and freshen([item]):
        item = look()
    if item is None or item.stale or item.slug != slug:
        raise Http404
    row = takeaways.fresh(item, kind)
    if row is None:
        raise Http404
    etag = f'"{row.sha256[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = FileResponse(
            default_storage.open(row.name, "rb"), content_type=takeaways.MEDIA_TYPES[kind]
        )
        response["Content-Length"] = row.size
        response["Content-Disposition"] = content_disposition_header(True, f"{slug}-{locale}.{kind}")
        response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    # The same address shows the next version: whoever keeps it asks again each time.
    response["Cache-Control"] = "public, no-cache" if item.access_key == "" else "private, no-store"
    return response


@never_cache
@require_safe
def checklist_fragment(request, page_id: int):
    """How a page's saved draft stands, for the edit view to swap in. Raises PermissionDenied, 404."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    context = {"checked": checklist(page_id, request.user), "page_id": page_id}
    return render(request, "wagtailadmin/checklist/items.html", context)
