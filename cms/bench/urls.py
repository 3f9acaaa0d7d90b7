"""The site's addresses with the peers before them. Only `cms.settings.bench` leads here."""

from importlib import import_module

from django.conf import settings
from django.urls import path

from . import peers

site = import_module(settings.SITE_URLCONF)

handler400, handler403, handler404, handler500 = (
    site.handler400,
    site.handler403,
    site.handler404,
    site.handler500,
)

urlpatterns = [
    path("stock/api/v2/", peers.stock_api.urls),
    path("constant/<int:size>/", peers.constant),
    path("api/v2/constant/<int:size>/", peers.ConstantRead.as_view()),
    path("bench/answers/<str:keep>/", peers.keep_answers),
    *site.urlpatterns,
]
