"""Documents and what machines read of them. Included last, below the languages' prefixes; an address without its last slash is sent on by Django,
whether or not anything is there."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path, re_path
from django.views.i18n import set_language

from . import feeds, views

# Addresses without a language.
root = [
    path("", views.root, name="root"),
    path("robots.txt", feeds.robots),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": feeds.SITEMAPS, "sitemap_url_name": "sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": feeds.SITEMAPS}, name="sitemap_section"),
]

urlpatterns = [
    path("feed.xml", feeds.newest, name="feed"),
    # For pages whose address has no language: accounts, errors. Slugs have no underscore at their beginning here.
    path("_language/", set_language, name="set_language"),
    re_path(
        r"^_edition/(?P<number>[1-9][0-9]{0,5})/changes/(?P<path>(?:[^/]+/)+)$",
        views.edition_changes,
        name="edition_changes",
    ),
    re_path(
        r"^_edition/(?P<number>[1-9][0-9]{0,5})/(?P<path>(?:[^/]+/)*)$", views.edition_page, name="edition"
    ),
    re_path(r"^(?P<path>(?:[^/]+/)*)$", views.page, name="page"),
]
