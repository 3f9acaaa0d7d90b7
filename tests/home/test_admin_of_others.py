"""Every address of the admin, asked for the things of another section: it tells nothing and changes nothing.

The addresses come from the resolver: a view that is added tomorrow is asked too, and one with a parameter that nothing
stands for here fails the tests until somebody says what does.
"""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageViewRestriction,
    Revision,
    Site,
)
from wagtail_localize.models import StringSegment, Translation

from cms.content import foreign
from cms.delivery import keys
from cms.delivery.models import ApiKey, WebhookEndpoint
from cms.delivery.webhooks import endpoints
from cms.media.models import File, Image
from cms.translation.files.models import TranslationImport
from cms.translation.models import LanguageRole
from cms.translation.models import Work as TranslationWork
from home.guides.models import PracticeImport, ReviewState, Submission
from home.guides.reviews import workflows
from learning.models import CourseIndexPage, QuestionBankPage, QuestionImport
from tests import world

# In the name of everything that isn't the editor's; what is searched for is another word of it.
MARK, WORD = "zebra", "Unseen"
# Leaving ends the session; the other one fails on purpose.
PASSED_OVER = {"wagtailadmin_logout", "wagtailadmin_error_test"}
# Open to whoever comes: the doors, which lead to ours, and what the interface is drawn with.
OPEN = {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog"}
SNIPPETS = "wagtailsnippets_"


def admin_views():
    """`[(name with its namespace, names of its parameters)]` of every view under `/admin/`."""

    def walk(resolver, namespace):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern, inner)
            elif pattern.name:
                given = getattr(pattern.pattern, "converters", None) or pattern.pattern.regex.groupindex
                yield f"{namespace}{pattern.name}", frozenset(given)

    found = set()
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and str(pattern.pattern) == "admin/":
            found |= set(walk(pattern, f"{pattern.namespace}:" if pattern.namespace else ""))
    return sorted(found, key=lambda view: (view[0], sorted(view[1])))


@pytest.fixture
def others(pages, practice, term, translate, committed):
    """What belongs to others: a restricted practice with a draft, a review and a translation, and all the rest."""
    now = timezone.now()
    workflows.set_up_reviews()
    insiders = Group.objects.create(name="Insiders")
    owner = get_user_model().objects.create_superuser("owner@example.org", "x", first_name="Owner")
    member = get_user_model().objects.create_user(f"{MARK}-member@example.org", "x")
    collection = Collection.get_first_root_node().add_child(name=f"Unseen {MARK}")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups").groups.add(
        insiders
    )
    page = practice(
        pages["index"], f"Unseen {MARK} practice", [term("target", "church")], slug=f"{MARK}-practice"
    )
    with committed():
        PageViewRestriction.objects.create(page=page, restriction_type="groups").groups.add(insiders)
    translate(page, "ar", title=f"Unseen {MARK} in Arabic")
    page.title = f"Unseen {MARK} draft"
    revision = page.save_revision(user=owner)
    workflow = pages["index"].get_workflow()
    state = workflow.start(page, owner)
    key, _token = keys.issue(name=f"Unseen {MARK}", scopes=["content:members"], groups=[insiders], now=now)
    sent_in = {"created_at": now, "updated_at": now, "submitted_at": now, "consented_at": now}
    translation = Translation.objects.get(source__object_id=page.translation_key)
    courses = world.add(pages["guide"].get_site().root_page.specific, CourseIndexPage(title="Courses"))
    bank = world.add(courses, QuestionBankPage(title=f"Unseen {MARK} bank"))
    return SimpleNamespace(
        insiders=insiders,
        member=member,
        page=page,
        revision=revision,
        elsewhere=pages["guide"],
        workflow=workflow,
        state=state,
        review=state.current_task_state,
        collection=collection,
        image=Image.objects.create(title=f"Unseen {MARK}", file=world.picture(), collection=collection),
        file=File.objects.create(
            title=f"Unseen {MARK}", file=ContentFile(b"x", name="x.txt"), collection=collection
        ),
        key=key,
        endpoint=endpoints.register(
            key=key, url=f"https://{MARK}.example.org/", wanted=["content.updated"], now=now
        )[0],
        submission=Submission.objects.create(
            author=member, title=f"Unseen {MARK}", language="en", state="submitted", consent="Yes.", **sent_in
        ),
        bank=bank,
        questions=QuestionImport.objects.create(
            user=owner, bank=bank, file_name=f"Unseen {MARK}.gift", format="gift", data=b"x", created_at=now
        ),
        upload=PracticeImport.objects.create(
            user=owner, index=pages["index"], file_name=f"Unseen {MARK}.csv", created_at=now
        ),
        translation=translation,
        translations=TranslationImport.objects.create(
            user=owner,
            locale=translation.target_locale,
            file_name=f"Unseen {MARK}.po",
            format="po",
            data=b"x",
            created_at=now,
        ),
        segment=StringSegment.objects.filter(source=translation.source).first(),
        redirect=Redirect.objects.create(old_path=f"/{MARK}", redirect_page=page),
        session=EditingSession.objects.create(
            user=owner,
            content_type=ContentType.objects.get_for_model(page),
            object_id=page.pk,
            last_seen_at=now,
        ),
        group=insiders,
    )


def addresses(others):
    """`[(name, address)]` of every view, with others' things for its parameters."""
    stands_for = {
        "page_id": others.page.pk,
        "bank_id": others.bank.pk,
        "parent_page_id": others.page.pk,
        "page_to_move_id": others.page.pk,
        "page_pk": others.page.pk,
        "object_id": others.page.pk,
        "destination_id": others.elsewhere.pk,
        "revision_id": others.revision.pk,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "workflow_pk": others.workflow.pk,
        "workflow_state_id": others.state.pk,
        "task_id": others.review.task_id,
        "task_state_id": others.review.pk,
        "collection_id": others.collection.pk,
        "image_id": others.image.pk,
        "document_id": others.file.pk,
        "doc_id": others.file.pk,
        "uploaded_file_id": 1,
        "filter_spec": "width-320",
        "key": others.submission.uuid,
        "uuid": others.key.uuid,
        "file": uuid4(),
        "number": 1,
        "kind": "csv",
        "translation_source_id": others.translation.source_id,
        "translation_id": others.translation.pk,
        "string_segment_id": others.segment.pk,
        "overridable_segment_id": 1,
        "mode": "page",
        "redirect_id": others.redirect.pk,
        "session_id": others.session.pk,
        "app_label": "guides",
        "app_name": "guides",
        "content_type_app_name": "guides",
        "model_name": "goodpracticepage",
        "content_type_model_name": "goodpracticepage",
        "action": "delete",
        "action_name": "approve",
        "uidb64": "x",
        "token": "x",
    }
    # What `pk` (and the like) is depends on whose it is: by the beginning of the view's name.
    own = {
        "wagtailadmin_api:pages": {"pk": others.page.pk, "action_name": "delete"},
        "wagtailadmin_api:images": {"pk": others.image.pk},
        "wagtailadmin_api:documents": {"pk": others.file.pk},
        "wagtailadmin_pages:": {"pk": others.page.pk},
        "wagtailadmin_collections:": {"pk": others.collection.pk},
        "wagtailadmin_workflows:": {"pk": others.workflow.pk},
        "wagtailadmin_workflows:add_task": {"app_label": "guides", "model_name": "reviewtask"},
        "wagtailadmin_workflows:edit_task": {"pk": others.review.task_id},
        "wagtailadmin_workflows:disable_task": {"pk": others.review.task_id},
        "wagtailadmin_workflows:enable_task": {"pk": others.review.task_id},
        "wagtaildocs_chooser:": {"pk": others.file.pk},
        "wagtailimages_chooser:": {"pk": others.image.pk},
        "wagtailusers_users:": {"pk": others.member.pk},
        "wagtailusers_groups:": {"pk": others.group.pk},
        "wagtaillocales:": {"pk": others.page.locale_id},
        "wagtailsites:": {"pk": Site.objects.get().pk},
        "wagtail_localize:submit_snippet_translation": {"model_name": "tool", "pk": 1},
        "wagtail_localize:snippets_api": {"model_name": "tool", "pk": 1},
        SNIPPETS: {"pk": 1},
        "review": {"pk": others.review.pk},
        "practice_import": {"pk": others.upload.pk},
        "question_import": {"bank_id": others.bank.pk, "pk": others.questions.pk},
        "question_export": {"page_id": others.bank.pk},
        "webhook": {"uuid": others.endpoint.uuid},
        "translation:": {
            "uuid": others.translation.uuid,
            "context": others.segment.context_id,
            "string": others.segment.string_id,
            "comment": 1,
            "language": "fr",
            "pk": others.translations.pk,
        },
        "erratum": {"pk": 1},
    }
    found = []
    for name, parameters in admin_views():
        if name in PASSED_OVER:
            continue
        values = dict(stands_for)
        for beginning, these in own.items():
            if name.removeprefix("wagtailsnippetchoosers_").startswith(beginning) or (
                beginning == SNIPPETS and name.startswith(("wagtailsnippets_", "wagtailsnippetchoosers_"))
            ):
                values |= these
        unknown = parameters - values.keys()
        assert not unknown, f"{name}: what stands for {sorted(unknown)}? Say so here."
        found.append((name, reverse(name, kwargs={each: values[each] for each in parameters})))
    return found


@pytest.fixture
def editor(pages):
    """Somebody who may do everything with the guides and with files of their own, translating included; no more."""
    group = Group.objects.create(name="Editors of guides")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", "submit_translation"]))
    for action in ("add", "change", "publish", "bulk_delete", "lock", "unlock"):
        GroupPagePermission.objects.create(
            group=group,
            page=pages["compendium"],
            permission=Permission.objects.get(codename=f"{action}_page"),
        )
    collection = Collection.get_first_root_node().add_child(name="Own")
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for action in ("add", "change", "delete", "choose"):
            permission = Permission.objects.get(content_type__app_label=app, codename=f"{action}_{model}")
            GroupCollectionPermission.objects.create(
                group=group, collection=collection, permission=permission
            )
    return signed_in(group)


def signed_in(*groups) -> Client:
    user = get_user_model().objects.create_user(f"{uuid4().hex}@example.org", "x")
    user.groups.set(groups)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def said(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace").lower()


def stored():
    """Everything of theirs, as it is in the database."""
    models = (
        *(Page, Revision, PageViewRestriction, CollectionViewRestriction, Collection, Image, File),
        *(
            ApiKey,
            WebhookEndpoint,
            Submission,
            PracticeImport,
            QuestionImport,
            TranslationImport,
            ReviewState,
        ),
        *(Redirect, Translation, TranslationWork, LanguageRole),
        *(Group, GroupPagePermission, Site),
    )
    return {model: list(model.objects.order_by("pk").values()) for model in models}


def test_what_is_asked_for_is_there(others, admin_client):
    """The other tests would pass if nothing were where they look: whoever may see everything finds the mark there."""
    found = {name for name, address in addresses(others) if MARK in said(admin_client.get(address))}
    assert found >= {
        *("wagtailadmin_api:pages:detail", "wagtailadmin_api:images:detail"),
        *("wagtailadmin_pages:edit", "wagtailadmin_pages:view_draft", "wagtailadmin_pages:history"),
        *("wagtailadmin_pages:revisions_compare", "wagtailadmin_pages:move_confirm"),
        *("wagtailadmin_pages:workflow_preview", "wagtailadmin_choose_page_child"),
        *("wagtail_localize:update_translations", "wagtail_localize:translations_report"),
        *("wagtailimages:edit", "wagtaildocs:edit", "wagtailadmin_collections:edit"),
        *("translation:board", "translation:mine", "translation:assignment", "translation:work"),
        *("wagtailusers_users:edit", "wagtailredirects:edit", "api_key", "webhook", "submission", "review"),
    }


def test_an_editor_of_another_section_is_told_nothing(others, editor):
    query = {
        "q": WORD,
        "id": [others.page.pk, others.image.pk, others.file.pk],
        "search": WORD,
        "page_type": "guides.goodpracticepage",
    }
    for name, address in addresses(others):
        for asked in ({}, query):
            response = editor.get(address, asked)
            assert MARK not in said(response).replace(address, ""), (name, address, asked)


def test_an_editor_of_another_section_changes_nothing(others, editor):
    before = stored()
    data = {
        "title": "Changed",
        "name": "Changed",
        "restriction_type": "none",
        "publish_translations": "on",
        "locales": [world.locale("fr").pk],
        "action-publish": "1",
        "approve": "1",
        "take": "1",
        "revoke": "1",
    }
    for name, address in addresses(others):
        response = editor.post(address, data)
        assert MARK not in said(response).replace(address, ""), (name, address)
    after = stored()
    for model, rows in before.items():
        assert after[model] == rows, model


@pytest.mark.parametrize("kind", ["anonymous", "registered", "member"])
def test_who_is_not_of_the_admin_is_let_in_nowhere(others, kind):
    client = {
        "anonymous": Client,
        "registered": signed_in,
        "member": lambda: signed_in(others.insiders),
    }[kind]()
    for name, address in addresses(others):
        if name not in OPEN:
            response = client.get(address)
            assert response.status_code in (302, 403, 404), (name, response.status_code)
            assert MARK not in said(response).replace(address, ""), name


def chosen(client, pages, address="/admin/choose-page/search/", **query) -> set[str]:
    """Which of these pages a chooser names."""
    text = client.get(address, query).content.decode()
    return {page.title for page in pages if page.title in text}


def test_choosers_name_what_somebody_may_edit_or_read(others, pages, editor, admin_client, committed):
    """Drafts of one's own section, and of others what readers see: a restricted practice for whoever is among its readers."""
    own = world.add(pages["guide"], type(pages["two"])(title="Unseen chapter", slug="draft"), live=False)
    public = world.publish(pages["about"], title="Unseen by nobody")
    theirs = Page.objects.get(pk=others.page.pk)
    everything = [own, public, theirs]
    assert chosen(admin_client, everything, q=WORD) == {each.title for each in everything}
    assert chosen(editor, everything, q=WORD) == {own.title, public.title}
    assert chosen(editor, everything, f"/admin/choose-page/{pages['guide'].pk}/") == {own.title}
    assert chosen(editor, everything, "/admin/choose-page/chosen-multiple/", id=public.pk) == {public.title}
    user = get_user_model().objects.get(pk=editor.session["_auth_user_id"])
    user.groups.add(others.insiders)
    assert theirs.title in chosen(editor, [theirs], f"/admin/choose-page/{pages['index'].pk}/")


def test_somebody_without_a_section_chooses_among_what_is_public(others, pages):
    group = Group.objects.create(name="Of the admin")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    client = signed_in(group)
    found = chosen(client, [pages["about"], others.page], f"/admin/choose-page/{pages['home'].pk}/")
    assert found == {pages["about"].title}


def test_reports_of_all_pages_are_for_those_with_rights_to_all(others, editor):
    reports = [reverse(name) for name in foreign.REPORTS]
    for address in reports:
        assert editor.get(address).status_code == 302
        assert address not in editor.get("/admin/").content.decode()
    root = Page.get_first_root_node()
    user = get_user_model().objects.get(pk=editor.session["_auth_user_id"])
    GroupPagePermission.objects.create(
        group=user.groups.get(), page=root, permission=Permission.objects.get(codename="change_page")
    )
    for address in reports:
        assert editor.get(address).status_code == 200


def test_publishing_translations_takes_the_right_to_publish_them(others, pages):
    """Who may change a practice but not publish it can't do so by bringing its translations up to date."""
    group = Group.objects.create(name="Authors")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", "submit_translation"]))
    GroupPagePermission.objects.create(
        group=group,
        page=Page.get_first_root_node(),
        permission=Permission.objects.get(codename="change_page"),
    )
    client = signed_in(group)
    address = reverse("wagtail_localize:update_translations", args=[others.translation.source_id])
    before = stored()
    assert client.post(address, {"publish_translations": "on"})["Location"] == "/admin/"
    assert stored() == before
    assert client.post(address, {})["Location"] != "/admin/"


@pytest.mark.parametrize("rights", ["all pages without publishing", "the translation alone"])
def test_becoming_an_alias_takes_the_right_to_publish_and_to_see_the_original(others, pages, rights):
    """wagtail-localize asks for the right to change the translation, and copies the original with all it says and its state."""
    target = others.translation.get_target_instance()
    group = Group.objects.create(name="Authors")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    alone = rights == "the translation alone"
    place = target if alone else Page.get_first_root_node()
    for codename in ["change_page", *(["publish_page"] if alone else [])]:
        permission = Permission.objects.get(codename=codename)
        GroupPagePermission.objects.create(group=group, page=place, permission=permission)
    client, before = signed_in(group), stored()
    address = reverse("wagtail_localize:convert_to_alias", args=[target.pk])
    for ask in (client.get, client.post):
        assert ask(address)["Location"] == "/admin/"
    assert stored() == before
    # With both it goes.
    for codename in ("change_page", "publish_page"):
        permission = Permission.objects.get(codename=codename)
        GroupPagePermission.objects.get_or_create(
            group=group, page=Page.get_first_root_node(), permission=permission
        )
    assert client.get(address).status_code == 200
