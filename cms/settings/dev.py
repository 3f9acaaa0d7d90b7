"""`make demo` and development: SQLite, local files, mails to the console, demo mode possible."""

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, INSTALLED_APPS, VAR_DIR, env

# For `manage.py bench_data`.
INSTALLED_APPS = ["cms.bench", *INSTALLED_APPS]

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=True)
ALLOWED_HOSTS = [*ALLOWED_HOSTS, env.str("HOST", default="127.0.0.1")]
if env.str("HOST", default="") in (
    "0.0.0.0",
    "::",
):  # asked to answer on every address: a phone on the same network
    ALLOWED_HOSTS = ["*"]


def _secret_key():
    """A key of this checkout's own, made once: two demos side by side don't share sessions."""
    import secrets

    path = VAR_DIR / "secret-key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or _secret_key()
# Two demos on two ports of one host must not take each other's cookies.
SESSION_COOKIE_NAME = f"session{env.int('PORT', default=8000)}"
CSRF_COOKIE_NAME = f"csrf{env.int('PORT', default=8000)}"
ACCOUNT_EMAIL_VERIFICATION = "optional"
WHITENOISE_AUTOREFRESH = DEBUG
if DEBUG:
    from .base import STORAGES

    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
# A receiver under development runs on this machine.
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=True)
