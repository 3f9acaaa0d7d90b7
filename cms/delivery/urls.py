"""Addresses below `/api/v2/`."""

from django.urls import path

from .changes import Changes
from .files import FileDetail, FileList
from .images import ImageDetail, ImageList
from .pages import (
    PageByKey,
    PageContents,
    PageDetail,
    PageEditions,
    PageFind,
    PageList,
    PageRelated,
    PageUsedIn,
)
from .preview import Preview
from .redirects import Redirects
from .searching import Search
from .site import Site
from .taxonomies import TaxonomyDetail, TaxonomyList

app_name = "v2"
urlpatterns = [
    path("pages/<int:page_id>/", PageDetail.as_view(), name="page"),  # asked for most, so looked at first
    path("pages/", PageList.as_view(), name="pages"),
    path("pages/by-key/<uuid:key>/", PageByKey.as_view(), name="page_by_key"),
    path("pages/find/", PageFind.as_view(), name="find"),
    path("pages/<int:page_id>/contents/", PageContents.as_view(), name="contents"),
    path("pages/<int:page_id>/related/", PageRelated.as_view(), name="related"),
    path("pages/<int:page_id>/used-in/", PageUsedIn.as_view(), name="used_in"),
    path("pages/<int:page_id>/editions/", PageEditions.as_view(), name="editions"),
    path("images/", ImageList.as_view(), name="images"),
    path("images/<int:image_id>/", ImageDetail.as_view(), name="image"),
    path("documents/", FileList.as_view(), name="documents"),
    path("documents/<int:file_id>/", FileDetail.as_view(), name="document"),
    path("taxonomies/", TaxonomyList.as_view(), name="taxonomies"),
    path("taxonomies/<slug:name>/", TaxonomyDetail.as_view(), name="taxonomy"),
    path("site/", Site.as_view(), name="site"),
    path("redirects/", Redirects.as_view(), name="redirects"),
    path("preview/", Preview.as_view(), name="preview"),
    path("changes/", Changes.as_view(), name="changes"),
    path("search/", Search.as_view(), name="search"),
]
