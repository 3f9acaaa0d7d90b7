"""`/api/v2/pages/`: documents in lists, by id, by key, by address, their contents and what is around them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from cms.core.errors import NotFound
from cms.rest import parameters
from cms.rest.caching import PUBLIC, respond
from cms.rest.parameters import refuse

from . import schema
from .callers import DeliveryView, principals_of_request
from .contents import contents_answer
from .documents import by_id, by_key, wants_markdown
from .editions import editions_answer
from .finding import page_id_of
from .items import detail_url
from .listing import REPEATABLE, allowed_parameters
from .lists import list_answer
from .neighbours import related_answer, used_in_answer
from .queries import LARGEST_ID
from .versions import edition_answer, version_answer


class PageList(DeliveryView):
    repeatable_parameters = REPEATABLE

    def allowed(self, request: HttpRequest):
        return allowed_parameters(request.GET, principals_of_request(request))

    @schema.page_list
    def get(self, request: HttpRequest):
        return respond(request, list_answer(request.GET, principals_of_request(request)))


class PageDetail(DeliveryView):
    allowed_parameters = frozenset({"fields", "version", "edition", "rich_text_format"})

    @schema.page_detail
    def get(self, request: HttpRequest, page_id: int):
        principals = principals_of_request(request)
        if not request.META.get("QUERY_STRING"):
            return respond(request, by_id(page_id, principals))
        query = request.GET
        markdown = wants_markdown(query)
        number = parameters.whole_number(query, "version", least=1)
        edition = parameters.whole_number(query, "edition", least=1)
        if edition is not None:
            if number is not None:
                raise refuse("edition", _("Ask for a version or for an edition."))
            found = edition_answer(page_id, edition, principals, query.get("fields"), markdown=markdown)
        elif number is not None:
            found = version_answer(page_id, number, principals, query.get("fields"), markdown=markdown)
        else:
            found = by_id(page_id, principals, query.get("fields"), markdown=markdown)
        return respond(request, found)


class PageByKey(DeliveryView):
    allowed_parameters = frozenset({"locale", "fallback", "fields", "rich_text_format"})

    @schema.page_by_key
    def get(self, request: HttpRequest, key: UUID):
        query = request.GET
        markdown = wants_markdown(query)
        locale = parameters.locale(query)
        if locale is None:
            raise refuse("locale", _("Say which language."), code="missing_parameter")
        fallback = parameters.locales(query, "fallback")
        answer = by_key(
            key, locale, fallback, principals_of_request(request), query.get("fields"), markdown=markdown
        )
        return respond(request, answer)


class PageFind(DeliveryView):
    allowed_parameters = frozenset({"html_path", "id", "fields", "version", "edition", "rich_text_format"})
    problem_statuses = (404,)

    @schema.page_find
    def get(self, request: HttpRequest):
        query = request.GET.copy()
        principals = principals_of_request(request)
        if "html_path" in query:
            page_id = page_id_of(query.pop("html_path")[0], principals)
            query.pop("id", None)
        elif "id" in query:
            page_id = parameters.whole_number(query, "id", most=LARGEST_ID)
            query.pop("id")
            by_id(page_id, principals)
        else:
            raise NotFound
        rest = query.urlencode()
        response = HttpResponseRedirect(detail_url(page_id) + (f"?{rest}" if rest else ""))
        response["Cache-Control"] = PUBLIC
        return response


class PageContents(DeliveryView):
    allowed_parameters = frozenset()

    @schema.page_contents
    def get(self, request: HttpRequest, page_id: int):
        if page_id > LARGEST_ID:
            raise NotFound
        return respond(request, contents_answer(page_id, principals_of_request(request)))


class PageRelated(DeliveryView):
    allowed_parameters = frozenset()

    @schema.page_related
    def get(self, request: HttpRequest, page_id: int):
        return respond(request, related_answer(page_id, principals_of_request(request)))


class PageUsedIn(DeliveryView):
    allowed_parameters = frozenset({"limit", "offset"})

    @schema.page_used_in
    def get(self, request: HttpRequest, page_id: int):
        return respond(request, used_in_answer(page_id, request.GET, principals_of_request(request)))


class PageEditions(DeliveryView):
    allowed_parameters = frozenset()

    @schema.page_editions
    def get(self, request: HttpRequest, page_id: int):
        if page_id > LARGEST_ID:
            raise NotFound
        return respond(request, editions_answer(page_id, principals_of_request(request)))
