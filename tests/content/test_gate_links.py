"""The gate about links: what is gone, what isn't published; told by the link's words and its block, in few statements."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Workflow
from wagtail_localize.models import Translation
from wagtail_localize.operations import TranslationCreator

from cms.content import api
from cms.content.models import Hold
from cms.core.problems import PublicationRefused
from cms.media.models import File
from home.guides.models import ChapterPage, CompendiumPage, GuidePage, Tool
from home.models import StandardPage
from home.programme.models import ProgrammePage
from tests import world


def text(markup, block_id="t"):
    return {"type": "text", "value": f"<p>{markup}</p>", "id": block_id}


def to(kind, target, words="these words"):
    pk = getattr(target, "pk", target)
    return f'<a linktype="{kind}" id="{pk}">{words}</a>'


def draft(site, *body, model=StandardPage, **fields):
    return model(title="Page", slug="page", body=list(body), locale=site.locale, **fields)


def told(page):
    return [(each.code, each.field, each.block, each.place) for each in api.publication_problems(page)]


@pytest.fixture
def target(site, committed):
    def make(slug="target", live=True):
        with committed():
            return world.add(site, StandardPage(title="The target", slug=slug), live=live)

    return make


def test_a_link_to_a_page_that_is_there_is_in_order(site, target):
    assert told(draft(site, text(to("page", target())))) == []


@pytest.mark.parametrize(
    ("kind", "what"), [("page", "a page that isn’t there"), ("document", "a file that isn’t there")]
)
@pytest.mark.parametrize("pk", [999999, "x", "", "9" * 30])
def test_a_link_to_nothing_is_told_by_its_words(site, kind, what, pk):
    (problem,) = api.publication_problems(draft(site, text(to(kind, pk, "<b>R&amp;D</b> plan"))))
    assert (problem.code, problem.field, problem.block) == ("link_broken", "body", "t")
    assert problem.told == f"Body, block 1: Text: “R&D plan” leads to {what} any more."


def test_a_deleted_page_is_no_target_any_more(site, target, committed):
    gone = target()
    page = draft(site, text(to("page", gone)))
    with committed():
        gone.delete()
    assert told(page) == [("link_broken", "body", "t", "Body, block 1: Text")]


def test_a_draft_is_told_as_not_published_yet(site, target):
    (problem,) = api.publication_problems(draft(site, text(to("page", target(live=False)))))
    assert problem.code == "link_unpublished"
    assert str(problem.message).startswith("“these words” leads to “The target”, which is not published yet.")


def test_what_was_unpublished_is_told_as_that(site, target, committed):
    gone = target()
    with committed():
        gone.unpublish()
    (problem,) = api.publication_problems(draft(site, text(to("page", gone))))
    assert str(problem.message) == "“these words” leads to “The target”, which is no longer published."


def test_what_will_be_published_may_be_linked_to(site, target, django_user_model):
    scheduled, reviewed, together, own = (target(slug, live=False) for slug in ("a", "b", "c", "page"))
    scheduled.go_live_at = timezone.now() + timedelta(days=1)
    scheduled.save_revision().publish()
    reviewed.save_revision()
    Workflow.objects.get().start(reviewed, django_user_model.objects.create_user("a@example.org"))
    page = draft(site, *(text(to("page", each), f"t{each.slug}") for each in (scheduled, reviewed, together)))
    assert [block for _code, _field, block, _place in told(page)] == ["tc"]
    with api.publishing_together([together.translation_key]):
        assert told(page) == []
    assert len(told(page)) == 1
    own.body = [text(to("page", own))]
    assert told(own) == []


def test_live_in_any_language_is_enough(site, target, committed):
    from wagtail_localize.operations import TranslationCreator

    page = target()
    with committed():
        TranslationCreator(user=None, target_locales=[world.locale("fr")]).create_translations(
            page, include_related_objects=True
        )
    french = page.get_translation(world.locale("fr"))
    assert not french.live
    assert told(draft(site, text(to("page", french)))) == []


def test_links_elsewhere_are_left_alone(site):
    assert told(draft(site, text('<a href="https://nowhere.invalid/">these words</a>'))) == []


def test_nested_choosers_that_lost_their_page(site, target, committed):
    gone, kept = target("gone"), target("kept")
    deliverables = [
        {"type": "deliverable", "value": {"title": "T", "text": "<p>T</p>", "page": page}, "id": f"d{page}"}
        for page in (kept.pk, None, gone.pk)
    ]
    with committed():
        page = world.add(
            site, ProgrammePage(title="Programme", slug="programme", deliverables=deliverables), live=False
        )
        gone.delete()
    page = ProgrammePage.objects.get(pk=page.pk)
    assert told(page) == [
        (
            "link_broken",
            "deliverables",
            f"d{deliverables[2]['value']['page']}",
            "Deliverables, block 3: Deliverable",
        )
    ]


def test_rich_text_of_the_page_itself(site):
    page = ProgrammePage(
        title="P", slug="p", locale=site.locale, introduction=f"<p>{to('document', 999999)}</p>"
    )
    assert told(page) == [("link_broken", "introduction", "", "Introduction")]


def test_files_images_and_snippets_that_are_gone(site):
    body = [
        {"type": "download", "value": {"title": "T", "description": "", "file": 999999}, "id": "d"},
        {"type": "figure", "value": {"image": {"image": 999999, "alt_text": "A"}, "caption": ""}, "id": "f"},
        {"type": "tool", "value": 999999, "id": "s"},
        {"type": "practice", "value": 999999, "id": "p"},
    ]
    page = draft(site, *body, model=ChapterPage)
    assert [(code, block) for code, _field, block, _place in told(page)] == [
        ("link_broken", each) for each in "dfsp"
    ]


def test_publishing_it_is_refused_and_changes_nothing(site, target, committed):
    with committed():
        page = world.add(site, StandardPage(title="Page", slug="page", body=[text("Words.")]))
    with pytest.raises(PublicationRefused) as refused:
        world.publish(page, body=[text(to("page", target(live=False)))])
    assert "Body, block 1: Text: “these words” leads to" in str(refused.value)
    value = api.reading(path="/en/page/", principals=frozenset()).document["body"][0]["value"]
    assert value == "<p>Words.</p>"


def test_what_wagtail_localize_puts_together_is_refused_with_the_reasons_and_nothing_is_written(
    site, target, committed
):
    gone = target()
    with committed():
        page = world.add(site, StandardPage(title="Page", slug="page", body=[text(to("page", gone))]))
        TranslationCreator(None, [world.locale("fr")]).create_translations(page)
    translation = Translation.objects.get(source__object=page.translation_key)
    translated = page.get_translation(world.locale("fr")).specific
    with committed():
        world.publish(translated)
    with committed():
        gone.delete()
    before = StandardPage.objects.filter(pk=translated.pk).values().get()
    with pytest.raises(PublicationRefused) as refused:
        translation.save_target()
    assert [problem.code for problem in refused.value.problems] == ["link_broken"]
    assert list(refused.value.message_dict) == ["body"]
    assert StandardPage.objects.filter(pk=translated.pk).values().get() == before


def test_what_it_links_to_is_withdrawn_later_the_page_stays_and_its_editor_is_told(site, target, committed):
    gone = target()
    with committed():
        world.add(site, StandardPage(title="Page", slug="page", body=[text(to("page", gone))]))
    with committed():
        gone.unpublish()
    found = api.reading(path="/en/page/", principals=frozenset())
    assert found.document["body"][0]["value"] == "<p>these words</p>"
    assert [problem["code"] for problem in Hold.objects.get().problems] == ["link_unpublished"]
    with committed():
        world.publish(gone)
    assert not Hold.objects.exists()


def test_what_it_shows_is_deleted_later_the_page_stays(site, committed):
    tool = Tool.objects.create(name="A tool", code="a-tool", locale=site.locale)
    with committed():
        compendium = world.add(site, CompendiumPage(title="Guides", slug="guides"))
        guide = world.add(compendium, GuidePage(title="Guide", slug="guide"))
        world.add(
            guide,
            ChapterPage(title="Chapter", slug="chapter", body=[("tool", tool), ("text", "<p>Words.</p>")]),
        )
    with committed():
        tool.delete()
    found = api.reading(path="/en/guides/guide/chapter/", principals=frozenset())
    assert found.document["title"] == "Chapter"


def test_as_many_statements_for_two_links_as_for_twenty(site, target):
    pages = [target(f"p{number}", live=bool(number % 2)) for number in range(20)]
    files = [
        File.objects.create(title=f"F{number}", file=ContentFile(b"x", name=f"f{number}.txt"))
        for number in range(20)
    ]

    def statements(count):
        links = [
            text(to("page", page) + to("document", file), f"t{index}")
            for index, (page, file) in enumerate(zip(pages[:count], files[:count], strict=True))
        ]
        page = draft(site, *links)
        with CaptureQueriesContext(connection) as captured:
            problems = api.publication_problems(page)
        assert len(problems) == count // 2
        return len(captured)

    assert statements(2) == statements(20) == 2
