"""Settings of a client; everything that differs between places comes from the environment."""

from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from telemetry.axes_settings import *  # noqa: F403 - how often one may fail to sign in
from telemetry.counting import COUNTED, LATENCY_BUCKETS
from telemetry.environment import ROOT, Environment
from telemetry.logs import logging_settings
from telemetry.static import storages

env = Environment("client")

APP_NAME = env.app_name()
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.secret_keys(debug=DEBUG)  # what the others signed is still believed
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", default="localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
TIME_ZONE = env.time_zone()
REDIS_URL = env.redis()
PUBLIC_URL = env.shaped(
    "PUBLIC_URL", r"https?://\S+", "Set it to where browsers find this client.", default="http://127.0.0.1:8000"
)
AWS_DEFAULT_REGION = env.aws_region()
METRICS_TOKENS = env.tokens("METRICS_TOKEN")
OPERATIONS_HOST = env.text("OPERATIONS_HOST", "", default="127.0.0.1")
OPERATIONS_PORT = env.whole("OPERATIONS_PORT", default=0)  # 0: none
SQS_REACTIVE_TABLES = env.shaped(
    "SQS_REACTIVE_TABLES", r"https?://\S+", "Set it to this client's queue URL; master's `provision` prints it."
)
MASTER_URL = env.shaped("MASTER_URL", r"(https?://[^\s?#]+)?", "Set it to master's https:// address.", default="")
SNAPSHOT_TOKEN = env.token("SNAPSHOT_TOKEN")

INSTALLED_APPS = [
    "client.clock",
    "client.feed",
    "client.profile",
    "client.overview",
    "client.users",
    "client.sqs",
    "client.pull",
    "client.replication",
    "client.live",
    "df_websockets",
    "channels",
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
    "client.live.csp.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "client.live.middleware.WindowMiddleware",
    "client.outages.TryAgainMiddleware",
    "telemetry.pages.CountViews",
    "axes.middleware.AxesMiddleware",  # last: it answers in place of a view that refused too often
]
ROOT_URLCONF = "client.urls"
ASGI_APPLICATION = "client.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates" / "client"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "client.rooms.menu",
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
    "sesame.backends.ModelBackend",
]
SESAME_MAX_AGE = 600  # seconds that a sign-in link is good for
SESAME_ONE_TIME = True
SESSION_ENGINE = "client.users.sessions"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "you"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# The broker, the cache, the channel layer and the topic counters share one Redis; APP_NAME keeps projects apart.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": APP_NAME,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "client.live.layer.NamingChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": REDIS_URL,
                    "socket_timeout": None,  # redis-py's own default of 5 s would end idle subscriptions
                    # Without, the first push over a connection from before a restart of Redis fails.
                    "retry": Retry(ExponentialBackoff(base=0.05, cap=0.5), retries=3),
                }
            ],
            "prefix": f"{APP_NAME}:channels",
        },
    }
}
WEBSOCKET_URL = "/ws/"
WEBSOCKET_CACHE_EXPIRE = 12 * 3600  # seconds; as long as the key of a window is good
WEBSOCKET_DEFAULT_QUEUE = "fast"
WEBSOCKET_WORKERS = "celery"
WEBSOCKET_TOPIC_SERIALIZER = "client.live.serializing.serialize_topic"
WINDOW_INFO_MIDDLEWARES = [
    "df_websockets.ws_middleware.WindowKeyMiddleware",
    "client.live.current_user.CurrentUserMiddleware",
    "df_websockets.ws_middleware.Djangoi18nMiddleware",
    "df_websockets.ws_middleware.BrowserMiddleware",
]
CELERY_APP = "client.celery"

# What one browser may ask of a web process; each limit is of one process.
LIVE_FRAME_BYTES = env.whole("LIVE_FRAME_BYTES", default=64 * 1024)
LIVE_CALLS_A_SECOND = env.whole("LIVE_CALLS_A_SECOND", default=20)
LIVE_CALLS_BURST = env.whole("LIVE_CALLS_BURST", default=40)
LIVE_TOPICS_A_WINDOW = env.whole("LIVE_TOPICS_A_WINDOW", default=50)
LIVE_WINDOWS_A_USER = env.whole("LIVE_WINDOWS_A_USER", default=20)
LIVE_WINDOWS_A_PROCESS = env.whole("LIVE_WINDOWS_A_PROCESS", default=10_000)

USE_TZ = True
# Those that our texts are there in; of any other Django would mix its own with our English. Workers answer in them.
LANGUAGE_CODE = "en"
LANGUAGES = [(LANGUAGE_CODE, "English")]
LOCALE_PATHS = [ROOT / "client" / "locale"]
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "staticfiles" / "client"
STATICFILES_DIRS = [ROOT / "client" / "static"]
STATIC_HASHED = env.flag("STATIC_HASHED", default=False)  # as in the images, where they are collected
STORAGES = storages(hashed=STATIC_HASHED)
WHITENOISE_USE_FINDERS = not STATIC_HASHED  # else straight from the source: no `collectstatic` to forget

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

LOGGING = logging_settings(APP_NAME, env.log_level(), secrets=env.secrets(), file=env.log_file())
