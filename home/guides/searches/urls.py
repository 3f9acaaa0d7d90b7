"""Saved searches, under a language prefix and `saved-searches/`."""

from django.urls import path

from . import pages as search_pages

app_name = "guides"

urlpatterns = [
    path("", search_pages.searches, name="searches"),
    path("<uuid:search>/", search_pages.result, name="search_result"),
    path("<uuid:search>/alert/", search_pages.alert, name="search_alert"),
    path("<uuid:search>/delete/", search_pages.delete, name="search_delete"),
    path("stop/<str:token>/", search_pages.stop, name="stop_alert"),
]
