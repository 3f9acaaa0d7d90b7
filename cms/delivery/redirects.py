"""`/api/v2/redirects/`: addresses that have moved, and where to."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce, Greatest
from django.http import HttpRequest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import ModelLogEntry

from cms.content import api as content
from cms.rest import parameters
from cms.rest.caching import Answer, digest, make_answer, respond
from cms.rest.encoding import encode
from cms.rest.paging import limit_and_offset

from . import schema
from .absolute import url
from .callers import DeliveryView, principals_of_request
from .rows import moment_text


class Redirects(DeliveryView):
    """Seven statements at most, however many."""

    allowed_parameters = frozenset({"updated_since", "limit", "offset"})

    @schema.redirects
    def get(self, request: HttpRequest):
        return respond(request, redirects_answer(request.GET, principals_of_request(request)))


def redirects_answer(query, principals: frozenset[str]) -> Answer:
    """Those that lead to what these principals see, or to another site. A redirect tells of what it leads to, so that one
    which leads to something restricted isn't there, by whichever way: chosen as a page or typed as an address."""
    since = parameters.moment(query, "updated_since")
    limit, offset = limit_and_offset(query)
    visible = content.visible(principals)
    # Redirects don't know when they were changed; the log does.
    edits = (
        ModelLogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Redirect),
            object_id=Cast(OuterRef("pk"), CharField()),
        )
        .order_by()
        .values("object_id")
        .annotate(last=Max("timestamp"))
        .values("last")
    )
    rows = (
        Redirect.objects.filter(Q(site=None) | Q(site__is_default_site=True))
        .filter(Q(redirect_page=None) | Q(redirect_page__in=visible.values("page_id")))
        .exclude(pk__in=_leading_to_hidden(principals))
        .annotate(updated=Greatest("created_at", Coalesce(Subquery(edits), "created_at")))
        .order_by("updated", "pk")
    )
    if since is not None:
        rows = rows.filter(updated__gte=since)
    total = rows.order_by().count()
    found = list(rows[offset : offset + limit]) if limit else []
    targets = dict(
        visible.filter(page_id__in={row.redirect_page_id for row in found} - {None}).values_list(
            "page_id", "path"
        )
    )
    items = [_item(row, targets) for row in found]
    body = encode({"meta": {"total_count": total}, "items": items})
    return make_answer(body, etag=digest(body), surrogates=["redirects"])


def _leading_to_hidden(principals: frozenset[str]) -> list[int]:
    """Primary keys of the redirects whose address was typed and is that of a document which these principals don't see."""
    typed = Redirect.objects.filter(redirect_page=None).values_list("pk", "old_path", "redirect_link")
    paths = {pk: path for pk, old, link in typed if (path := content.led_to(link, f"{old}/"))}
    hidden = content.hidden_paths(set(paths.values()), principals)
    return [pk for pk, path in paths.items() if path in hidden]


def _item(row: Redirect, targets: dict[int, str]) -> dict:
    # Old addresses are stored without their last slash, which ours have.
    path, _, query = row.old_path.partition("?")
    return {
        "id": row.pk,
        "old_path": f"{path}/?{query}" if query else f"{path}/",
        "location": url(targets[row.redirect_page_id])
        if row.redirect_page_id in targets
        else _whole(row.redirect_link),
        "page_id": row.redirect_page_id,
        "is_permanent": row.is_permanent,
        "updated_at": moment_text(row.updated),
    }


def _whole(link: str) -> str:
    return url(link) if link.startswith("/") and not link.startswith("//") else link
