"""Verification of certificates, under a language prefix and `verify/`."""

from django.urls import path

from .pages import verification

app_name = "verification"

urlpatterns = [
    path("", verification.ask, name="ask"),
    path("<str:code>/", verification.certificate, name="certificate"),
]
