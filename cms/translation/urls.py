"""Addresses of the desk in the admin, under `/admin/translation/`."""

from django.urls import include, path

from .subtrees.again import SubmitAgain
from .subtrees.views import SubmissionList, SubmissionPage
from .views import assignment, lists, texts

app_name = "translation"
urlpatterns = [
    path("", lists.BoardView.as_view(), name="board"),
    path("mine/", lists.Mine.as_view(), name="mine"),
    path("start/", lists.Start.as_view(), name="start"),
    path("<uuid:uuid>/", texts.Texts.as_view(), name="work"),
    path("<uuid:uuid>/localize/", texts.Localize.as_view(), name="localize"),
    path("<uuid:uuid>/preview/", texts.Preview.as_view(), name="preview"),
    path("<uuid:uuid>/fill/", texts.Fill.as_view(), name="fill"),
    path("<uuid:uuid>/slug/", texts.WriteSlug.as_view(), name="write_slug"),
    path("<uuid:uuid>/texts/<int:context>-<int:string>/", texts.Write.as_view(), name="write"),
    path("<uuid:uuid>/texts/<int:context>-<int:string>/matches/", texts.Matches.as_view(), name="matches"),
    path("<uuid:uuid>/texts/<int:context>-<int:string>/comments/", texts.Comments.as_view(), name="comment"),
    path("<uuid:uuid>/comments/<int:comment>/resolve/", texts.Resolve.as_view(), name="resolve"),
    path("<uuid:uuid>/assignment/", assignment.Assignment.as_view(), name="assignment"),
    path("submissions/", SubmissionList.as_view(), name="submissions"),
    path("submissions/<uuid:uuid>/", SubmissionPage.as_view(), name="submission"),
    path("pages/<int:page_id>/again/", SubmitAgain.as_view(), name="submit_again"),
    path("files/", include("cms.translation.files.urls")),
]
