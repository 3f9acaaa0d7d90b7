"""What is restricted, seen (or not) by six kinds of person, in every place that the repository and guides have.

The places come from the resolver as well: an address that is added tomorrow is asked too, and one with a parameter that nothing
stands for here fails the tests until somebody says what does.
"""

import io
import re
from uuid import uuid4

import pdfplumber
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
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


def test_an_entity_tag_tells_nothing_of_it(pages, committed):
    """A restricted chapter that changes its title changes no tag of the guide around it."""
    with committed():
        hidden = world.add(pages["guide"], type(pages["two"])(title="Hidden", slug="hidden-chapter"))
        PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    paths = (
        "/en/guides/religious/",
        "/en/guides/religious/two/",
        f"/api/v2/pages/{pages['guide'].pk}/contents/",
    )
    before = [Client().get(path)["ETag"] for path in paths]
    with committed():
        world.publish(hidden, title=MARK)
    assert [Client().get(path)["ETag"] for path in paths] == before


# Every address --------------------------------------------------------------------------------------------------

# The admin has tests of its own (test_admin_of_others.py); accounts are their owners', and allauth's.
ELSEWHERE = ("admin/", "accounts/", "_allauth/")
# Those that have no name, as their routes are written.
UNNAMED = {"robots.txt": "/robots.txt", "^admin/password_reset/": None, "^api/(?:.*/)?$": "/api/v2/absent/"}
# What asks for more than an address, so that it has something to tell.
ASKED = {
    "v2:pages": f"?fields=*&limit=100&search={MARK}&rich_text_format=markdown",
    "v2:page_by_key": "?locale=en",
    "v2:find": "?html_path=/en/practices/hidden/",
    "v2:search": f"?q={MARK}",
    "v2:changes": "?include=document&limit=500",
    "v2:preview": "?token=x",
    "search": f"?q={MARK}",
}


def views():
    """`[(name with its namespace, route, names of its parameters, number of those without a name)]` of all but `ELSEWHERE`."""

    def walk(resolver, namespace, route):
        for pattern in resolver.url_patterns:
            here = route + str(pattern.pattern)
            if here.startswith(ELSEWHERE):
                continue
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern, inner, here)
            else:
                regex = pattern.pattern.regex
                given = frozenset(getattr(pattern.pattern, "converters", None) or regex.groupindex)
                unnamed = 0 if given else regex.groups
                yield f"{namespace}{pattern.name}" if pattern.name else None, here, given, unnamed

    return list(walk(get_resolver(), "", ""))


def addresses(secret):
    """`{name or route: address}` of every view, with what is restricted for its parameters."""
    key, uuid = secret.translation_key, uuid4()
    stands_for = {
        "page_id": secret.pk,
        "image_id": 1,
        "file_id": 1,
        "number": 1,
        "key": key,
        "locale": "en",
        "slug": "hidden",
        "path": "practices/hidden/",
        "kind": "pdf",
        "question": uuid,
        **dict.fromkeys(("attempt", "block", "enrolment", "certificate", "quiz", "search", "file"), uuid),
        **dict.fromkeys(("code", "token", "thumbprint"), "x"),
    }
    # Where the same name means another thing: by the view's name.
    own = {
        "sitemap_section": {"section": "documents"},
        "v2:taxonomy": {"name": "target"},
        "media": {"name": "hidden.png"},
        "wagtaildocs_serve": (1, "hidden.pdf"),
        "wagtail_serve": ("practices/hidden/",),
    }
    found = {}
    for name, route, parameters, unnamed in views():
        if name is None:
            assert route in UNNAMED, f"{route} has no name: what is asked for it? Say so here."
            if UNNAMED[route]:
                found[route] = UNNAMED[route]
            continue
        more = own.get(name, {})
        if unnamed:
            assert len(more) == unnamed, f"{name}: what stands for its parameters? Say so here."
            address = reverse(name, args=more)
        else:
            values = {**stands_for, **more}
            unknown = parameters - values.keys()
            assert not unknown, f"{name}: what stands for {sorted(unknown)}? Say so here."
            address = reverse(name, kwargs={each: values[each] for each in parameters})
        found[name] = address + ASKED.get(name, "")
    return found


def told(client, found, **headers) -> set[str]:
    """The names of what tells of it."""
    names = set()
    for name, address in found.items():
        response = client.get(address, headers=headers)
        # The page of a 404 repeats the address that was asked for, as for any other.
        text = said(response).replace(address.partition("?")[0], "") + response.get("Location", "")
        if any(mark in text for mark in TOLD_BY) and response.status_code != 404:
            names.add(name)
        elif response.status_code == 404:
            assert not [mark for mark in TOLD_BY[:3] if mark in text], address
    return names


@pytest.mark.parametrize("kind", KINDS)
def test_no_address_tells_of_it(people, secret, kind):
    """To a member of another group as little as to anybody; the API doesn't take cookies, so to nobody there."""
    found = told(people[kind], addresses(secret))
    # The last is the address that documents answer at as well.
    assert found == ({"page", "search", "wagtail_serve"} if kind in SEES else set())


@pytest.mark.parametrize("group", ["Elsewhere", "Insiders"])
def test_no_address_of_the_api_tells_keys_of_other_groups(people, secret, group):
    _key, token = keys.issue(
        name=group, scopes=["content:members"], groups=[Group.objects.get(name=group)], now=timezone.now()
    )
    api = {n: a for n, a in addresses(secret).items() if n.startswith("v2:")}
    found = told(Client(), api, authorization=f"Bearer {token}")
    if group == "Elsewhere":
        assert found == set()
    else:
        assert found >= {"v2:pages", "v2:page", "v2:page_by_key", "v2:search", "v2:changes"}
