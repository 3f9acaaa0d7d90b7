"""The WSGI entry point: `cms.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")

_django = get_wsgi_application()

# Only now: it needs what Django has set up.
from cms.delivery.front import Front  # noqa: E402

application = Front(_django)
