"""Wagtail's API v2 beside ours, for comparison."""

from django.urls import path
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet

from cms.urls import handler404, handler500, urlpatterns  # noqa: F401

router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("pages", PagesAPIViewSet)
router.register_endpoint("documents", DocumentsAPIViewSet)

# Below /api/, where what isn't there isn't looked for in a language.
urlpatterns = [path("api/stock/", router.urls), *urlpatterns]
