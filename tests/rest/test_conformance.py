"""Whatever is asked of the read API, it answers as its description says: Schemathesis makes up the questions.

Each address gets parameters of all kinds, right ones and wrong ones, in this process through the WSGI application.
"""

import json

import pytest
import schemathesis
from django.core import signals
from django.core.files.base import ContentFile
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as asking
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cms.media.models import File
from cms.rest.docs import as_text
from cms.wsgi import application
from tests.delivery.conftest import built_library, library  # noqa: F401

# A minute for all of them together, on a slow machine.
QUESTIONS = 50
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(json.loads(as_text()))
SCHEMA.app = application
OPERATIONS = {
    each.ok().path: each.ok()
    for each in SCHEMA.include(path_regex="^/api/v2/", method="GET").get_all_operations()
}


def test_the_addresses_are_found():
    assert {"/api/v2/pages/", "/api/v2/pages/{page_id}/", "/api/v2/changes/"} <= OPERATIONS.keys()
    assert len(OPERATIONS) >= 18


@pytest.fixture
def there(library, settings):  # noqa: F811
    """Values of parameters that lead somewhere: else nearly all that is made up ends in 404."""
    settings.API_RATE_ANONYMOUS = ""
    pages = [library[name] for name in ("compendium", "guide", "one", "two")]
    # A request's end would close the connection that holds the test's transaction.
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield {
        "page_id": [page.pk for page in pages],
        "key": [str(page.translation_key) for page in pages],
        "image_id": [library["picture"].pk],
        "file_id": [File.objects.create(title="Kit", file=ContentFile(b"PK", name="kit.zip")).pk],
        "name": ["phase"],
        "html_path": [page.url for page in pages],
        "locale": ["en", "fr"],
    }
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("path", OPERATIONS)
def test_answers_are_as_described(path, there):
    operation = OPERATIONS[path]
    required = {each.name for each in operation.query if each.is_required}

    @asking(
        max_examples=QUESTIONS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), known=st.booleans(), plain=st.booleans(), data=st.data())
    def ask(case, known, plain, data):
        if plain:
            case.query = {name: value for name, value in (case.query or {}).items() if name in required}
        for parameters in (case.path_parameters, case.query) if known else ():
            for name in parameters or ():
                if name in there:
                    parameters[name] = data.draw(st.sampled_from(there[name]))
        # What is compressed, Schemathesis doesn't unpack in this process.
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)

    ask()
