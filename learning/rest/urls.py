"""`/api/learning/v1/`"""

from django.urls import path

from . import attempts, certificates, courses, joining, me, notebook, people, reports, units

app_name = "learning-api"

urlpatterns = [
    path("courses/", courses.CoursesView.as_view(), name="courses"),
    path("courses/<uuid:key>/", courses.CourseView.as_view(), name="course"),
    path("courses/<uuid:key>/enrolment/", courses.EnrolmentView.as_view(), name="enrolment"),
    path("courses/<uuid:key>/enrolment/edition/", courses.EditionView.as_view(), name="edition"),
    path("courses/<uuid:key>/following/", joining.FollowingView.as_view(), name="following"),
    path("invitations/", joining.InvitationsView.as_view(), name="invitations"),
    path("courses/<uuid:key>/progress/", courses.ProgressView.as_view(), name="progress"),
    path("units/<uuid:key>/", units.UnitView.as_view(), name="unit"),
    path("units/<uuid:key>/checks/<str:question>/", units.CheckView.as_view(), name="check"),
    path("units/<uuid:key>/note/", notebook.NoteView.as_view(), name="note"),
    path("units/<uuid:key>/reflections/<uuid:block>/", notebook.ReflectionView.as_view(), name="reflection"),
    path("units/<uuid:key>/bookmark/", notebook.BookmarkView.as_view(), name="bookmark"),
    path("units/<uuid:key>/feedback/", notebook.FeedbackView.as_view(), name="feedback"),
    path("events/", units.EventsView.as_view(), name="events"),
    path("quizzes/<uuid:key>/attempts/", attempts.AttemptsView.as_view(), name="attempts"),
    path("attempts/<uuid:attempt>/", attempts.AttemptView.as_view(), name="attempt"),
    path("attempts/<uuid:attempt>/answers/<str:question>/", attempts.AnswerView.as_view(), name="answer"),
    path("attempts/<uuid:attempt>/submission/", attempts.SubmissionView.as_view(), name="submission"),
    path("certificates/<str:code>/", certificates.VerificationView.as_view(), name="certificate"),
    path("badges/issuer/", certificates.IssuerView.as_view(), name="badge-issuer"),
    path("badges/keys/", certificates.KeysView.as_view(), name="badge-keys"),
    path("badges/keys/<str:thumbprint>/", certificates.KeyView.as_view(), name="badge-key"),
    path("badges/status/<int:number>/", certificates.StatusListView.as_view(), name="badge-status"),
    path("badges/achievements/<uuid:key>/", certificates.AchievementView.as_view(), name="badge-achievement"),
    path(
        "badges/achievements/<uuid:key>/image/",
        certificates.AchievementImageView.as_view(),
        name="badge-image",
    ),
    path("enrolments/<uuid:enrolment>/extra-time/", people.ExtraTimeView.as_view(), name="extra-time"),
    path("enrolments/<uuid:enrolment>/decision/", joining.DecisionView.as_view(), name="decision"),
    path("me/", me.MeView.as_view(), name="me"),
    path("me/enrolments/", me.OwnCoursesView.as_view(), name="own-enrolments"),
    path("me/bookmarks/", notebook.OwnBookmarksView.as_view(), name="own-bookmarks"),
    path("me/notes/", notebook.OwnNotesView.as_view(), name="own-notes"),
    path("me/certificates/", certificates.OwnCertificatesView.as_view(), name="own-certificates"),
    path(
        "me/certificates/<uuid:certificate>/",
        certificates.OwnCertificateView.as_view(),
        name="own-certificate",
    ),
    path(
        "me/certificates/<uuid:certificate>/files/<str:kind>/",
        certificates.OwnCertificateFileView.as_view(),
        name="own-certificate-file",
    ),
    path("me/reminders/", certificates.RemindersView.as_view(), name="own-reminders"),
    path("me/transcript/", certificates.TranscriptView.as_view(), name="own-transcript"),
    path("me/transcript/pdf/", certificates.TranscriptFileView.as_view(), name="own-transcript-pdf"),
    path("reports/courses/<uuid:key>/requests/", joining.RequestsView.as_view(), name="requests"),
    path("enrolments/<uuid:enrolment>/waivers/", reports.WaiversView.as_view(), name="waivers"),
    path("reports/courses/<uuid:key>/learners/", reports.LearnersView.as_view(), name="report-learners"),
    path(
        "reports/courses/<uuid:key>/learners/<uuid:enrolment>/",
        reports.LearnerView.as_view(),
        name="report-learner",
    ),
    path("reports/courses/<uuid:key>/export/", reports.ExportView.as_view(), name="report-export"),
    path("reports/courses/<uuid:key>/marking/", reports.MarkingView.as_view(), name="marking"),
    path("reports/quizzes/<uuid:key>/items/", reports.ItemsView.as_view(), name="items"),
    path("reports/quizzes/<uuid:key>/items/export/", reports.ItemsExportView.as_view(), name="items-export"),
    path("reports/quizzes/<uuid:key>/regrades/", reports.RegradesView.as_view(), name="regrades"),
    path("reports/quizzes/<uuid:key>/regrades/plan/", reports.RegradePlanView.as_view(), name="regrade-plan"),
    path("marking/attempts/<uuid:attempt>/", reports.MarkingSheetView.as_view(), name="marking-sheet"),
    path(
        "marking/attempts/<uuid:attempt>/questions/<str:question>/", reports.MarkView.as_view(), name="mark"
    ),
    path("reports/courses/<uuid:key>/", me.ReportView.as_view(), name="report"),
    path(
        "reports/courses/<uuid:key>/feedback/",
        notebook.CourseFeedbackView.as_view(),
        name="course-feedback",
    ),
]
