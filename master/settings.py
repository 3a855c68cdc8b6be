"""Settings of master; everything that differs between places comes from the environment."""

from typing import Any

from telemetry.environment import ROOT, Environment
from telemetry.logs import logging_settings

env = Environment("master")

APP_NAME = env.app_name()
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret_key(debug=DEBUG)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", default="localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
TIME_ZONE = env.time_zone()
REDIS_URL = env.redis()
AWS_DEFAULT_REGION = env.aws_region()
SNS_REACTIVE_TABLE_ARN = env.shaped(
    "SNS_REACTIVE_TABLE_ARN",
    r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}",
    "Set it to the topic's ARN, arn:aws:sns:<region>:<account>:<name>.",
)
SNAPSHOT_TOKENS = env.tokens("SNAPSHOT_TOKEN")

INSTALLED_APPS = [
    "master.users",
    "master.snapshot",
    "master.outbox",
    "master.sns",
    "master.pg_notify",
    "pgtrigger",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
DATABASES = {"default": {**env.database(), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "users.User"
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
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "staticfiles" / "master"
WHITENOISE_USE_FINDERS = True  # straight from the source: no `collectstatic` to forget

# Cookies ignore ports: projects on one host need names of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # in no cookie of its own
SESSION_COOKIE_NAME = f"{APP_NAME}_sessionid"
CSRF_COOKIE_NAME = f"{APP_NAME}_csrftoken"

# Production speaks TLS only; a laptop does not.
HTTPS = env.flag("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None  # set by the proxy that ends TLS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]

LOGGING = logging_settings(APP_NAME, env.log_level())
