"""What holds at every address of the APIs: methods, cross-origin headers, and input that nobody means well."""

import json

import pytest

from cms.rest.docs import as_text
from tests.delivery.conftest import built_library, library  # noqa: F401

DESCRIBED = json.loads(as_text())["paths"]
READING = [path for path in DESCRIBED if path.startswith("/api/v2/")]
LEARNING = [path for path in DESCRIBED if path.startswith("/api/learning/")]
WRITING = [
    (method, path)
    for path, operations in DESCRIBED.items()
    for method, operation in operations.items()
    if "requestBody" in operation
]
ORIGIN = {"origin": "https://elsewhere.example"}
KEY = "91c0f3b3-cd7e-412c-95c2-a8ca36968425"


@pytest.fixture
def address(library):  # noqa: F811
    """The path with values that lead somewhere."""
    values = {
        "page_id": library["guide"].pk,
        "key": library["guide"].translation_key,
        "image_id": library["picture"].pk,
        "file_id": 1,
        "name": "phase",
        **dict.fromkeys(("attempt", "question", "block", "enrolment", "certificate"), KEY),
        **dict.fromkeys(("code", "thumbprint"), "x"),
        "number": 1,
        "kind": "pdf",
    }
    needed = {"/by-key/": "?locale=en", "/search/": "?q=words", "/find/": "?html_path=/en/guides/"}

    def fill(path):
        return path.format(**values) + next((query for part, query in needed.items() if part in path), "")

    return fill


def test_addresses_are_found():
    assert len(READING) >= 18 and len(LEARNING) >= 10 and len(WRITING) >= 2


@pytest.mark.parametrize("path", READING)
def test_reading_by_head_options_and_from_other_sites(client, address, path):
    get = client.get(address(path), headers=ORIGIN)
    head = client.head(address(path), headers=ORIGIN)
    assert (head.status_code, head.content) == (get.status_code, b"")
    for name in (
        "ETag",
        "Last-Modified",
        "Content-Type",
        "Cache-Control",
        "Location",
        "Surrogate-Key",
    ):
        assert head.get(name) == get.get(name), name
    if get.content:
        assert head["Content-Length"] == str(len(get.content))
    asked = client.options(
        address(path),
        headers={
            **ORIGIN,
            "access-control-request-method": "GET",
            "access-control-request-headers": "authorization,if-none-match",
        },
    )
    assert (asked.status_code, asked.content, asked["Allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert {"Authorization", "If-None-Match"} <= set(asked["Access-Control-Allow-Headers"].split(", "))
    for answer in (get, head, asked):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in answer["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer
        assert not answer.cookies


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", READING)
def test_reading_by_nothing_else(client, address, path, method):
    answer = getattr(client, method)(address(path), b"{}", content_type="application/json", headers=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", LEARNING)
def test_no_other_site_reads_learning(client, address, path):
    if "/badges/" in path or path.endswith("/certificates/{code}/"):
        pytest.skip("for everybody who checks a badge or certificate, from wherever")
    for answer in (client.get(address(path), headers=ORIGIN), client.options(address(path), headers=ORIGIN)):
        assert not {name for name in answer.headers if name.startswith("Access-Control-")}
        assert answer.status_code < 500
        assert set(answer["Allow"].split(", ")) >= {"OPTIONS"} if "Allow" in answer else True


@pytest.mark.parametrize(
    "query",
    [
        "nobody=1",
        "order=password",
        "owner__password__startswith=p",
        "limit=1e999",
        "limit=999999999999999999999999",
        "offset=-1",
        "cursor=%00",
        "fields=" + "(" * 500,
        "q=%00&locale=en&html_path=%00&token=%00",
        "locale=%ff",
        "&".join(f"x{number}=1" for number in range(10_000)),
        "limit=" + "9" * 100_000,
    ],
    ids=lambda query: query[:30],
)
@pytest.mark.parametrize("path", READING)
def test_parameters_that_nobody_means_well(client, address, path, query, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        answer = client.get(f"{address(path).partition('?')[0]}?{query}")
    assert answer.status_code in (400, 404, 413, 414), (path, answer.status_code)
    problem = answer.json()
    assert problem["code"] and problem["detail"]
    assert len(answer.content) < 5000


# What is somebody else's, or for those who are on a course: nobody looks at what was sent there.
NOT_THEIRS = ("/enrolments/{enrolment}/", "/me/certificates/{certificate}/", "/units/{key}/bookmark/")


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_bodies_that_nobody_means_well(client, address, method, path, django_user_model):
    client.force_login(django_user_model.objects.create_user("somebody@example.org"))

    def send(body, content_type="application/json"):
        return client.generic(method.upper(), address(path), body, content_type=content_type)

    refused = (403, 404) if any(part in path for part in NOT_THEIRS) else ()
    for body in (b"[" * 100_000, b'{"a": 1e999}', b'{"a": NaN}', b"\xff\xfe"):
        assert send(body).status_code in (400, *refused)
    assert send(b'"' + b"x" * (100 * 1024 * 1024) + b'"').status_code in (413, *refused)
    parts = b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(10_000))
    assert send(parts + b"--x--", "multipart/form-data; boundary=x").status_code in (413, 415, *refused)
