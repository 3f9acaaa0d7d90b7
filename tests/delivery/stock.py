"""Wagtail's API v2 beside ours, for comparison."""

from django.urls import path
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

from cms.urls import handler404, handler500, urlpatterns  # noqa: F401

router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("pages", PagesAPIViewSet)

# Below /api/, where what isn't there isn't looked for in a language.
urlpatterns = [path("api/stock/", router.urls), *urlpatterns]
