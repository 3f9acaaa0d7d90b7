"""`/api/learning/v1/`"""

from django.urls import path

from . import attempts, courses, me, units

app_name = "learning-api"

urlpatterns = [
    path("courses/", courses.CoursesView.as_view(), name="courses"),
    path("courses/<uuid:key>/", courses.CourseView.as_view(), name="course"),
    path("courses/<uuid:key>/enrolment/", courses.EnrolmentView.as_view(), name="enrolment"),
    path("courses/<uuid:key>/progress/", courses.ProgressView.as_view(), name="progress"),
    path("units/<uuid:key>/", units.UnitView.as_view(), name="unit"),
    path("units/<uuid:key>/checks/<str:question>/", units.CheckView.as_view(), name="check"),
    path("events/", units.EventsView.as_view(), name="events"),
    path("quizzes/<uuid:key>/attempts/", attempts.AttemptsView.as_view(), name="attempts"),
    path("attempts/<uuid:attempt>/", attempts.AttemptView.as_view(), name="attempt"),
    path("attempts/<uuid:attempt>/answers/<str:question>/", attempts.AnswerView.as_view(), name="answer"),
    path("attempts/<uuid:attempt>/submission/", attempts.SubmissionView.as_view(), name="submission"),
    path("me/", me.MeView.as_view(), name="me"),
    path("me/enrolments/", me.OwnCoursesView.as_view(), name="own-enrolments"),
    path("reports/courses/<uuid:key>/", me.ReportView.as_view(), name="report"),
]
