"""Learners' pages, under a language prefix and `learn/`."""

from django.urls import path

from .pages import (
    attempts,
    certificates,
    courses,
    joining,
    marking,
    notebook,
    people,
    regrading,
    reports,
    units,
)

app_name = "learning"

urlpatterns = [
    path("", courses.my_learning, name="my_learning"),
    path("courses/<uuid:key>/enrol/", courses.enrol, name="enrol"),
    path("courses/<uuid:key>/leave/", courses.withdraw, name="withdraw"),
    path("courses/<uuid:key>/edition/", courses.edition, name="edition"),
    path("courses/<uuid:key>/following/", courses.follow, name="follow"),
    path("courses/<uuid:key>/people/", people.requests, name="people"),
    path("courses/<uuid:key>/people/keys/", people.keys, name="people_keys"),
    path("courses/<uuid:key>/people/invitations/", people.invitations, name="people_invitations"),
    path("invitations/<str:token>/", joining.follow_link, name="invitation"),
    path("invitation/", joining.invited, name="invited"),
    path("courses/<uuid:key>/report/", reports.report, name="report"),
    path("courses/<uuid:key>/report/learners/", reports.report_learners, name="report_learners"),
    path("courses/<uuid:key>/report/learners/export/", reports.report_export, name="report_export"),
    path(
        "courses/<uuid:key>/report/learners/<uuid:enrolment>/", reports.report_learner, name="report_learner"
    ),
    path("courses/<uuid:key>/report/marking/", marking.report_marking, name="report_marking"),
    path("courses/<uuid:key>/report/marking/<uuid:attempt>/", marking.report_mark, name="report_mark"),
    path("courses/<uuid:key>/report/quizzes/<uuid:quiz>/", reports.report_items, name="report_items"),
    path(
        "courses/<uuid:key>/report/quizzes/<uuid:quiz>/export/",
        reports.report_items_export,
        name="report_items_export",
    ),
    path(
        "courses/<uuid:key>/report/quizzes/<uuid:quiz>/regrade/",
        regrading.report_regrade,
        name="report_regrade",
    ),
    path("units/<uuid:key>/", units.unit, name="unit"),
    path("units/<uuid:key>/done/", units.done, name="done"),
    path("units/<uuid:key>/checks/<str:question>/", units.check, name="check"),
    path("units/<uuid:key>/note/", notebook.note, name="note"),
    path("units/<uuid:key>/reflections/<uuid:block>/", notebook.reflection, name="reflection"),
    path("units/<uuid:key>/bookmark/", notebook.bookmark, name="bookmark"),
    path("units/<uuid:key>/feedback/", notebook.feedback, name="feedback"),
    path("units/<uuid:key>/attempt/", attempts.start, name="start"),
    path("courses/<uuid:key>/feedback/", notebook.course_feedback, name="course_feedback"),
    path("notebook/", notebook.overview, name="notebook"),
    path("notebook/notes/", notebook.download, name="notes_file"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/reminders/", certificates.choose_reminders, name="choose_reminders"),
    path("certificates/reminders/stop/<str:token>/", certificates.stop_reminders, name="stop_reminders"),
    path("certificates/<uuid:certificate>/", certificates.certificate, name="certificate"),
    path(
        "certificates/<uuid:certificate>/<slug:kind>/",
        certificates.certificate_file,
        name="certificate_file",
    ),
    path("transcript/", certificates.transcript, name="transcript"),
    path("transcript/pdf/", certificates.transcript_file, name="transcript_file"),
    path("attempts/<uuid:attempt>/", attempts.attempt, name="attempt"),
]
