"""What every deployment shares. What differs is an environment variable: docs/settings.md lists them all."""

import re
from pathlib import Path
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

from .languages import named_languages

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# Everything the platform writes lies under one folder: database, uploads, search, collected static files.
VAR_DIR = Path(env.str("COMPENDIUM_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# Where the platform answers, with scheme and without a slash at the end. One site a deployment.
BASE_URL = env.str("BASE_URL", default=f"http://localhost:{env.int('PORT', default=8000)}").rstrip("/")
if not BASE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"BASE_URL must start with http:// or https://, not {BASE_URL!r}")
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_SITE_NAME = env.str("SITE_NAME", default="Compendium")

DEMO = False
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# Order matters where one app overrides another's templates or hooks: ours first.
INSTALLED_APPS = [
    "home",
    "home.vocabulary",
    "home.guides",
    "home.programme",
    "learning",
    "search",
    "cms.delivery",
    "cms.rest",
    "cms.translation",
    "cms.content",
    "cms.changes",
    "cms.core",
    "cms.media",
    "cms.accounts",
    "cms.demo",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
    "django_tasks_db",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Learners' lines are slow: a lesson is a quarter of its size. Django pads what it compresses (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "cms.rest.middleware.RequestIdMiddleware",
    "cms.rest.middleware.ContentSecurityPolicyMiddleware",
    "cms.rest.middleware.DirectMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.rest.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.content.middleware.PublicationRefusedMiddleware",
    "cms.content.middleware.ForeignPagesMiddleware",
    "home.redirects.VisibleRedirectMiddleware",
    "home.hidden.HiddenLanguageMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "home.chrome.context",
            ],
        },
    },
]


def _databases():
    """SQLite under VAR_DIR unless DATABASE_URL says PostgreSQL. See docs/decisions for the pragmas."""
    # An empty variable is one that isn't set, as a shell or a compose file may leave it.
    config = env.db_url_config(env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
    engine = config.get("ENGINE", "")
    config["ATOMIC_REQUESTS"] = False
    config["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
    if engine.endswith("sqlite3"):
        config["ENGINE"] = "cms.core.sqlite3"
        config["OPTIONS"] = {
            # FULL: an acknowledged answer survives a power cut. IMMEDIATE and a long timeout: writers queue.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        }
        config["CONN_MAX_AGE"] = None
    elif engine.endswith("postgresql"):
        config["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured("DATABASE_URL must be sqlite:///… or postgres://…")
    return {"default": config}


DATABASES = _databases()

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        # Rate limits are counted in it: the default of 300 entries would forget callers in the middle of a minute.
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
    )
}

# What one process tells another for a moment, such as how far a task is: shared where the default isn't.
CACHES["progress"] = (
    {**CACHES["default"], "KEY_PREFIX": "progress"}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "progress"}
)

# Wagtail's own tasks (search index, reference index) run at once: the pipeline reads the reference index
# inside the same transaction. Ours go through the database and a worker.
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "jobs": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "mail"]},
}

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian's anonymous row is never made
GUARDIAN_MONKEY_PATCH_USER = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True  # a phone closes its browser all the time
ACCOUNT_ADAPTER = "cms.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
HEADLESS_CLIENTS = ("app", "browser")
HEADLESS_ONLY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = WAGTAIL_SITE_NAME

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview panel shows our pages in a frame of the admin
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # for the same reason

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@localhost")

# Languages: the six of the United Nations, in the official order, unless the deployment names its own
LANGUAGES = named_languages(env.list("LANGUAGES", default=["ar", "zh-hans", "en", "fr", "ru", "es"]))
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE_CODE {LANGUAGE_CODE!r} must be one of LANGUAGES")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# Those that browsers know as well: one name that they don’t, and the account's form stops with an error.
WAGTAIL_USER_TIME_ZONES = ["UTC", *sorted(name for name in available_timezones() if "/" in name)]
LOCALE_PATHS = [BASE_DIR / "locale"]
WAGTAIL_I18N_ENABLED = True
# What is changed while it is reviewed is reviewed again: reviews are of what is published.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    # Nothing uploaded has a public storage address: one view checks and serves (cms.media).
    "default": {"BACKEND": "cms.media.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

# Wagtail
WAGTAILIMAGES_IMAGE_MODEL = "media.Image"
WAGTAILDOCS_DOCUMENT_MODEL = "media.File"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "epub", "ics", "odt", "pdf", "pptx", "txt", "vtt", "xlsx", "zip"),
    *("mp4", "webm", "mp3", "m4a", "ogg"),
]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"},
}
# Address and password are changed in one place, where who asks signs in again and the address is verified.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# Shared passwords are off: access belongs to people and groups.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# What takes minutes goes through the task queue.
WAGTAILLOCALIZE_JOBS = {"BACKEND": "cms.translation.subtrees.background.Backend"}
WAGTAIL_LOCALIZE_DEFAULT_TRANSLATION_MODE = "synced"
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no third-party host is contacted
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS = []  # none either: embeds are links until a finder is configured

# Nothing else may stand here: global permissions, parsers or limits break Wagtail's own endpoints. This one says
# how views are described, and drf-spectacular finds it nowhere else.
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "cms.rest.schema.ApiSchema"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Compendium API",
    "DESCRIPTION": "Published content as versioned documents, a change feed, and learning.",
    "VERSION": "2.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PREPROCESSING_HOOKS": ["cms.rest.schema.only_ours"],
    "POSTPROCESSING_HOOKS": [
        "cms.rest.schema.add_problems",
        "cms.delivery.schema.add_documents",
        "cms.rest.examples.add_examples",
    ],
}

# How often one caller may ask the APIs: a number and /second, /minute, /hour or /day; empty for no limit.
API_RATE_ANONYMOUS = env.str("API_RATE_ANONYMOUS", default="3000/minute")
API_RATE_ACCOUNT = env.str("API_RATE_ACCOUNT", default="3000/minute")
API_RATE_KEY = env.str("API_RATE_KEY", default="6000/minute")
# How often one address may ask for codes of certificates, on the page and through the API together.
ENROLMENT_KEY_RATE = env.str("ENROLMENT_KEY_RATE", default="10/minute")
VERIFICATION_RATE = env.str("VERIFICATION_RATE", default="60/minute")

# Whether who wrote a translation may approve it as well: for sites that have one translator a language.
TRANSLATION_ONE_PERSON = env.bool("TRANSLATION_ONE_PERSON", default=False)

# Whether webhooks may go to private and loopback addresses, and without TLS: for development and tests.
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)

# A shared cache in front that is told what has changed (docs/settings.md): then anonymous answers may be kept there.
PURGE_BACKEND = env.str("PURGE_BACKEND", default="")
PURGE_URLS = env.list("PURGE_URLS", default=[])
PURGE_METHOD = env.str("PURGE_METHOD", default="PURGE")
if PURGE_BACKEND in ("http", "wagtail") and not PURGE_URLS:
    raise ImproperlyConfigured(f"PURGE_BACKEND={PURGE_BACKEND} needs PURGE_URLS: the addresses of the caches")
if not all(re.fullmatch(r"https?://[^/?#@\s]+(/[^\s#]*)?", each) for each in PURGE_URLS):
    raise ImproperlyConfigured("PURGE_URLS must be whole http:// or https:// addresses, separated by commas")
if PURGE_METHOD not in ("PURGE", "BAN"):
    raise ImproperlyConfigured("PURGE_METHOD must be PURGE or BAN")
WAGTAILFRONTENDCACHE = {
    f"cache-{number}": {"BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend", "LOCATION": each}
    for number, each in enumerate(PURGE_URLS, 1)
}

# Where another front end shows drafts: it gets `?token=…` and asks /api/v2/preview/ with it. Empty: there is none.
HEADLESS_PREVIEW_URL = env.str("HEADLESS_PREVIEW_URL", default="")

# Retention, in days. Tombstones are promised to clients of the feed: never under 90.
FEED_RETENTION_DAYS = env.int("FEED_RETENTION_DAYS", default=90)
if FEED_RETENTION_DAYS < 90:
    raise ImproperlyConfigured("FEED_RETENTION_DAYS must be 90 or more: clients of the feed rely on it")
VERSION_RETENTION_DAYS = env.int("VERSION_RETENTION_DAYS", default=365)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "cms.rest.logs.RequestIdFilter"}},
    "formatters": {"json": {"()": "cms.rest.logs.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]},
    },
    # Somebody who asks for what isn't there is no event for whoever runs the site.
    "loggers": {"django.request": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
