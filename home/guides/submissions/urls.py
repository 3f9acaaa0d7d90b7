"""Where members send in practices, under a language prefix and `contribute/`."""

from django.urls import path

from . import pages as contribute

app_name = "contribute"

urlpatterns = [
    path("", contribute.listed, name="submissions"),
    path("new/", contribute.new, name="new"),
    path("<uuid:key>/", contribute.submission, name="submission"),
    path("<uuid:key>/edit/", contribute.edit, name="edit"),
    path("<uuid:key>/preview/", contribute.preview, name="preview"),
    path("<uuid:key>/submit/", contribute.submit, name="submit"),
    path("<uuid:key>/withdraw/", contribute.withdraw, name="withdraw"),
    path("<uuid:key>/delete/", contribute.delete, name="delete"),
    path("<uuid:key>/files/<uuid:file>/", contribute.attachment, name="attachment"),
]
