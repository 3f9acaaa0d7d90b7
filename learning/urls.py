"""Learners' pages, under a language prefix and `learn/`."""

from django.urls import path

from .pages import attempts, courses, reports, units

app_name = "learning"

urlpatterns = [
    path("", courses.my_learning, name="my_learning"),
    path("courses/<uuid:key>/enrol/", courses.enrol, name="enrol"),
    path("courses/<uuid:key>/leave/", courses.withdraw, name="withdraw"),
    path("courses/<uuid:key>/report/", reports.report, name="report"),
    path("units/<uuid:key>/", units.unit, name="unit"),
    path("units/<uuid:key>/done/", units.done, name="done"),
    path("units/<uuid:key>/checks/<str:question>/", units.check, name="check"),
    path("units/<uuid:key>/attempt/", attempts.start, name="start"),
    path("attempts/<uuid:attempt>/", attempts.attempt, name="attempt"),
]
