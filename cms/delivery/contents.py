"""The whole tree under a document in one call: numbers, addresses, languages, indexes."""

from cms.content import api as content
from cms.core.audiences import COURSES
from cms.core.errors import NotFound
from cms.rest.caching import Answer, make_answer
from cms.rest.encoding import encode

from .absolute import url
from .items import detail_url
from .rows import key_text
from .types import types_open_to


def contents_answer(page_id: int, principals: frozenset[str]) -> Answer:
    """The contents under a compendium, guide, course or any document that stands in one, with its indexes. Two
    statements, three for courses.

    Raises NotFound where these principals see no such document, and for documents that stand in no contents.
    """
    own = content.visible(principals).filter(page_id=page_id).values("key", "root_key", "locale").first()
    if own is None or own["root_key"] is None:
        raise NotFound
    documents = content.load_contents([own["root_key"]], own["locale"], indexes=True)
    document = documents.get(str(own["root_key"]))
    root = document and content.visible_node(document["node"], content.access_keys(principals))
    node = root and next((each for each in content.flatten(root) if each["key"] == str(own["key"])), None)
    if node is None:
        raise NotFound
    nodes = content.flatten(node)
    body = {
        "id": page_id,
        "key": key_text(own["key"]),
        "locale": own["locale"],
        "root": root["key"],
        "contents": described(node, _detailed(nodes, principals)),
        "indexes": indexed(content.gathered_indexes(nodes, document["indexes"], own["locale"])),
    }
    surrogates = [f"key-{each['key']}" for each in nodes]
    return make_answer(encode(body), surrogates=[f"contents-{root['key']}", *surrogates[:200]])


def described(node: dict, detailed: set[int]) -> dict:
    """A node as integrators get it. What is read through learning has no `detail_url` but for keys for courses."""
    return {
        "id": node["id"],
        "key": node["key"],
        "type": node["type"],
        "title": node["title"],
        "locale": node["locale"],
        "number": node["number"],
        "depth": node["depth"],
        "minutes": node["minutes"],
        "outdated": node["outdated"],
        "html_url": url(node["url"]),
        "detail_url": detail_url(node["id"]) if node["id"] in detailed else None,
        "children": [described(child, detailed) for child in node["children"]],
    }


def indexed(indexes: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """Case studies, tables, figures and abbreviations as integrators get them."""
    numbered = ("number", "title", "locale", "key", "anchor")
    return {
        kind: [
            {**{name: each[name] for name in numbered}, "html_url": url(each["url"])}
            if "url" in each
            else each
            for each in entries
        ]
        for kind, entries in indexes.items()
    }


def _detailed(nodes: list[dict], principals: frozenset[str]) -> set[int]:
    """Ids of the nodes whose documents are in `/pages/`. Asked of the database only where the type doesn't say."""
    types = types_open_to(principals)
    found, unsure = set(), set()
    for node in nodes:
        kind = types.get(node["type"])
        if kind is not None:
            (found if kind.always_listed or COURSES in principals else unsure).add(node["id"])
    if unsure:
        found |= set(content.visible(principals).filter(page_id__in=unsure).values_list("page_id", flat=True))
    return found
