"""`/api/v2/images/`: pictures of public collections with their renditions, in at most four statements."""

from django.db import models
from django.db.models import Prefetch, Q
from django.http import HttpRequest, QueryDict
from wagtail.images import get_image_model

from cms.core.errors import NotFound
from cms.media.api import FORMATS, WIDTHS
from cms.rest import parameters
from cms.rest.caching import digest, make_answer, respond
from cms.rest.encoding import encode
from cms.rest.paging import limit_and_offset

from . import schema
from .absolute import url
from .callers import DeliveryView, principals_of_request
from .fields import parse_names
from .queries import LARGEST_ID
from .uploads import ordered, public, selected

IMAGES = "/api/v2/images/"
META = ("type", "detail_url", "tags")
BODY = ("title", "alt", "width", "height", "credit", "focal_point", "renditions")
SORTABLE = {"id": "pk", "title": "title", "width": "width", "height": "height"}
PARAMETERS = frozenset({"id", "title", "width", "height", "search", "order", "fields", "limit", "offset"})


def listed_images(query: QueryDict) -> models.QuerySet:
    images = public(get_image_model())
    for name in ("id", "width", "height"):
        value = parameters.whole_number(query, name, most=LARGEST_ID if name == "id" else 2**31 - 1)
        if value is not None:
            images = images.filter(**{name: value})
    if "title" in query:
        images = images.filter(title=query["title"])
    for word in query.get("search", "").split()[:16]:
        images = images.filter(Q(title__icontains=word) | Q(description__icontains=word))
    return ordered(images, query, SORTABLE)


def with_all(images: models.QuerySet) -> models.QuerySet:
    """With renditions and tags: two statements more, however many images."""
    rendition = images.model.renditions.rel.related_model
    renditions = Prefetch("renditions", queryset=rendition.objects.all(), to_attr="all_renditions")
    return images.prefetch_related(renditions, "tags")


def described(image) -> dict:
    """An image as it is sent. Renditions are those made at upload: reading makes none."""
    point = image.get_focal_point()
    specs = {f"width-{width}|format-{kind}": kind for kind in FORMATS for width in WIDTHS}
    return {
        "id": image.pk,
        "meta": {
            "type": image._meta.label,
            "detail_url": url(f"{IMAGES}{image.pk}/"),
            "tags": sorted(tag.name for tag in image.tags.all()),
        },
        "title": image.title,
        "alt": image.description,
        "width": image.width,
        "height": image.height,
        "credit": image.credit,
        "focal_point": point
        and {
            "x": round(point.centroid_x * 1000 / image.width),
            "y": round(point.centroid_y * 1000 / image.height),
        },
        "renditions": [
            {
                "url": url(each.url),
                "width": each.width,
                "height": each.height,
                "format": specs[each.filter_spec],
            }
            for each in sorted(image.all_renditions, key=_by_format_and_width)
            if each.filter_spec in specs
        ],
    }


def _by_format_and_width(rendition) -> tuple[int, int]:
    kind = rendition.filter_spec.rpartition("format-")[2]
    return (FORMATS.index(kind) if kind in FORMATS else len(FORMATS), rendition.width)


class ImageList(DeliveryView):
    allowed_parameters = PARAMETERS

    @schema.image_list
    def get(self, request: HttpRequest):
        principals_of_request(request)
        query = request.GET
        names = parse_names(query.get("fields"), meta=META, body=BODY, default={"id", "title", *META})
        limit, offset = limit_and_offset(query)
        images = listed_images(query)
        total = images.order_by().count()
        found = list(with_all(images)[offset : offset + limit]) if limit else []
        items = [selected(described(image), names) for image in found]
        body = encode({"meta": {"total_count": total}, "items": items})
        surrogates = ["images", *(f"image-{image.pk}" for image in found)]
        return respond(request, make_answer(body, etag=digest(body), surrogates=surrogates))


class ImageDetail(DeliveryView):
    allowed_parameters = frozenset({"fields"})

    @schema.image_detail
    def get(self, request: HttpRequest, image_id: int):
        principals_of_request(request)
        names = parse_names(request.GET.get("fields"), meta=META, body=BODY, default={"id", *META, *BODY})
        image = (
            with_all(public(get_image_model())).filter(pk=image_id).first()
            if image_id <= LARGEST_ID
            else None
        )
        if image is None:
            raise NotFound
        return respond(
            request, make_answer(encode(selected(described(image), names)), surrogates=[f"image-{image_id}"])
        )
