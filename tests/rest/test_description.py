"""The OpenAPI description: complete, true, and changed on purpose only."""

import json
from pathlib import Path

import jsonschema
import pytest
from django.core.files.base import ContentFile
from django.urls import URLPattern, get_resolver
from rest_framework.settings import api_settings

from cms.media.models import File
from cms.rest.docs import as_text, description
from cms.rest.management.commands.api_description import SNAPSHOT
from cms.rest.reading import ReadView
from cms.rest.views import ApiView
from tests.delivery.conftest import built_library, library  # noqa: F401
from tests.delivery.test_changes import follow


@pytest.fixture(scope="module")
def described():
    return json.loads(as_text())


def our_patterns(patterns=None, prefix=""):
    """(address, callback) of everything below /api/."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if path.startswith(("api/", "^api/")):
                yield path, pattern.callback
        elif path.startswith("api/"):
            yield from our_patterns(pattern.url_patterns, path)


def our_views():
    return {path: callback.cls for path, callback in our_patterns() if hasattr(callback, "cls")}


def test_views_are_found():
    assert {
        "api/v2/pages/",
        "api/v2/changes/",
        "api/learning/v1/events/",
        "api/schema/",
    } <= our_views().keys()


@pytest.mark.parametrize(("path", "view"), our_views().items())
def test_every_view_says_for_itself_what_it_lets_in(path, view):
    """Nothing may come from REST framework's global settings, which belong to Wagtail's endpoints."""
    assert issubclass(view, ApiView)
    ours = view.mro()[: view.mro().index(ApiView) + 1]
    for name in (
        "authentication_classes",
        "permission_classes",
        "throttle_classes",
        "renderer_classes",
        "parser_classes",
        "content_negotiation_class",
        "schema",
    ):
        assert any(name in vars(each) for each in ours), name
    assert view.renderer_classes[0].__module__.startswith("cms.rest")
    if not issubclass(view, ReadView):
        assert view.throttle_classes, path


def test_every_other_callback_is_known():
    assert {path for path, callback in our_patterns() if not hasattr(callback, "cls")} == {
        "api/docs/",
        "^api/(?:.*/)?$",
    }


def test_global_settings_of_rest_framework_are_untouched():
    assert api_settings.user_settings.keys() <= {"DEFAULT_SCHEMA_CLASS"}


def test_every_endpoint_is_described(described):
    described_paths = {path.strip("/") for path in described["paths"]}
    ours = {path.strip("/") for path in our_views()} - {"api/schema"}
    assert len(described_paths) == len(ours)


def test_snapshot(described):
    """A change of the API is a decision: `manage.py api_description` writes the new one."""
    assert as_text() == (Path(__file__).parents[2] / SNAPSHOT).read_text()


def test_it_tells_no_secret(described, settings):
    text = json.dumps(described)
    assert settings.SECRET_KEY not in text
    assert str(settings.BASE_DIR) not in text


def test_references_lead_somewhere(described):
    def references(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in set(references(described)):
        found = described
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_every_operation_has_its_problems(described):
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert {"400", "429"} <= operation["responses"].keys(), (method, path)
            assert operation["operationId"]
            if "{" in path:
                assert "404" in operation["responses"], (method, path)


@pytest.fixture
def valid(described):
    """Check a value against a component."""

    def check(value, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema.Draft202012Validator(schema).validate(value)

    return check


def test_answers_are_as_described(client, library, valid):  # noqa: F811
    for item in client.get("/api/v2/pages/").json()["items"]:
        page = client.get(f"/api/v2/pages/{item['id']}/").json()
        valid(page, page["meta"]["type"])
        valid(page, "Page")
    valid(client.get("/api/v2/pages/?fields=*").json(), "PageList")
    valid(client.get("/api/v2/pages/?fields=_,title").json(), "PageList")
    valid(client.get("/api/v2/search/?q=words").json(), "PageList")
    valid(client.get(f"/api/v2/pages/{library['guide'].pk}/contents/").json(), "Contents")
    valid(client.get(f"/api/v2/pages/{library['one'].pk}/used-in/").json(), "PageReferences")
    valid(client.get(f"/api/v2/pages/{library['practices'][0].pk}/related/").json(), "PageReferences")
    valid(client.get("/api/v2/images/?fields=*").json(), "ImageList")
    File.objects.create(title="A plan", file=ContentFile(b"x", name="plan.txt"))
    for query in ("", "?fields=*", "?fields=_,tags"):
        valid(client.get(f"/api/v2/documents/{query}").json(), "FileList")
    valid(client.get("/api/v2/changes/?include=document").json(), "Changes")
    for row in follow(client)[0]:
        valid(row, "Change")
    valid(client.get("/api/v2/pages/0/").json(), "Problem")
    valid(client.get("/api/v2/pages/?x=1").json(), "Problem")


def test_all_parameters_are_described(described):
    """What a view takes and what the description says are the same."""
    from cms.delivery import changes, files, images, listing, pages, searching

    taken = {
        "/api/v2/pages/": listing.PARAMETERS,
        "/api/v2/pages/{page_id}/": pages.PageDetail.allowed_parameters,
        "/api/v2/pages/by-key/{key}/": pages.PageByKey.allowed_parameters,
        "/api/v2/pages/find/": pages.PageFind.allowed_parameters,
        "/api/v2/pages/{page_id}/contents/": pages.PageContents.allowed_parameters,
        "/api/v2/pages/{page_id}/related/": pages.PageRelated.allowed_parameters,
        "/api/v2/pages/{page_id}/used-in/": pages.PageUsedIn.allowed_parameters,
        "/api/v2/images/": images.PARAMETERS,
        "/api/v2/documents/": files.PARAMETERS,
        "/api/v2/changes/": changes.Changes.allowed_parameters,
        "/api/v2/search/": searching.Search.allowed_parameters,
    }
    for path, names in taken.items():
        parameters = described["paths"][path]["get"].get("parameters", [])
        assert {each["name"] for each in parameters if each["in"] == "query"} == names, path


def test_everything_is_typed(described):
    """No schema that allows anything, but for members that `fields` may leave out and problems' own."""

    def gaps(schema, path):
        if isinstance(schema, dict):
            bare = schema == {} or (
                schema.get("type") == "object"
                and not {"properties", "additionalProperties", "anyOf", "oneOf", "allOf"} & schema.keys()
            )
            if bare or (schema.get("type") == "array" and "items" not in schema):
                yield path
            for name, inner in schema.items():
                if name not in ("examples", "example"):
                    yield from gaps(inner, f"{path}/{name}")
        elif isinstance(schema, list):
            for inner in schema:
                yield from gaps(inner, path)

    assert list(gaps(described["components"]["schemas"], "")) == []


def test_everything_has_an_example_and_it_is_one(described):
    """By the description's own schemas: of each parameter, body, answer and problem."""
    components = {"components": described["components"]}

    def valid_example(example, schema, where):
        errors = list(jsonschema.Draft202012Validator({**schema, **components}).iter_errors(example))
        assert not errors, (where, errors[0].message)

    shared = described["components"]["responses"]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                assert {"examples", "enum", "const", "default"} & schema.keys(), (where, parameter["name"])
                for example in schema.get("examples", ()):
                    valid_example(example, schema, (where, parameter["name"]))
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                body = shared[body["$ref"].rsplit("/", 1)[-1]] if "$ref" in body else body
                for content in body.get("content", {}).values():
                    named = [each["value"] for each in content.get("examples", {}).values()]
                    for example in named or [content["example"]]:
                        valid_example(example, content["schema"], where)


def test_served(client, db):
    response = client.get("/api/schema/")
    assert response["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert response.json()["openapi"] == "3.1.0"
    assert client.get("/api/schema/", headers={"If-None-Match": response["ETag"]}).status_code == 304
    assert response.json()["paths"].keys() == description()["paths"].keys()


def test_the_page_has_nothing_inline_and_nothing_foreign(client, db):
    text = client.get("/api/docs/").content.decode()
    assert "<style" not in text
    assert "<script>" not in text
    assert "http" not in text.replace("http-equiv", "")
