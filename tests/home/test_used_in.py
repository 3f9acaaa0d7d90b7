"""Where a practice, tool or recommendation is used: on its page, and in the form in which it is edited."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupPagePermission

from home.guides import panels
from home.guides.models import ChapterPage, GuidePage, Recommendation, Tool
from home.guides.repository import views
from tests import world

PRACTICE = "/en/practices/stewards/"


def text(response):
    return response.content.decode()


def named(client, path=PRACTICE):
    found = re.search(r'<section class="used-in".*?</section>', text(client.get(path)), re.S)
    return re.findall(r'<li><a href="([^"]+)"', found[0]) if found else []


# On the page ------------------------------------------------------------------------------------------------------


def test_the_page_names_what_shows_it_and_what_links_to_it(client, pages, committed):
    assert named(client) == ["/en/guides/religious/one/"]
    link = f'<p><a linktype="page" id="{pages["practice"].pk}">Stewards</a></p>'
    with committed():
        world.publish(pages["two"], body=[("text", link)])
    assert named(client) == ["/en/guides/religious/one/", "/en/guides/religious/two/"]
    with committed():
        world.publish(pages["one"], body=[("text", "<p>Nothing.</p>")])
    assert named(client) == ["/en/guides/religious/two/"]


def test_only_what_the_reader_may_see(client, pages, restrict, member, django_user_model):
    group = restrict(pages["one"]).groups.get()
    assert named(client) == []
    user = member()
    client.force_login(user)
    assert named(client) == []
    user.groups.set([Group.objects.create(name="Others")])
    assert named(client) == []
    user.groups.set([group])
    assert named(client) == ["/en/guides/religious/one/"]
    client.force_login(django_user_model.objects.create_superuser("admin@example.org", "secret"))
    assert named(client) == ["/en/guides/religious/one/"]


def test_once_for_all_languages(client, pages, translate):
    translate(pages["practice"], "ar", title="منظمون")
    translate(pages["one"], "ar", title="المجتمعات")
    assert named(client) == ["/en/guides/religious/one/"]
    assert named(client, "/ar/practices/stewards/") == ["/ar/guides/religious/one/"]
    assert "المجتمعات" in text(client.get("/ar/practices/stewards/"))


def test_a_long_list_is_cut_and_says_so(client, pages, committed, monkeypatch):
    monkeypatch.setattr(views, "MOST_USES", 1)
    with committed():
        world.publish(pages["two"], body=[("practice", pages["practice"].page_ptr)])
    assert named(client) == ["/en/guides/religious/one/"]
    assert "and 1 other" in text(client.get(PRACTICE))


# In the admin -----------------------------------------------------------------------------------------------------


def editor(email, *places, permissions=()):
    """Somebody who edits below some pages."""
    group = Group.objects.create(name=email)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    group.permissions.add(*Permission.objects.filter(codename__in=permissions))
    change = Permission.objects.get(codename="change_page")
    for place in places:
        GroupPagePermission.objects.create(group=group, page=place, permission=change)
    user = get_user_model().objects.create_user(email)
    user.groups.add(group)
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(django_user_model):
    return django_user_model.objects.create_superuser("admin@example.org", "secret")


@pytest.fixture
def shared(pages, committed):
    """A tool and a recommendation that are used in two guides."""
    tool = Tool.objects.create(code="plan", name="A plan", locale=pages["home"].locale)
    recommendation = Recommendation.objects.create(code="ask", text="Ask.", locale=pages["home"].locale)
    with committed():
        other = world.add(pages["compendium"], GuidePage(title="Other guide", slug="other"))
        third = world.add(
            other,
            ChapterPage(
                title="Third <b>", slug="three", body=[("tool", tool), ("recommendation", recommendation)]
            ),
        )
        world.publish(pages["two"], body=[("tool", tool), ("tool", tool)])
    return {"tool": tool, "recommendation": recommendation, "other": other, "third": third}


def uses(obj, user):
    found = panels.uses_of(obj, user)
    return [(each["title"], each["language"]) for each in found.pages], found.others


def test_uses_of_a_practice_a_tool_and_a_recommendation(pages, shared, admin):
    assert uses(pages["practice"], admin) == ([("Communities", "English")], 0)
    assert uses(shared["tool"], admin) == ([("Design", "English"), ("Third <b>", "English")], 0)
    assert uses(shared["recommendation"], admin) == ([("Third <b>", "English")], 0)
    assert uses(pages["index"], admin) == ([], 0)


def test_in_all_languages_and_without_stand_ins(pages, shared, admin, translate):
    translate(pages["two"], "fr", title="Concevoir")
    titles = [("Concevoir", "Français"), ("Design", "English"), ("Third <b>", "English")]
    assert uses(shared["tool"], admin) == (titles, 0)
    french = shared["tool"].get_translation(world.locale("fr"))
    assert uses(french, admin) == (titles, 0)


def test_named_is_what_the_editor_may_see_and_the_others_are_counted(pages, shared):
    assert uses(shared["tool"], editor("guide@example.org", pages["guide"])) == ([("Design", "English")], 1)
    assert uses(shared["tool"], editor("both@example.org", pages["compendium"]))[1] == 0
    assert uses(shared["tool"], editor("nobody@example.org")) == ([], 2)
    assert uses(shared["tool"], editor("about@example.org", pages["about"])) == ([], 2)


def test_as_many_statements_for_thirty_as_for_two(pages, shared, admin, committed):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            panels.uses_of(shared["tool"], admin)
        return len(captured)

    before = statements()
    with committed():
        for number in range(28):
            chapter = ChapterPage(
                title=f"More {number}", slug=f"more-{number}", body=[("tool", shared["tool"])]
            )
            world.add(shared["other"], chapter)
    assert statements() == before == 4
    assert len(panels.uses_of(shared["tool"], admin).pages) == 10
    assert panels.uses_of(shared["tool"], admin).others == 20


def edit(client, obj):
    if isinstance(obj, Tool | Recommendation):
        return client.get(f"/admin/snippets/guides/{obj._meta.model_name}/edit/{obj.pk}/")
    return client.get(f"/admin/pages/{obj.pk}/edit/")


def test_the_form_says_so(pages, shared, admin):
    client = signed_in(admin)
    html = text(edit(client, pages["practice"]))
    assert "What you change here changes on 1 page." in html
    assert f'href="/admin/pages/{pages["one"].pk}/"' in html
    html = text(edit(client, shared["tool"]))
    assert "What you change here changes on 2 pages." in html
    assert "<bdi>Third &lt;b&gt;</bdi>" in html
    assert "What you change here changes on 1 page." in text(edit(client, shared["recommendation"]))


def test_the_translators_form_says_so_too(pages, shared, admin, translate):
    translate(pages["two"], "fr", title="Concevoir")
    french = shared["tool"].get_translation(world.locale("fr"))
    html = text(edit(signed_in(admin), french))
    assert html.count("What you change here changes on 3 pages.") == 1
    assert "<bdi>Concevoir</bdi></a> (Français)" in html
    practice = translate(pages["practice"], "fr", title="Bénévoles")
    html = text(edit(signed_in(admin), practice))
    assert html.count("What you change here changes on") == 1 and "<bdi>Communities</bdi>" in html
    # The source's own form has its panel and no message.
    assert text(edit(signed_in(admin), shared["tool"])).count("What you change here") == 1


def test_the_form_names_nothing_that_its_editor_may_not_see(pages, shared):
    permissions = ("change_tool", "view_tool")
    client = signed_in(editor("guide@example.org", pages["guide"], permissions=permissions))
    html = text(edit(client, shared["tool"]))
    assert "What you change here changes on 2 pages." in html
    assert "<bdi>Design</bdi>" in html and "and 1 other" in html
    assert "Third" not in html


def test_nothing_is_said_where_nothing_uses_it(pages, admin, committed):
    with committed():
        world.publish(pages["one"], body=[("text", "<p>Nothing.</p>")])
    client = signed_in(admin)
    assert "What you change here" not in text(edit(client, pages["practice"]))
    tool = Tool.objects.create(code="new", name="New", locale=pages["home"].locale)
    assert "What you change here" not in text(edit(client, tool))
    add = client.get("/admin/snippets/guides/tool/add/")
    assert add.status_code == 200 and "What you change here" not in text(add)
    add = client.get(f"/admin/pages/add/guides/goodpracticepage/{pages['index'].pk}/")
    assert add.status_code == 200
