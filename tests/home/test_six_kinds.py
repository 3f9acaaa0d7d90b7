"""What is restricted, seen (or not) by six kinds of person, in every place that the repository and guides have."""

import io
import re

import pdfplumber
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupPagePermission, PageViewRestriction

from cms.content.models import ContentItem
from cms.delivery import keys
from tests import world

# In its title, its texts and the label of a term that nothing else has.
MARK = "Unseen"
TOLD_BY = (f"{MARK} practice", f"{MARK} summary", f"{MARK} town", "/hidden/")


@pytest.fixture
def secret(pages, practice, term, committed):
    """A practice for insiders, shown in a chapter before it became that."""
    page = practice(
        pages["index"],
        f"{MARK} practice",
        [term("target", "unseen", en=f"{MARK} place"), term("phase", "prevent")],
        slug="hidden",
        summary=f"{MARK} summary.",
        place=f"{MARK} town",
    )
    with committed():
        world.publish(pages["two"], body=[("text", "<p>Two.</p>"), ("practice", page.page_ptr)])
    insiders = Group.objects.create(name="Insiders")
    with committed():
        restriction = PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.add(insiders)
    return page


@pytest.fixture
def people(pages, secret):
    """Clients by kind of person."""

    def client(name, *groups, **fields):
        user = get_user_model().objects.create_user(f"{name}@example.org", "x", **fields)
        user.groups.set(groups)
        found = Client()
        found.force_login(user)
        found.user = user
        return found

    elsewhere = Group.objects.create(name="Elsewhere")
    editors = Group.objects.create(name="Editors of guides")
    editors.permissions.add(Permission.objects.get(codename="access_admin"))
    for action in ("add", "change", "publish"):
        GroupPagePermission.objects.create(
            group=editors,
            page=pages["compendium"],
            permission=Permission.objects.get(codename=f"{action}_page"),
        )
    return {
        "anonymous": Client(),
        "registered": client("registered"),
        "member": client("member", Group.objects.get(name="Insiders")),
        "other": client("other", elsewhere),
        "editor": client("editor", editors),
        "admin": client("admin", is_superuser=True),
    }


SEES = {"member", "admin"}
KINDS = ("anonymous", "registered", "member", "other", "editor", "admin")


def address_of(page, kind):
    item = ContentItem.objects.get(page_id=page.pk)
    return f"/files/{item.key}/en/{item.slug}.{kind}"


# What shows it to those who may see it; each also with a filter or an order of its own.
SHOWS = [
    "/en/practices/",
    "/en/practices/?target=unseen",
    "/en/practices/?phase=prevent&order=newest",
    "/en/practices/?format=csv",
    "/en/practices/?format=json",
    "/en/practices/?format=csv&target=unseen",
    "/en/practices/hidden/",
    f"/en/search/?q={MARK}",
]
# What might tell of it to anybody, and is the same for all.
TELLS = [
    "/en/",
    "/en/feed.xml",
    "/sitemap-documents.xml",
    "/en/guides/",
    "/en/guides/religious/",
    "/en/guides/religious/two/",
    "/ar/practices/",
    "/ar/practices/hidden/",
    "/en/practices/stewards/",
]


def said(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("kind", KINDS)
def test_pages_lists_counts_and_exports(people, secret, kind):
    client = people[kind]
    for path in SHOWS:
        response = client.get(path)
        text = said(response)
        if kind in SEES:
            assert response.status_code == 200 and MARK in text.replace(f'value="{MARK}"', ""), path
        else:
            # What somebody asked for is repeated to them, and the list of terms is public: it is told of in other words.
            marks = TOLD_BY if "?" in path else (MARK,)
            assert not [mark for mark in marks if mark in text], path
    total = re.search(r"(\d+) of (\d+) entr", said(client.get("/en/practices/")))
    assert total.groups() == (("2", "2") if kind in SEES else ("1", "1"))
    if kind not in SEES:
        nothing, hidden = client.get("/en/practices/absent/"), client.get("/en/practices/hidden/")
        assert (nothing.status_code, hidden.status_code) == (404, 404)
        # Each answer has a token of its own against forged forms.
        first, second = (
            re.sub(r'csrfmiddlewaretoken" value="\w+"', "", said(each)) for each in (nothing, hidden)
        )
        assert first.replace("/absent/", "/hidden/") == second
        assert "no-store" in hidden["Cache-Control"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_the_same_for_all_tells_nobody_of_it(people, secret, kind):
    for path in TELLS:
        text = said(people[kind].get(path))
        if kind not in SEES:
            # The page of a 404 repeats the address that was asked for, as for any other.
            assert MARK not in text and ("/hidden/" in path or "/hidden/" not in text), path
    for path in ("/en/feed.xml", "/sitemap-documents.xml"):
        assert MARK not in said(people[kind].get(path))


@pytest.mark.parametrize("kind", KINDS)
def test_the_matrix_has_no_cell_for_it(people, secret, kind):
    text = said(people[kind].get("/en/practices/"))
    assert (f"{MARK} place" in text) is (kind in SEES)


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_a_guide_that_showed_it(people, pages, secret, kind):
    response = people[kind].get(address_of(pages["guide"], "pdf"))
    content = b"".join(response.streaming_content)
    with pdfplumber.open(io.BytesIO(content)) as document:
        text = "\n".join(page.extract_text() or "" for page in document.pages)
    assert "Two" in text and MARK not in text
    assert (
        MARK not in said(people[kind].get(address_of(pages["two"], "pdf"))) if kind == "anonymous" else True
    )


@pytest.mark.parametrize("scope", ["nobody", "public", "elsewhere", "insiders"])
def test_keys_read_as_their_groups(people, secret, pages, scope):
    headers = {}
    if scope != "nobody":
        group = {"elsewhere": "Elsewhere", "insiders": "Insiders"}.get(scope)
        _key, token = keys.issue(
            name=scope,
            scopes=["content:members"] if group else ["content:public"],
            groups=[Group.objects.get(name=group)] if group else [],
            now=timezone.now(),
        )
        headers["authorization"] = f"Bearer {token}"
    client = Client()
    for path in (
        "/api/v2/pages/?limit=100&fields=*&facets=target",
        "/api/v2/pages/?type=guides.GoodPracticePage&facets=target,phase",
        f"/api/v2/search/?q={MARK}",
        "/api/v2/changes/?limit=500&include=document",
    ):
        text = said(client.get(path, headers=headers))
        assert (MARK in text) is (scope == "insiders"), path
    for path in (
        f"/api/v2/pages/{secret.pk}/",
        f"/api/v2/pages/{secret.pk}/used-in/",
        f"/api/v2/pages/{secret.pk}/related/",
        f"/api/v2/pages/{secret.pk}/?version=1",
    ):
        assert client.get(path, headers=headers).status_code == (200 if scope == "insiders" else 404), path
    related = said(client.get(f"/api/v2/pages/{pages['practice'].pk}/related/", headers=headers))
    assert (MARK in related) is (scope == "insiders")
    assert MARK not in said(client.get(f"/api/v2/pages/{pages['two'].pk}/", headers=headers))


@pytest.mark.parametrize("kind", ["registered", "member", "other", "editor"])
def test_the_admin_of_somebody_elses_page_is_refused(people, secret, kind):
    """The editor of guides has no business in the repository."""
    for path in ("edit/", "view_draft/", "history/", "usage/", "copy/", "checklist/", "delete/"):
        response = people[kind].get(f"/admin/pages/{secret.pk}/{path}")
        assert response.status_code in (302, 403, 404), path
        assert MARK not in said(response), path
