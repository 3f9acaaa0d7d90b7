"""The editor's forms and lists: what is filled in by itself, and in which order pages stand."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import get_page_models

from cms.core.pages import BasePage
from cms.core.problems import PublicationRefused
from home.guides.models import ChapterPage, Recommendation, Tool
from home.vocabulary.models import GlossaryTerm
from tests import world


@pytest.fixture
def desk(db):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("desk@example.org", "secret"))
    return client


@pytest.mark.parametrize(
    "model",
    [model for model in get_page_models() if issubclass(model, BasePage)],
    ids=lambda model: model._meta.label,
)
def test_the_address_of_a_new_page_follows_its_title(desk, rf, model):
    handler = model.get_edit_handler()
    request = rf.get("/")
    request.user = get_user_model().objects.get()
    form = handler.get_form_class()(instance=model(), for_user=request.user)
    html = handler.get_bound_panel(request=request, instance=form.instance, form=form).render_html()
    title = re.search(r'<(?:input|textarea)[^>]*name="title"[^>]*>', html)[0]
    assert "keyup-&gt;w-sync#apply" in title and 'data-w-sync-target-value="#id_slug"' in title


def test_chapters_stand_in_their_order_whichever_was_touched_last(desk, pages, committed):
    with committed():
        last = world.add(pages["guide"], ChapterPage(title="Three", slug="three"))
        world.publish(pages["one"], summary="Touched last.")
    html = desk.get(reverse("wagtailadmin_explore", args=[pages["guide"].pk])).content.decode()
    listed = re.findall(r'title-wrapper">\s*<a href="/admin/pages/(\d+)/', html)
    assert [int(pk) for pk in listed] == [pages["one"].pk, pages["two"].pk, last.pk]


def test_lists_of_what_is_translated_say_the_language(desk, site):
    locale = world.locale("fr")
    GlossaryTerm.objects.create(term="risque", code="risk", definition="Un mot.", locale=locale)
    Tool.objects.create(name="Un plan", code="plan", locale=locale)
    Recommendation.objects.create(text="Parlez-vous.", code="talk", locale=locale)
    for model in (GlossaryTerm, Tool, Recommendation):
        html = desk.get(reverse(model.snippet_viewset.get_url_name("list"))).content.decode()
        assert "Français" in html[html.index("<tbody") :], model


def test_an_empty_table_is_not_published(pages, committed):
    empty = {"type": "table", "value": {"columns": [], "rows": [], "caption": ""}, "id": "t"}
    headed = {
        "type": "table",
        "value": {
            "columns": [{"type": "text", "heading": "Who"}],
            "rows": [{"values": [""]}],
            "caption": "Who",
        },
        "id": "u",
    }
    chapter = ChapterPage.objects.get(pk=pages["one"].pk)
    before = chapter.body.raw_data[:]
    for table in (empty, headed):
        with pytest.raises(PublicationRefused, match="The table is empty"):
            world.publish(ChapterPage.objects.get(pk=chapter.pk), body=[table])
    assert ChapterPage.objects.get(pk=chapter.pk).body.raw_data[:] == before
    headed["value"]["rows"][0]["values"] = ["Steward"]
    with committed():
        world.publish(chapter, body=[headed])
    assert ChapterPage.objects.get(pk=chapter.pk).body.raw_data[0]["type"] == "table"


def test_the_name_of_a_picture_s_file_is_no_alternative_text(db):
    assert world.image(title="IMG_2031", description="").default_alt_text == ""
    assert world.image(title="IMG_2031", description="An open door").default_alt_text == "An open door"


def test_somebody_with_one_name_chooses_language_and_theme(desk):
    address = reverse("wagtailadmin_account")
    person = get_user_model().objects.get()
    forms = desk.get(address).context["panels_by_tab"]
    data = {"name_email-first_name": "Desk", "name_email-last_name": ""}
    for panels in forms.values():
        for panel in panels:
            form = panel.get_form()
            data |= {
                form.add_prefix(name): form.get_initial_for_field(field, name) or ""
                for name, field in form.fields.items()
                if form.add_prefix(name) not in data
            }
    data |= {"locale-preferred_language": "ar", "theme-theme": "dark"}
    assert desk.post(address, data).status_code == 302
    person.wagtail_userprofile.refresh_from_db()
    assert (person.wagtail_userprofile.preferred_language, person.wagtail_userprofile.theme) == ("ar", "dark")
    html = desk.get(address).content.decode()
    assert 'dir="rtl"' in html and "w-theme-dark" in html
    assert "localtime" not in html and 'value="Africa/Lome"' in html
