"""Learning in the admin: certificates, for people who may revoke those of a course; questions in and out of files; what
editors of courses are told."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter

from .catalogue import publishing, running
from .catalogue.rows import Course
from .credentials import revoking
from .exchange import api as exchange
from .flows import granting, sources
from .models import CoursePage, QuestionBankPage, QuizPage
from .pages import question_desk
from .pages.certificate_desk import CertificateDetail, CertificateList
from .pages.running_desk import CourseList, CoursePeople
from .pages.source_desk import ChangedSources


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action(
        sources.LOGGED_AS,
        _("Take over changed sources"),
        _("Changed sources taken over into the running edition"),
    )
    actions.register_action(
        granting.LOGGED_AS, _("Say who runs a course"), _("People who run the course changed")
    )
    actions.register_action(revoking.LOGGED_AS, _("Revoke a certificate"), _("Certificate revoked"))

    @actions.register_action(exchange.LOG_ACTION)
    class ImportFormatter(LogFormatter):
        label = _("Import questions")

        def format_message(self, log_entry):
            return _("Import of %(file)s: %(create)s new, %(update)s changed") % log_entry.data


@hooks.register("register_admin_urls")
def addresses():
    return [
        path("certificates/", CertificateList.as_view(), name="certificates"),
        path("certificates/<uuid:uuid>/", CertificateDetail.as_view(), name="certificate"),
        path("courses/<int:page_id>/sources/", ChangedSources.as_view(), name="changed_sources"),
        path("course-people/", CourseList.as_view(), name="running"),
        path("course-people/<uuid:key>/", CoursePeople.as_view(), name="running_course"),
        path("banks/<int:bank_id>/import/", question_desk.Upload.as_view(), name="question_imports"),
        path("banks/<int:bank_id>/import/<uuid:pk>/", question_desk.Import.as_view(), name="question_import"),
        path("questions/<int:page_id>/export/", question_desk.Export.as_view(), name="question_export"),
    ]


class CertificatesMenuItem(MenuItem):
    def is_shown(self, request):
        return revoking.has_any(request.user)


@hooks.register("register_admin_menu_item")
def certificates_menu():
    return CertificatesMenuItem(
        _("Certificates"), reverse_lazy("certificates"), name="certificates", icon_name="success", order=320
    )


class RunningMenuItem(MenuItem):
    def is_shown(self, request):
        return granting.may_grant(request.user)


@hooks.register("register_settings_menu_item")
def running_menu():
    return RunningMenuItem(
        _("Who runs courses"), reverse_lazy("running"), name="course-people", icon_name="group", order=650
    )


@hooks.register("register_permissions")
def grantable():
    return Permission.objects.filter(
        content_type__app_label="learning", content_type__model="course", codename="change_course"
    )


@hooks.register("register_page_header_buttons")
def question_files(page, user, view_name, next_url=None):
    page = page.specific
    if isinstance(page, QuestionBankPage) and exchange.may_import(user, page):
        yield Button(
            _("Import questions"),
            reverse("question_imports", args=[page.pk]),
            icon_name="upload",
            priority=70,
        )
    if isinstance(page, QuestionBankPage | QuizPage) and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Export questions"),
            reverse("question_export", args=[page.pk]),
            icon_name="download",
            priority=71,
        )


def _tell(request, page) -> None:
    found = publishing.waiting(page) if page._meta.app_label == "learning" else None
    if found is None:
        return
    number, waits = found
    if waits.own:
        sentence = gettext(
            "People who are on edition %(number)s of this course keep the version that they have: questions, keys, "
            "limits or blocks have changed. What is published now waits for the next edition."
        )
        messages.warning(request, sentence % {"number": number})
    if waits.sources or waits.withdrawn:
        sentence = gettext(
            "What this lesson shows from elsewhere has changed (%(titles)s). People who are on edition %(number)s of this "
            "course keep what they have until it is taken over."
        )
        shown = [*(each.changed.after for each in waits.sources), *waits.withdrawn]
        titles = ", ".join(dict.fromkeys(value["title"] for value in shown))
        course = publishing.course_page_id(waits.item)
        address = f"{reverse('changed_sources', args=[course])}#lesson-{page.pk}" if course else None
        messages.warning(
            request,
            sentence % {"number": number, "titles": titles},
            buttons=[messages.button(address, gettext("See what changed, take it over"))] if address else [],
        )


@hooks.register("after_publish_page")
def tell_what_waits(request, page):
    _tell(request, page.specific)


@hooks.register("before_edit_page")
def tell_before_editing(request, page):
    if request.method == "GET":
        _tell(request, page.specific)


@hooks.register("register_page_header_buttons")
def report_button(page, user, view_name, next_url=None):
    course = (
        Course.objects.filter(pk=page.translation_key).first() if page.specific_class is CoursePage else None
    )
    if course is not None and running.may(user, course, running.REPORT):
        yield Button(
            gettext("Report"),
            url=reverse("learning:report", kwargs={"key": course.pk}),
            icon_name="table",
            priority=64,
        )


@hooks.register("register_page_header_buttons")
def sources_button(page, user, view_name, next_url=None):
    if page.specific_class is CoursePage and page.permissions_for_user(user).can_edit():
        yield Button(
            gettext("Sources that have changed"),
            url=reverse("changed_sources", args=[page.pk]),
            icon_name="history",
            priority=63,
        )
