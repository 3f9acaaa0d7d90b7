"""What we are measured against, in the same process and behind the same middleware.

*Stock*: Wagtail's API v2 over the same pages. Our blocks compile themselves, which outside of a compilation costs a statement
for each picture; stock Wagtail doesn't do that, so the peer gets what the nearest class of Wagtail's gives: ids of pictures,
links as they are stored. It does less than we do, and is measured at that.

*Constant*: a Django view that returns bytes made beforehand: what Django takes for doing nothing. It is an ordinary view, behind
the whole middleware; `ConstantRead` is one of the kind that our API is made of, which goes past most of it.
"""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.serializers import PageSerializer, StreamField
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.blocks import Block, ListBlock, StreamBlock, StructBlock
from wagtail.fields import StreamField as StreamModelField

from cms.delivery import documents, lists
from cms.rest.reading import ReadView


def stock_representation(block: Block, value, context=None):
    """A block's value as Wagtail's own class of that block gives it."""
    if isinstance(block, StreamBlock):
        return [
            {
                "type": child.block.name,
                "value": stock_representation(child.block, child.value, context),
                "id": child.id,
            }
            for child in value or ()
        ]
    stock = next(base for base in type(block).__mro__ if base.__module__.startswith("wagtail."))
    if stock is StructBlock:
        return {
            name: stock_representation(child, value[name], context)
            for name, child in block.child_blocks.items()
        }
    if stock is ListBlock:
        return [stock_representation(block.child_block, each, context) for each in value]
    return stock.get_api_representation(block, value, context=context)


class StockStreamField(StreamField):
    def to_representation(self, value):
        return stock_representation(value.stream_block, value, self.context)


class StockPageSerializer(PageSerializer):
    serializer_field_mapping = {**PageSerializer.serializer_field_mapping, StreamModelField: StockStreamField}


class StockPages(PagesAPIViewSet):
    base_serializer_class = StockPageSerializer


stock_api = WagtailAPIRouter("stock")
stock_api.register_endpoint("pages", StockPages)


@lru_cache(maxsize=16)
def _bytes(size: int) -> bytes:
    return b"x" * size


def constant(request: HttpRequest, size: int) -> HttpResponse:
    """That many bytes."""
    return HttpResponse(_bytes(size), content_type="application/json")


class ConstantRead(ReadView):
    """The same from below `/api/v2/`."""

    def get(self, request: HttpRequest, size: int) -> HttpResponse:
        # Django's middleware would say how long it is, and isn't on this way.
        headers = {"Content-Length": str(size)}
        return HttpResponse(_bytes(size), content_type="application/json", headers=headers)


_kept = {cache: cache.max_bytes for cache in (documents.ANSWERS, lists.ITEMS, lists.LISTS)}


def keep_answers(request: HttpRequest, keep: str) -> HttpResponse:
    """Switch keeping answers in memory `on` or `off`: off is what the first reader of each document meets."""
    for cache, size in _kept.items():
        cache.clear()
        cache.max_bytes = size if keep == "on" else 0
    return HttpResponse(keep)
