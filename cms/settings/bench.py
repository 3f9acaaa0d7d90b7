"""`make bench`: the platform as a deployment runs it, in a folder and a database of its own, with its peers beside it.

Whatever `COMPENDIUM_VAR` and `DATABASE_URL` say, nothing that exists is touched: the folder is a new one below `var/`, deleted
by the process that made it; of a PostgreSQL server a new database is used, named after the folder.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "compendium-bench-"


def _own_folder() -> None:
    """A new folder on the disk that the demo's database lies on; children of the process that made it take it over."""
    if Path(os.environ.get("COMPENDIUM_VAR", "")).name.startswith(PREFIX):
        return
    parent = Path(__file__).resolve().parent.parent.parent / "var"
    parent.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(prefix=PREFIX, dir=parent)
    os.environ["COMPENDIUM_VAR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


_own_folder()

from .base import *  # noqa: E402, F403
from .base import DATABASES, INSTALLED_APPS, ROOT_URLCONF, STORAGES, VAR_DIR  # noqa: E402

INSTALLED_APPS = ["cms.bench", *INSTALLED_APPS]
# The site's addresses, and the peers before them.
SITE_URLCONF = ROOT_URLCONF
ROOT_URLCONF = "cms.bench.urls"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["NAME"] = str(VAR_DIR / "db.sqlite3")
else:
    DATABASES["default"]["NAME"] = VAR_DIR.name.replace("-", "_")

SECRET_KEY = "only for measuring, never for serving"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DEMO = False
# Counted as always, and never reached.
API_RATE_ANONYMOUS = API_RATE_ACCOUNT = API_RATE_KEY = "1000000000/minute"
# Collecting and compressing static files takes longer than all measurements, and no row serves one.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
