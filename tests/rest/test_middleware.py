"""What every answer carries."""

import pytest


@pytest.mark.parametrize("given", ["abcdef12", "0af7651916cd43dd8448eb211c80319c", "a.b-c_d1"])
def test_a_request_id_is_taken_over(client, db, given):
    response = client.get("/api/v2/pages/?x=1", headers={"X-Request-ID": given})
    assert response["X-Request-ID"] == given
    assert response.json()["request_id"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with blank", 'quote"12', "é" * 10, "a;b;c;d;e"])
def test_anything_else_is_replaced(client, db, given):
    response = client.get("/api/v2/pages/", headers={"X-Request-ID": given})
    assert len(response["X-Request-ID"]) == 32
    assert response["X-Request-ID"] != given


@pytest.mark.parametrize("path", ["/en/%00/", "/api/v2/pages/find/%00/", "/admin/%00"])
def test_nul_in_an_address(client, db, path):
    assert client.get(path).status_code == 400


def test_policies_by_part(client, db, site):
    page = client.get("/en/search/")["Content-Security-Policy"]
    assert "unsafe" not in page
    assert "frame-ancestors 'self'" in page
    assert "'unsafe-inline'" in client.get("/admin/", follow=False)["Content-Security-Policy"]
    assert "unsafe" not in client.get("/api/docs/")["Content-Security-Policy"]
    assert (
        client.get("/api/v2/pages/")["Content-Security-Policy"]
        == "default-src 'none'; frame-ancestors 'none'"
    )


def test_the_api_sets_and_reads_no_cookie_and_speaks_one_language(client, db):
    response = client.get("/api/v2/pages/?x=1", headers={"Accept-Language": "fr"})
    assert not response.cookies
    assert "Content-Language" not in response
    assert response.json()["detail"] == "“x”: There is no such parameter."


def test_a_404_of_the_api_stays_one(client, db, site):
    """Django would look for it below /en/."""
    response = client.get("/api/learning/v1/nothing/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
