"""Settings of master; everything that differs between places comes from the environment."""

from typing import Any

from telemetry.axes_settings import *  # noqa: F403 - how often one may fail to sign in
from telemetry.counting import COUNTED, LATENCY_BUCKETS
from telemetry.environment import ROOT, Environment
from telemetry.logs import logging_settings
from telemetry.static import storages

env = Environment("master")

APP_NAME = env.app_name()
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.secret_keys(debug=DEBUG)  # what the others signed is still believed
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", default="localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
TIME_ZONE = env.time_zone()
REDIS_URL = env.redis()
AWS_DEFAULT_REGION = env.aws_region()
METRICS_TOKENS = env.tokens("METRICS_TOKEN")
OPERATIONS_HOST = env.text("OPERATIONS_HOST", "", default="127.0.0.1")
OPERATIONS_PORT = env.whole("OPERATIONS_PORT", default=0)  # 0: none
SNS_REACTIVE_TABLE_ARN = env.shaped(
    "SNS_REACTIVE_TABLE_ARN",
    r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}",
    "Set it to the topic's ARN, arn:aws:sns:<region>:<account>:<name>.",
)
SNAPSHOT_TOKENS = env.tokens("SNAPSHOT_TOKEN")
NOTICES_URL = env.shaped("NOTICES_URL", r"(wss?://[^\s?#]+)?", "Set it to the ws:// or wss:// address.", default="")
NOTICES_ORIGINS = env.names("NOTICES_ORIGINS", default="http://localhost:8001,http://127.0.0.1:8001")
SESAME_MAX_AGE = 30  # seconds that a token for the server of notices is good; no backend takes it as a sign-in

INSTALLED_APPS = [
    "master.users",
    "master.notices",
    "master.snapshot",
    "master.outbox",
    "master.sns",
    "master.pg_notify",
    "axes",
    "pgtrigger",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_prometheus",
]
MIDDLEWARE = [
    "telemetry.requests.log_requests",
    "telemetry.pages.operations_pages",
    "telemetry.pages.CountRequests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "telemetry.headers.permissions_policy",
    "master.headers.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "telemetry.pages.CountViews",
    "axes.middleware.AxesMiddleware",  # last: it answers in place of a view that refused too often
]
ROOT_URLCONF = "master.urls"
ASGI_APPLICATION = "master.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates" / "master"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DATABASES = {"default": {**env.database(), **COUNTED, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
PROMETHEUS_LATENCY_BUCKETS = LATENCY_BUCKETS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # lets nobody in; first, so that it can keep one out
    "django.contrib.auth.backends.ModelBackend",
]

AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS += [{"NAME": "master.passwords.validators.NotRecentlyUsed", "OPTIONS": {"history": 10}}]
# A room's validator remembers in tables of its own: its app is there as long as it is named above.
INSTALLED_APPS += [
    validator["NAME"].rpartition(".validators.")[0]
    for validator in AUTH_PASSWORD_VALIDATORS
    if validator["NAME"].startswith("master.")
]

USE_TZ = True
# Those that our texts are there in; of any other Django would mix its own with our English. Workers answer in them.
LANGUAGE_CODE = "en"
LANGUAGES = [(LANGUAGE_CODE, "English")]
LOCALE_PATHS = [ROOT / "master" / "locale"]
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "staticfiles" / "master"
STATIC_HASHED = env.flag("STATIC_HASHED", default=False)  # as in the images, where they are collected
STORAGES = storages(hashed=STATIC_HASHED)
WHITENOISE_USE_FINDERS = not STATIC_HASHED  # else straight from the source: no `collectstatic` to forget

# Cookies ignore ports: projects on one host need names of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # in no cookie of its own
SESSION_COOKIE_NAME = f"{APP_NAME}_sessionid"
CSRF_COOKIE_NAME = f"{APP_NAME}_csrftoken"
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a day of the staff's work

# Production speaks TLS only; a laptop does not.
HTTPS = env.flag("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None  # set by the proxy that ends TLS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]

LOGGING = logging_settings(APP_NAME, env.log_level(), secrets=env.secrets(), file=env.log_file())
