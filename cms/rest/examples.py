"""Examples in the API description: one for each parameter, answer and problem, made from the schemas themselves.

What a schema says of its values (`const`, `enum`, `examples`, `default`, a format) is taken first; a value's name helps with the
rest. So an example can't fall behind what it is an example of.
"""

from collections.abc import Mapping
from http import HTTPStatus

KEY = "91c0f3b3-cd7e-412c-95c2-a8ca36968425"
FORMATS = {
    "date-time": "2026-11-22T15:51:00.784818Z",
    "date": "2026-11-22",
    "uuid": KEY,
    "uri": "https://compendium.example/en/guides/religious-sites/",
    "decimal": "1.50",
    "email": "somebody@example.org",
}
DIGEST = "40c51f27fbb841da6fc557c6bb31d6ae2ab5f8ad056b21075f8457b257b167c1"
HTML = "<p>Protecting a place means protecting that it is open.</p>"
TEXTS = {
    "detail_url": "https://compendium.example/api/v2/pages/7/",
    "slug": "religious-sites",
    "title": "Religious sites",
    "summary": "How to protect places of worship and keep them open.",
    "anchor": "s1-open-by-nature",
    "name": "target",
    "label": "Religious sites",
    "code": "religious-site",
    "taxonomy": "target",
    "type": "guides.ChapterPage",
    "locale": "en",
    "alt": "A place of worship in the middle of its neighbourhood",
    "filename": "checklist.pdf",
    "content_type": "application/pdf",
    "old_path": "/en/guides/churches/",
    "location": "/en/guides/religious-sites/",
    "id": "b96bbdda-6e0c-4b4f-9b7e-5d1f3c1a2e90",
    "next_cursor": "eyJhIjo4MTJ9:1vMk9c:Zm9s",
    "request_id": "d42d6058c1fb442c98fd63c63f92a5d9",
}
# Parameters that no schema tells enough about.
PARAMETERS = {
    "If-None-Match": '"0bd3f1c2a94e"',
    "Idempotency-Key": "8f2c1c9e-enrol-1",
    "ancestor_of": 7,
    "child_of": "root",
    "cursor": TEXTS["next_cursor"],
    "descendant_of": 7,
    "facets": "target,phase",
    "fallback": "fr,en",
    "fields": "title,summary,cover(alt,renditions)",
    "html_path": "/ar/guides/",
    "locale": "en",
    "name": "target",
    "order": "-published_at,title",
    "q": "places of worship",
    "search": "places of worship",
    "site": "compendium.example",
    "token": "eyJ0IjoxfQ:1vMk9c:c2lnbmF0dXJl",
    "translation_of": 7,
    "target": ["religious-site"],
    "threat": ["vehicle"],
    "phase": ["prevent"],
    "country": ["ES"],
    "region": ["150"],
}
PROBLEMS = {
    "400": ("unknown_field", "“fields”: There is no such field: sumary.", {"parameter": "fields"}),
    "401": ("bad_credential", "The credential is not good, or no longer.", {}),
    "403": ("scope_missing", "This key’s scopes don’t allow that.", {}),
    "404": ("not_found", "There is nothing here.", {}),
    "409": ("conflict", "That isn't possible in the present state.", {}),
    "410": ("cursor_expired", "The cursor is too old: begin again without one.", {}),
    "413": ("too_large", "That is too large.", {}),
    "415": ("unsupported_media_type", "Send JSON, as application/json.", {}),
    "422": ("idempotency_key_reused", "This key was used for another request.", {}),
    "429": ("too_many_requests", "Too many requests.", {}),
}


class _Endless(Exception):
    """A schema that holds itself: the nearest list around it stays empty."""


def example_of(
    schema: Mapping, components: Mapping[str, Mapping], name: str = "", inside: tuple[str, ...] = ()
):
    """A value that the schema allows. `components` are the schemas by name; `name` is what the value is called where it stands.

    Pure; the same each time.
    """
    if "$ref" in schema:
        target = schema["$ref"].rsplit("/", 1)[-1]
        if target in inside:
            raise _Endless
        return example_of(components[target], components, name, (*inside, target))
    for word in ("const", "default"):
        if word in schema:
            return schema[word]
    for word in ("examples", "enum"):
        if schema.get(word):
            if name in TEXTS and TEXTS[name] in schema[word]:
                return TEXTS[name]
            return next((each for each in schema[word] if each not in ("", None)), schema[word][0])
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return _one_of(schema[word], components, name, inside)
    if "allOf" in schema:
        parts = [example_of(each, components, name, inside) for each in schema["allOf"]]
        return {key: value for part in parts for key, value in part.items()} if len(parts) > 1 else parts[0]
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(each for each in kind if each != "null")
    if kind == "object":
        return _object(schema, components, inside)
    if kind == "array":
        try:
            return [example_of(schema["items"], components, name, inside)] if schema.get("items") else []
        except _Endless:
            return []
    if kind == "integer" or kind == "number":
        return max(schema.get("minimum", 7), 7) if schema.get("maximum", 7) >= 7 else schema["maximum"]
    if kind == "null":
        return None
    return False if kind == "boolean" else _text(schema, name)


def _one_of(choices, components, name, inside):
    for each in choices:
        if each.get("type") != "null":
            try:
                return example_of(each, components, name, inside)
            except _Endless:
                continue
    if any(each.get("type") == "null" for each in choices):
        return None
    raise _Endless


def _object(schema, components, inside):
    found = {}
    for name, each in schema.get("properties", {}).items():
        try:
            found[name] = example_of(each, components, name, inside)
        except _Endless:
            if name in schema.get("required", ()):
                raise
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and more and not found:
        found["en"] = example_of(more, components, "", inside)
    return found


def _text(schema, name):
    if "pattern" in schema:
        return DIGEST
    if schema.get("contentMediaType") == "text/html":
        return HTML
    found = TEXTS.get(name) or FORMATS.get(schema.get("format"), "Trust before technology")
    return found[: schema.get("maxLength", len(found))]


def add_examples(result, generator, request, public):
    """Postprocessing hook, the last one: examples of parameters, answers and problems where a view gives none."""
    components = result["components"]["schemas"]
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                if (
                    not {"examples", "enum", "const", "default"} & schema.keys()
                    and "example" not in parameter
                ):
                    found = PARAMETERS.get(parameter["name"])
                    if found is None:
                        found = example_of(schema, components, parameter["name"])
                    parameter["schema"] = {**schema, "examples": [found]}
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                _of_content(body, components)
    for name, response in result["components"]["responses"].items():
        status = name.removeprefix("Problem")
        code, sentence, more = PROBLEMS[status]
        response["content"]["application/problem+json"]["example"] = {
            "type": "about:blank",
            "title": HTTPStatus(int(status)).phrase,
            "status": int(status),
            "code": code,
            "detail": sentence,
            "message": sentence,
            **more,
            "request_id": TEXTS["request_id"],
        }
    return result


def _of_content(body, components):
    for content in body.get("content", {}).values():
        if content.get("schema") and not {"example", "examples"} & content.keys():
            content["example"] = example_of(content["schema"], components)
