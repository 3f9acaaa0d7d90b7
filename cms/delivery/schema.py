"""What `/api/v2/` takes and gives, for the OpenAPI description."""

from drf_spectacular.utils import OpenApiParameter as Parameter
from drf_spectacular.utils import OpenApiResponse, extend_schema

from cms.core import languages
from cms.rest.block_schemas import reference
from cms.rest.paging import MAX_LIMIT

from . import document_schemas
from .documents import RICH_TEXT_FORMATS
from .listing import TAXONOMIES

JSON = "application/json"
_LOCALES = languages.codes()


def _query(name: str, description: str, kind=str, **more) -> Parameter:
    return Parameter(name, kind, Parameter.QUERY, description=description, **more)


def _raw(name: str, description: str, schema: dict) -> Parameter:
    return Parameter(name, schema, Parameter.QUERY, description=description)


FIELDS = _query(
    "fields",
    "What is sent: names separated by commas. `*` all, `_` none (each in the first place), `-name` without, "
    "`image(alt,renditions)` members of an image or a linked page.",
)
FORMAT = _query(
    "rich_text_format",
    "Rich text is display HTML, or Markdown (CommonMark): in fields and in blocks, with whole addresses. Links to the glossary "
    "are their words then.",
    enum=list(RICH_TEXT_FORMATS),
)
LIMIT = _raw(
    "limit", "Items at most.", {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT, "default": 20}
)
OFFSET = _raw("offset", "Items passed over.", {"type": "integer", "minimum": 0, "default": 0})
LOCALE = _query("locale", "A language.", enum=_LOCALES)
TYPE = _raw(
    "type",
    "Types, with commas or repeated. Their own text, number, choice and date fields filter and sort then too, by name.",
    {"type": "string", "examples": ["guides.GuidePage"]},
)
FALLBACK = _query(
    "fallback", "Languages, with commas, that stand in where `locale` is missing, in this order."
)
EDITION = _raw(
    "edition",
    "What an edition holds of it, by the edition's number; instead of `version`.",
    {"type": "integer", "minimum": 1},
)


def _ok(name: str, description: str) -> dict:
    return {(200, JSON): OpenApiResponse(reference(name), description=description), 304: NOT_MODIFIED}


NOT_MODIFIED = OpenApiResponse(description="What `If-None-Match` names is what there is.")
IF_NONE_MATCH = Parameter(
    "If-None-Match", str, Parameter.HEADER, description="Entity tags; the answer may be 304."
)


def _described(operation_id: str, summary: str, description: str, parameters: list, responses: dict):
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=description,
        parameters=[*parameters, IF_NONE_MATCH],
        responses=responses,
        auth=[],
    )


def _taxonomies() -> list[Parameter]:
    return [
        Parameter(
            name,
            {"type": "array", "items": {"type": "string"}},
            Parameter.QUERY,
            description="Codes of terms; repeated ones are alternatives, different taxonomies must all hold.",
            explode=True,
        )
        for name in TAXONOMIES
    ]


_PLACE = {"anyOf": [{"type": "integer", "minimum": 0}, {"const": "root"}]}

page_list = _described(
    "pages",
    "List documents",
    "Wagtail's parameters and envelope over published documents, and more. Unknown parameters are errors.",
    [
        TYPE,
        FIELDS,
        _query(
            "order",
            "Names separated by commas, `-` for descending: `id`, `title`, `slug`, `show_in_menus`, `seo_title`, "
            "`search_description`, `first_published_at`, `published_at`, `updated_at`, `locale`, the types' own; or "
            "`random`. Every order ends in the id.",
        ),
        _query("search", "Words that must all be there."),
        _query("search_operator", "Whether all words must be there or any.", enum=["and", "or"]),
        LOCALE,
        FALLBACK,
        _query(
            "translation_state",
            document_schemas.STATES_MEAN + " With `fallback` it is that of the document that was chosen.",
            enum=list(document_schemas.STATES),
        ),
        _raw("child_of", "Children of a page.", _PLACE),
        _raw("descendant_of", "Everything below a page.", _PLACE),
        _raw("ancestor_of", "Everything above a page.", {"type": "integer", "minimum": 0}),
        _raw("translation_of", "The other languages of a page.", _PLACE),
        _query("slug", "Exactly this."),
        _query("title", "Exactly this."),
        _query("seo_title", "Exactly this."),
        _query("search_description", "Exactly this."),
        _query("show_in_menus", "Whether it is shown in menus.", bool),
        _raw("first_published_at", "Exactly this moment.", document_schemas.MOMENT),
        _raw("id", "Exactly this page.", {"type": "integer", "minimum": 0}),
        _raw("key", "Exactly this key.", document_schemas.KEY),
        _raw(
            "updated_since", "What changed for readers at or after a moment or day.", document_schemas.MOMENT
        ),
        *_taxonomies(),
        _query(
            "facets",
            "Names separated by commas, of the filters by term: `meta.facets` then counts for each term what there would be "
            "with it, after the other filters.",
        ),
        _query("site", "The site's own host name."),
        FORMAT,
        LIMIT,
        OFFSET,
    ],
    _ok("PageList", "Items, in order."),
)
page_detail = _described(
    "page",
    "Read a document",
    "The whole document with its envelope, or what `fields` asks for.",
    [
        FIELDS,
        _raw("version", "An older version.", {"type": "integer", "minimum": 1}),
        EDITION,
        FORMAT,
    ],
    _ok("Page", "The document."),
)
page_by_key = _described(
    "page_by_key",
    "Read a document by its key",
    "The stable address: the key is the same in every language.",
    [Parameter("locale", str, Parameter.QUERY, required=True, enum=_LOCALES), FALLBACK, FIELDS, FORMAT],
    _ok("Page", "The document."),
)
page_find = _described(
    "find_page",
    "Find a document by its address on the site",
    "Answers with the address of the document. Moved addresses are followed; other parameters are kept.",
    [
        _query("html_path", "The path on the site, with the language's prefix: `/ar/guides/`."),
        _raw("id", "Or the page's id.", {"type": "integer", "minimum": 0}),
        FIELDS,
        _raw("version", "An older version.", {"type": "integer", "minimum": 1}),
        EDITION,
        FORMAT,
    ],
    {302: OpenApiResponse(description="`Location` is the document's address.")},
)
page_contents = _described(
    "page_contents",
    "Read the contents under a document",
    "The whole tree of a compendium, guide or course in one call, numbered, with what is missing in this language in "
    "another.",
    [],
    _ok("Contents", "The tree."),
)
page_related = _described(
    "page_related",
    "Read what is related to a document",
    "Up to four good practices that share the most terms with it (target, threat, topic, phase, country), the nearest "
    "first; in the document's language, else in another.",
    [],
    _ok("PageReferences", "The practices."),
)
page_used_in = _described(
    "page_used_in",
    "Read where a document is used",
    "The documents that show it or link to it, by title; each in the document's language where it uses it there, else in "
    "another.",
    [LIMIT, OFFSET],
    _ok("PageReferences", "The documents."),
)
page_editions = _described(
    "page_editions",
    "Read the editions of a document",
    "All editions of the compendium, guide or course that a document belongs to, the newest first: when each was released, "
    "what replaced it, what it changed, and its errata.",
    [],
    _ok("Editions", "The editions."),
)
image_list = _described(
    "images",
    "List images",
    "Images of public collections.",
    [
        FIELDS,
        _query("order", "`id`, `title`, `width`, `height`, `-` for descending; or `random`."),
        _query("search", "Words that must all be in the title or the alternative text."),
        _query("title", "Exactly this."),
        _raw("width", "Exactly this, in pixels.", {"type": "integer", "minimum": 0}),
        _raw("height", "Exactly this, in pixels.", {"type": "integer", "minimum": 0}),
        _raw("id", "Exactly this image.", {"type": "integer", "minimum": 0}),
        LIMIT,
        OFFSET,
    ],
    _ok("ImageList", "Items, in order."),
)
image_detail = _described(
    "image",
    "Read an image",
    "With its renditions and its alternative text.",
    [FIELDS],
    _ok("ListedImage", "The image."),
)
file_list = _described(
    "documents",
    "List files",
    "Files of public collections. `meta.download_url` asks each time who may have the file.",
    [
        FIELDS,
        _query("order", "`id`, `title`, `size`, `-` for descending; or `random`."),
        _query("search", "Words that must all be in the title."),
        _query("title", "Exactly this."),
        _raw("id", "Exactly this file.", {"type": "integer", "minimum": 0}),
        LIMIT,
        OFFSET,
    ],
    _ok("FileList", "Items, in order."),
)
file_detail = _described(
    "document",
    "Read what there is to know of a file",
    "Its size, its checksum and where to ask for it.",
    [FIELDS],
    _ok("ListedFile", "The file."),
)
taxonomy_list = _described(
    "taxonomies", "List the taxonomies", "The lists of terms.", [], _ok("TaxonomyList", "All of them.")
)
taxonomy_detail = _described(
    "taxonomy",
    "Read a taxonomy",
    "All terms with their labels in every language; countries are ISO 3166-1 codes within UN M49 regions.",
    [],
    _ok("Taxonomy", "The terms in their order."),
)
site = _described(
    "site",
    "Read the site's name, languages and menus",
    "For each language in which anything is published: its menu and the site's own texts.",
    [],
    _ok("Site", "The site."),
)
redirects = _described(
    "redirects",
    "List addresses that have moved",
    "The longest unchanged first. With `updated_since` those that were made or changed since.",
    [
        _raw("updated_since", "Made or changed at or after a moment or day.", document_schemas.MOMENT),
        LIMIT,
        OFFSET,
    ],
    _ok("RedirectList", "Items, in order."),
)
preview = _described(
    "preview",
    "Read a draft",
    "By a token that the editor's preview hands to `HEADLESS_PREVIEW_URL`. It lasts an hour.",
    [Parameter("token", str, Parameter.QUERY, required=True, description="As it was handed over.")],
    {(200, JSON): OpenApiResponse(reference("Draft"), description="The draft’s document.")},
)
changes = _described(
    "changes",
    "Follow what changes",
    "Without a cursor a full sync begins; each answer's `next_cursor` goes on from there. Whoever follows it holds what "
    "the API shows. 410 says to begin again and to drop what the new sync doesn't list.",
    [
        _query("cursor", "From the last answer."),
        _query("include", "`document` sends the documents along.", enum=["document"]),
        _raw("limit", "Items at most.", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}),
    ],
    _ok("Changes", "What became visible, changed or disappeared."),
)
search = _described(
    "search",
    "Search documents",
    "Documents that hold all the words, the best first. Case and accents make no difference.",
    [Parameter("q", str, Parameter.QUERY, required=True, description="Words."), LOCALE, TYPE, LIMIT, OFFSET],
    _ok("PageList", "Items, the best first."),
)


def add_documents(result, generator, request, public):
    """Postprocessing hook: the components of documents."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas |= document_schemas.shared() | document_schemas.documents()
    result["components"].setdefault("securitySchemes", {})["key"] = KEY
    for path, operations in result["paths"].items():
        if path.startswith("/api/v2/"):
            for operation in operations.values():
                # Without a key, or with one.
                operation["security"] = [{}, {"key": []}]
                for status in ("401", "403"):
                    operation["responses"].setdefault(
                        status, {"$ref": f"#/components/responses/Problem{status}"}
                    )
    return result


KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key made in the admin, `cmp_…`. Reading what is public needs none; modules, lessons and quizzes need one with the scope `content:courses`. Never in an address; a secret key "
    "never from a page that browsers load.",
}
