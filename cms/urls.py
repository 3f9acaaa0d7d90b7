"""What answers where. Composition only: each part brings its own addresses.

Two doors of Wagtail's are closed, since they know no second factor: its admin's sign-in and password reset, and the
sign-in under `_util/` (wagtail.urls is not included; its one route that is needed stands below).
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail import views as wagtail_views
from wagtail.admin import urls as wagtailadmin_urls

from cms.content.views import takeaway
from cms.media.views import serve_file
from cms.rest import docs, handlers
from home import views as pages
from home.urls import root
from learning.rest.certificates import KeysView

to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)
to_password_reset = RedirectView.as_view(pattern_name="account_reset_password")

urlpatterns = [
    *root,
    path("api/v2/", include("cms.delivery.urls")),
    path("health/", include("cms.core.health_urls")),
    path("admin/login/", to_sign_in),
    re_path(r"^admin/password_reset/", to_password_reset),
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    # Stored pictures and files: both views check who may have them, now.
    path("media/", include("cms.media.urls")),
    path("files/<uuid:key>/<str:locale>/<str:slug>.<slug:kind>", takeaway, name="takeaway"),
    re_path(r"^documents/(\d+)/(.*)$", serve_file, name="wagtaildocs_serve"),
    path("api/learning/v1/", include("learning.rest.urls")),
    path(".well-known/jwks.json", KeysView.as_view(), name="jwks"),
    path("api/schema/", docs.Description.as_view(), name="schema"),
    path("api/docs/", docs.docs, name="api_docs"),
    re_path(r"^api/(?:.*/)?$", handlers.no_such_endpoint),
    *i18n_patterns(
        path("search/", include("search.urls")),
        path("learn/", include("learning.urls")),
        path("verify/", include("learning.verification_urls")),
        path("saved-searches/", include("home.guides.searches.urls")),
        path("contribute/", include("home.guides.submissions.urls")),
        path("", include("home.urls")),
        # Never reached: documents answer above. Wagtail asks it for the address of a page.
        re_path(wagtail_urls.serve_pattern, wagtail_views.serve, name="wagtail_serve"),
    ),
]

handler400 = handlers.problem_or_page(400, pages.bad_request)
handler403 = handlers.problem_or_page(403, pages.forbidden)
handler404 = handlers.problem_or_page(404, pages.not_found)
handler500 = handlers.problem_or_page(500, pages.broken)
