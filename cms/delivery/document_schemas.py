"""JSON schemas of documents: the envelope, and each type's members worked out from its model."""

from django.db import models
from wagtail.fields import RichTextField, StreamField

from cms.core import languages
from cms.rest.block_schemas import HTML, TEXT, array, nullable, obj, reference, schema_of

from .fields import SOMETIMES
from .rows import STATES
from .types import DocumentType, document_types

STATES_MEAN = (
    "How it stands as a translation: `original`, the language that it was written in; `published`, a translation that says "
    "what the original says; `outdated`, the original says something else by now, or not all of it is translated."
)
MOMENT = {"type": "string", "format": "date-time"}
URI = {"type": "string", "format": "uri"}
KEY = {"type": "string", "format": "uuid"}
INTEGER = {"type": "integer"}
BOOLEAN = {"type": "boolean"}
DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
# Members that are the same list in whatever type has them.
SHARED_MEMBERS = {
    "glossary": "GlossaryEntry",
    "terms": "Term",
    "instruments": "Instrument",
    "organisations": "Organisation",
}


def locale() -> dict:
    return {"type": "string", "enum": languages.codes()}


def shared() -> dict[str, dict]:
    """Components that documents of all types are made of."""
    return {
        "PageLink": obj(
            {"id": INTEGER, "key": KEY, "title": TEXT, "url": URI, "type": TEXT, "locale": locale()},
            description="Another page, in the document's language where it exists, else in another (`locale`).",
        ),
        "Rendition": obj(
            {
                "url": URI,
                "width": INTEGER,
                "height": INTEGER,
                "format": {"type": "string", "enum": ["webp", "jpeg"]},
            }
        ),
        "FocalPoint": obj(
            {"x": INTEGER, "y": INTEGER}, description="In parts of a thousand of the width and the height."
        ),
        "Image": obj(
            {
                "id": INTEGER,
                "alt": {"type": "string", "description": "Alternative text; empty for a decorative image."},
                "width": INTEGER,
                "height": INTEGER,
                "credit": TEXT,
                "focal_point": nullable(reference("FocalPoint")),
                "renditions": array(reference("Rendition")),
            }
        ),
        "File": obj(
            {
                "id": INTEGER,
                "title": TEXT,
                "url": URI,
                "size": {**INTEGER, "description": "Bytes."},
                "sha256": DIGEST,
            }
        ),
        "Takeaway": obj(
            {
                "kind": {"type": "string", "enum": ["pdf", "epub"]},
                "url": URI,
                "size": {**INTEGER, "description": "Bytes."},
                "sha256": DIGEST,
            }
        ),
        "Term": obj({"taxonomy": TEXT, "code": TEXT, "label": TEXT}),
        "Instrument": obj(
            {"code": TEXT, "title": TEXT, "kind": TEXT, "year": nullable(INTEGER), "url": TEXT},
            description="A legal instrument by its symbol.",
        ),
        "Organisation": obj({"code": TEXT, "name": TEXT, "abbreviation": TEXT, "kind": TEXT, "url": TEXT}),
        "GlossaryEntry": obj(
            {"code": TEXT, "term": TEXT, "abbreviation": TEXT, "definition": TEXT},
            description="A term that the texts use: links to `#term-<code>` in their HTML lead here.",
        ),
        "Translation": obj(
            {
                "locale": locale(),
                "id": INTEGER,
                "title": TEXT,
                "detail_url": URI,
                "html_url": URI,
                "state": {"type": "string", "enum": list(STATES), "description": STATES_MEAN},
                "outdated_since": {
                    **nullable(MOMENT),
                    "description": "When the original was published that it has been behind since; null while it isn’t.",
                },
            }
        ),
        "PageMeta": obj(
            meta_properties(),
            optional=("parent", *SOMETIMES),
            description="The envelope: what surrounds a document and changes without a new version of it.",
        ),
        "ListedPageMeta": obj(
            meta_properties(),
            optional=tuple(meta_properties()),
            description="As in a document, without `parent`; which members there are depends on `fields`.",
        ),
        "ListedPage": obj(
            {"id": INTEGER, "meta": reference("ListedPageMeta"), "title": TEXT},
            optional=("id", "meta", "title"),
            additionalProperties=True,
            description="An item of a list: `id`, `meta` and `title`, or what `fields` asks for of its type's document.",
        ),
        "Page": {
            "anyOf": [reference(label) for label in document_types()],
            "description": "A document; `meta.type` says of which type.",
        },
        "PageList": obj(
            {
                "meta": obj(
                    {
                        "total_count": {**INTEGER, "minimum": 0},
                        "facets": {
                            "type": "object",
                            "additionalProperties": array(reference("FacetTerm")),
                            "description": "Where `facets` asks for it: by name.",
                        },
                    },
                    optional=("facets",),
                ),
                "items": array(reference("ListedPage")),
            }
        ),
        "FacetTerm": obj({"code": TEXT, "label": TEXT, "count": {**INTEGER, "minimum": 1}}),
        "TaxonomyName": obj({"name": TEXT, "labels": labels(), "detail_url": URI}),
        "SiteLink": obj(
            {
                "id": INTEGER,
                "key": KEY,
                "type": TEXT,
                "title": TEXT,
                "locale": locale(),
                "html_url": URI,
                "detail_url": URI,
            }
        ),
        "SiteTexts": obj(
            {
                "site_name": TEXT,
                "footer": TEXT,
                "home": reference("SiteLink"),
                "menu": array(reference("SiteLink")),
            }
        ),
        "Site": obj(
            {
                "name": TEXT,
                "url": URI,
                "default_locale": locale(),
                "languages": array(
                    obj(
                        {
                            "locale": locale(),
                            "name": TEXT,
                            "direction": {"type": "string", "enum": ["ltr", "rtl"]},
                            "html_url": URI,
                        }
                    )
                ),
                "locales": {"type": "object", "additionalProperties": reference("SiteTexts")},
            }
        ),
        "Redirect": obj(
            {
                "id": INTEGER,
                "old_path": {"type": "string", "examples": ["/en/guides/churches/"]},
                "location": {"type": "string"},
                "page_id": nullable(INTEGER),
                "is_permanent": BOOLEAN,
                "updated_at": MOMENT,
            }
        ),
        "RedirectList": listed(reference("Redirect")),
        "Draft": {
            "type": "object",
            "description": "The members of its type, as in a document; `meta` has `preview` instead of a version.",
            "properties": {
                "id": {**nullable(INTEGER), "description": "Null for a page that was never saved."},
                "meta": reference("DraftMeta"),
                "title": TEXT,
            },
            "required": ["id", "meta", "title"],
        },
        "DraftMeta": obj(
            {
                "type": {"type": "string", "enum": list(document_types())},
                "html_url": nullable(URI),
                "slug": TEXT,
                "locale": locale(),
                "key": KEY,
                "direction": {"type": "string", "enum": ["ltr", "rtl"]},
                "access": {"type": "string", "enum": ["public", "restricted"]},
                "preview": {"const": True},
                "drafted_at": MOMENT,
            }
        ),
        "TaxonomyList": listed(reference("TaxonomyName")),
        "TaxonomyTerm": obj(
            {
                "code": TEXT,
                "parent": nullable(TEXT),
                "labels": labels(),
                "alternatives": {
                    "type": "object",
                    "additionalProperties": array(TEXT),
                    "description": "What else people call it, by language.",
                },
            }
        ),
        "Taxonomy": obj(
            {
                "name": TEXT,
                "labels": labels(),
                "meta": obj({"total_count": {**INTEGER, "minimum": 0}}),
                "items": array(reference("TaxonomyTerm")),
            }
        ),
        "ContentsNode": obj(
            {
                "id": INTEGER,
                "key": KEY,
                "type": TEXT,
                "title": TEXT,
                "locale": {
                    **locale(),
                    "description": "The language that it is in: another where it is missing.",
                },
                "number": {"type": "string", "examples": ["2.1", ""]},
                "depth": INTEGER,
                "minutes": {**INTEGER, "description": "Reading time."},
                "outdated": BOOLEAN,
                "html_url": URI,
                "detail_url": nullable(URI),
                "children": array(reference("ContentsNode")),
            }
        ),
        "Contents": obj(
            {
                "id": INTEGER,
                "key": KEY,
                "locale": locale(),
                "root": KEY,
                "contents": reference("ContentsNode"),
                "indexes": reference("Indexes"),
            }
        ),
        "PageReference": obj(
            {
                "id": INTEGER,
                "key": KEY,
                "title": TEXT,
                "type": TEXT,
                "locale": locale(),
                "detail_url": URI,
                "html_url": URI,
            }
        ),
        "PageReferences": obj(
            {
                "id": INTEGER,
                "key": KEY,
                "locale": locale(),
                "meta": obj({"total_count": {**INTEGER, "minimum": 0}}),
                "items": array(reference("PageReference")),
            },
            description="Documents around the one that is asked about.",
        ),
        "Indexes": obj(
            {
                "case_studies": array(reference("IndexEntry")),
                "tables": array(reference("IndexEntry")),
                "figures": array(reference("IndexEntry")),
                "abbreviations": array(reference("Abbreviation")),
            },
            description="What a guide lists at its end, of the part of it that was asked for.",
        ),
        "IndexEntry": obj(
            {
                "number": {"type": "string", "examples": ["2.1.3"]},
                "title": TEXT,
                "locale": locale(),
                "key": {**KEY, "description": "The document that it is in."},
                "anchor": {"type": "string", "description": "Ends in the `id` of its block in the body."},
                "html_url": URI,
            }
        ),
        "Abbreviation": obj({"abbreviation": TEXT, "meaning": TEXT, "locale": locale()}),
        "Edition": obj({"number": {**INTEGER, "minimum": 1}, "released_at": MOMENT}),
        "Superseding": obj(
            {"kind": {"type": "string", "enum": ["edition", "version"]}, "number": {**INTEGER, "minimum": 1}}
        ),
        "Erratum": obj(
            {
                "key": nullable(
                    {**KEY, "description": "The page that it is about; null: the whole edition."}
                ),
                "text": TEXT,
                "locale": locale(),
                "noted_on": {"type": "string", "format": "date"},
            }
        ),
        "EditionDetail": obj(
            {
                "number": {**INTEGER, "minimum": 1},
                "released_at": MOMENT,
                "note": TEXT,
                "current": BOOLEAN,
                "supersedes": nullable(INTEGER),
                "superseded_by": nullable(INTEGER),
                "html_url": {
                    **nullable(URI),
                    "description": "Null for an earlier edition of a course, which those read who are on it.",
                },
                "detail_url": URI,
                "errata": array(reference("Erratum")),
                "changes": nullable(
                    obj(
                        {
                            **{
                                name: {**INTEGER, "minimum": 0}
                                for name in ("added", "removed", "moved", "retitled", "revised")
                            },
                            "html_url": nullable(URI),
                        },
                        description="How many pages differ from the edition before; null for the first.",
                    )
                ),
            }
        ),
        "Editions": obj(
            {
                "meta": obj({"total_count": {**INTEGER, "minimum": 1}}),
                "id": INTEGER,
                "key": KEY,
                "locale": locale(),
                "items": array(reference("EditionDetail")),
            }
        ),
        "ListedImage": obj(
            {
                "id": INTEGER,
                "meta": obj({"type": TEXT, "detail_url": URI, "tags": array(TEXT)}),
                "title": TEXT,
                "alt": TEXT,
                "width": INTEGER,
                "height": INTEGER,
                "credit": TEXT,
                "focal_point": nullable(reference("FocalPoint")),
                "renditions": array(reference("Rendition")),
            },
            optional=("id", "meta", "title", "alt", "width", "height", "credit", "focal_point", "renditions"),
            description="In lists `id`, `meta` and `title` unless `fields` asks for more.",
        ),
        "ImageList": listed(reference("ListedImage")),
        "ListedFile": obj(
            {
                "id": INTEGER,
                "meta": obj(
                    {"type": TEXT, "detail_url": URI, "tags": array(TEXT), "download_url": URI},
                    optional=("type", "detail_url", "tags", "download_url"),
                ),
                "title": TEXT,
                "filename": TEXT,
                "content_type": {"type": "string", "description": "The media type that it is sent as."},
                "size": nullable({**INTEGER, "description": "Bytes."}),
                "sha256": DIGEST,
            },
            optional=("id", "meta", "title", "filename", "content_type", "size", "sha256"),
            description="In lists `id`, `meta` and `title` unless `fields` asks for more.",
        ),
        "FileList": listed(reference("ListedFile")),
        "Change": obj(
            {
                "kind": {"type": "string", "enum": ["published", "updated", "withdrawn"]},
                "key": KEY,
                "locale": locale(),
                "id": INTEGER,
                "type": TEXT,
                "version": INTEGER,
                "digest": DIGEST,
                "at": MOMENT,
                "document": reference("Page"),
            },
            optional=("document",),
        ),
        "Changes": obj(
            {
                "items": array(reference("Change")),
                "next_cursor": {
                    "type": "string",
                    "description": "Opaque. Keep it, also when there is no more now.",
                },
                "has_more": BOOLEAN,
            }
        ),
    }


def labels() -> dict:
    return {"type": "object", "additionalProperties": TEXT, "description": "By language."}


def listed(item: dict) -> dict:
    return obj({"meta": obj({"total_count": {**INTEGER, "minimum": 0}}), "items": array(item)})


def meta_properties() -> dict:
    parent = obj(
        {"id": INTEGER, "meta": obj({"type": TEXT, "detail_url": URI, "html_url": URI}), "title": TEXT}
    )
    return {
        "type": {"type": "string", "enum": list(document_types())},
        "detail_url": URI,
        "html_url": URI,
        "slug": TEXT,
        "show_in_menus": BOOLEAN,
        "seo_title": TEXT,
        "search_description": TEXT,
        "first_published_at": nullable(MOMENT),
        "alias_of": {"type": "null"},
        "parent": nullable(parent),
        "locale": locale(),
        "key": {**KEY, "description": "The same in every language, for good."},
        "version": {**INTEGER, "minimum": 1},
        "digest": {**DIGEST, "description": "SHA-256 of the body as it is stored."},
        "published_at": {**MOMENT, "description": "Since when this body is current."},
        "updated_at": {**MOMENT, "description": "When anything that readers see last changed."},
        "direction": {"type": "string", "enum": ["ltr", "rtl"]},
        "translations": array(
            reference("Translation"), description="All visible languages, this one included."
        ),
        "outdated": {
            **BOOLEAN,
            "description": "The source has changed since this translation was brought up to it, or words of it stand untranslated in it.",
        },
        "fallback_for": {
            **locale(),
            "description": "The language asked for, where this document stands in for it.",
        },
        "access": {"type": "string", "enum": ["public", "restricted"]},
        "edition": {
            **reference("Edition"),
            "description": "Of what is released in editions: the current one. Where an edition was asked for: that one.",
        },
        "supersedes": nullable(reference("Superseding")),
        "superseded_by": {
            **reference("Superseding"),
            "description": "Where an older version or edition is shown: what replaced it.",
        },
        "files": array(reference("Takeaway"), description="What can be taken away; empty while it is made."),
    }


def documents() -> dict[str, dict]:
    """A component for each type, by its label."""
    return {
        label: obj(
            {
                "id": INTEGER,
                "meta": reference("PageMeta"),
                **{name: member(kind, name) for name in kind.fields},
            },
            description=_description(kind),
        )
        for label, kind in document_types().items()
    }


def _description(kind: DocumentType) -> str:
    name = str(kind.model._meta.verbose_name)
    return name if kind.may_be_listed else f"{name}; for keys with the scope `content:courses`"


def member(kind: DocumentType, name: str) -> dict:
    """The schema of a document's member. A property may be described in the model's `api_schemas`."""
    own = getattr(kind.model, "api_schemas", {}).get(name)
    if own is not None:
        return own
    if name in SHARED_MEMBERS:
        return array(reference(SHARED_MEMBERS[name]))
    target = kind.target(name)
    if target is not None:
        return nullable(reference({"image": "Image", "page": "PageLink", "file": "File"}[target]))
    field = kind.model_field(name)
    if field is None:
        return {}
    schema = _of_field(field)
    return nullable(schema) if schema and field.null else schema


def _of_field(field: models.Field) -> dict:
    if isinstance(field, StreamField):
        return schema_of(field.stream_block)
    if isinstance(field, RichTextField):
        return HTML
    if isinstance(field, models.CharField | models.TextField):
        if field.choices:
            values = [value for value, _label in field.flatchoices]
            return {"type": "string", "enum": ["", *values] if field.blank and "" not in values else values}
        return TEXT
    if isinstance(field, models.BooleanField):
        return BOOLEAN
    if isinstance(field, models.IntegerField):
        return INTEGER
    if isinstance(field, models.DateTimeField):
        return MOMENT
    if isinstance(field, models.DateField):
        return {"type": "string", "format": "date"}
    if isinstance(field, models.DecimalField):
        return {"type": "string", "format": "decimal"}
    if isinstance(field, models.UUIDField):
        return KEY
    return {}
