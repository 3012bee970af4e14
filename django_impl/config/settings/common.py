"""The settings that development and production share."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab

from django_impl.config.database_url import sqlalchemy_url
from django_impl.config.environment import read_environment
from django_impl.config.logs import configure_structlog, logging_config
from django_impl.contract import BODIES, CACHE, CORS, DATABASE, REPORTS, SESSIONS, TOKENS

ENVIRONMENT = read_environment()

SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
REDIS_URL = ENVIRONMENT.redis_url
REDIS_TIMEOUT_SECONDS = ENVIRONMENT.redis_timeout_seconds
THROTTLING = ENVIRONMENT.throttling
CACHING = ENVIRONMENT.caching
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
METRICS_ALLOWED = ENVIRONMENT.metrics_allowed
METRICS_DIRECTORY = ENVIRONMENT.metrics_directory
TRACES_URL = ENVIRONMENT.traces_url
COUNTERPART_URL = ENVIRONMENT.counterpart_url
DATABASE_URL = ENVIRONMENT.database_url
SOCKET_URL = ENVIRONMENT.socket_url

INSTALLED_APPS = [
    "django_impl.config.apps.ShopAdminConfig",
    "django_impl.users",  # before django.contrib.auth, whose command `createsuperuser` it replaces
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "django_impl.common",  # the commands `migrate` and `adopt`
    "django_impl.notifications",
    "django_impl.categories",
    "django_impl.products",
    "django_impl.orders",
    "django_impl.reports",
    "django_impl.pages",
]
# --8<-- [start:middleware]
MIDDLEWARE = [
    "django_impl.common.http.middleware.RequestIDMiddleware",
    "django_impl.common.http.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_impl.common.http.middleware.ContractMiddleware",
    # Only for pages and the admin.
    "django_impl.common.http.sessions.PageSecurityPolicyMiddleware",
    "django_impl.common.http.sessions.PageSessionMiddleware",
    "django_impl.common.http.sessions.PageCsrfMiddleware",
    "django_impl.common.http.sessions.PageAuthenticationMiddleware",
    "django_impl.common.http.sessions.PageMessageMiddleware",
]
# --8<-- [end:middleware]
# --8<-- [start:cors]
CORS_ALLOWED_ORIGINS = ENVIRONMENT.cors_allowed_origins
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_METHODS = CORS["methods"]
CORS_ALLOW_HEADERS = CORS["request_headers"]
CORS_EXPOSE_HEADERS = CORS["exposed_headers"]
CORS_PREFLIGHT_MAX_AGE = CORS["max_age_seconds"]
if CORS_ALLOWED_ORIGINS:
    MIDDLEWARE.insert(2, "django_impl.common.http.cors.CORSHeadersMiddleware")
# --8<-- [end:cors]
WSGI_APPLICATION = "django_impl.config.wsgi.application"
ROOT_URLCONF = "django_impl.config.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parents[1] / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# --8<-- [start:sessions]
SESSION_COOKIE_AGE = SESSIONS["max_age_seconds"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure_cookies
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "django_impl.pages.views.csrf_failure"
# Behind a proxy that terminates TLS, Django takes its own scheme for http, and browsers send an origin with https.
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if ENVIRONMENT.secure_cookies else []
# --8<-- [end:sessions]
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = ENVIRONMENT.media_dir
# WhiteNoise serves the files of the documentation pages from the installed packages, so there is no collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = None  # ETag and Last-Modified, as FastAPI sends them

# The time-outs limit how long a request waits. connect_timeout is in seconds, the others are in milliseconds.
_TIMEOUTS = f"-c statement_timeout={DATABASE['statement_timeout_ms']} -c lock_timeout={DATABASE['lock_timeout_ms']}"
# The services need READ COMMITTED, and a database or a role can have another default. A normal project sets Django's
# option `isolation_level`, but with it psycopg2 sends one more statement in each transaction.
# See decision 20: The same database work for each request.
_ISOLATION = r"-c default_transaction_isolation=read\ committed"
_OPTIONS = f"{_TIMEOUTS} {_ISOLATION}"
# --8<-- [start:database]
# Django has settings of its own for five parameters of libpq. The others belong in OPTIONS.
_PARAMETERS = dict(ENVIRONMENT.database)
_NAME = _PARAMETERS.pop("dbname")
_USER, _PASSWORD, _HOST, _PORT = (_PARAMETERS.pop(name, "") for name in ("user", "password", "host", "port"))
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django_impl.common.database.postgresql",
        "NAME": _NAME,
        "USER": _USER,
        "PASSWORD": _PASSWORD,
        "HOST": _HOST,
        "PORT": _PORT,
        "OPTIONS": {
            **_PARAMETERS,
            "connect_timeout": DATABASE["connect_timeout_seconds"],
            "options": _OPTIONS,
        },
        # Each thread keeps its connection. It is replaced before a request if the server has closed it.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
}
# --8<-- [end:database]
# /readyz has a connection of its own with shorter time-outs.
DATABASES["readiness"] = {
    **DATABASES["default"],
    "OPTIONS": {
        **DATABASES["default"]["OPTIONS"],
        "connect_timeout": max(1, DATABASE["readiness_timeout_ms"] // 1000),
        "options": f"{_OPTIONS} -c statement_timeout={DATABASE['readiness_timeout_ms']}",
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["django_impl.users.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "django_impl.common.http.negotiation.JSONNegotiation",
    "DEFAULT_PARSER_CLASSES": ["django_impl.common.http.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["django_impl.common.http.renderers.CompactJSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["django_impl.users.throttling.UserThrottle"] if THROTTLING else [],
    "DEFAULT_FILTER_BACKENDS": ["django_impl.common.validation.filters.QueryFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "django_impl.common.validation.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "django_impl.common.openapi.schema.ContractSchema",
    "EXCEPTION_HANDLER": "django_impl.common.http.exception_handler.exception_handler",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Shop",
    "VERSION": "1.0.0",
    "DESCRIPTION": "A small shop: users, categories, products with stock, orders, a daily report. "
    "This is the Django implementation.",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [
        "django_impl.common.openapi.examples.add_examples"
    ],  # without the default hook, which moves enums to components
    "TAGS": [
        {"name": "auth", "description": "Register, sign in, refresh the access token."},
        {"name": "categories", "description": "Categories of products, as a tree."},
        {"name": "products", "description": "Products and their stock."},
        {"name": "orders", "description": "Placing, paying, cancelling and shipping orders."},
        {"name": "reports", "description": "The daily report about products."},
        {"name": "health", "description": "Health checks for load balancers and start scripts."},
    ],
    "SCHEMA_PATH_PREFIX": "/api",
    "GET_LIB_DOC_EXCLUDES": "django_impl.common.openapi.schema.undocumented_bases",
    "COMPONENT_SPLIT_PATCH": False,
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
}

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["django_impl.users.backends.StaffBackend"]
PASSWORD_HASHERS = ["django_impl.common.hashers.SharedArgon2PasswordHasher"]
SIMPLE_JWT = {
    "ALGORITHM": TOKENS["algorithm"],
    "ISSUER": TOKENS["issuer"],
    "AUDIENCE": TOKENS["audience"],
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=TOKENS["access_lifetime_seconds"]),
    "REFRESH_TOKEN_LIFETIME": timedelta(seconds=TOKENS["refresh_lifetime_seconds"]),
    "USER_ID_CLAIM": "sub",
}

DATA_UPLOAD_MAX_MEMORY_SIZE = BODIES["max_bytes"]  # of the forms of pages
# No limit for query parameters: one 422 reports all unknown ones, where Django would return a 400.
DATA_UPLOAD_MAX_NUMBER_FIELDS = None

# --8<-- [start:logging]
configure_structlog()
LOGGING = logging_config(ENVIRONMENT.log_level, json=ENVIRONMENT.production)
LOGGING["filters"] |= {
    "exception": {"()": "django.utils.log.CallbackFilter", "callback": lambda record: record.exc_info is not None}
}
LOGGING["loggers"] |= {
    "django": {"handlers": [], "level": ENVIRONMENT.log_level},
    # A rejected request is not logged. An exception outside all views is, with its traceback.
    "django.request": {"level": "ERROR", "filters": ["exception"]},
    "django.security": {"level": "CRITICAL"},
    # RequestLogMiddleware writes a line for each request. That of `runserver` would have the query.
    "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
    # At the level debug, these log the parameters of statements, and the variables of templates.
    "django.db.backends": {"level": "INFO"},
    "django.template": {"level": "INFO"},
}
# Whether the requests are logged, or counted for /metrics.
OBSERVES_REQUESTS = ENVIRONMENT.log_level in {"DEBUG", "INFO"} or bool(ENVIRONMENT.metrics_allowed)
# --8<-- [end:logging]

DATABASE_URL = ENVIRONMENT.database_url  # for LISTEN, with asyncpg

# --8<-- [start:celery]
# Redis if it is configured, else PostgreSQL, by the SQLAlchemy transport of Celery, which is for development. There is
# no result backend: the outbox has the results.
CELERY_BROKER_URL = ENVIRONMENT.celery_broker_url or f"sqla+{sqlalchemy_url(ENVIRONMENT.database_url)}"
# Redis delivers a message again after this time. A lost one is handed over again by the relay much earlier.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600} if ENVIRONMENT.celery_broker_url else {}
CELERY_TASK_DEFAULT_QUEUE = "shop"
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# In memory: the task finds in the database what is missing, so there is no file of past runs.
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"
CELERY_BEAT_SCHEDULE = {
    REPORTS["task"]: {
        "task": REPORTS["task"],
        "schedule": crontab(minute=f"*/{REPORTS['every_minutes']}", hour=f"{REPORTS['first_hour']}-23"),
        "options": {"expires": REPORTS["every_minutes"] * 60},  # without a worker, messages do not accumulate
    }
}
# --8<-- [end:celery]

# --8<-- [start:caches]
_REDIS: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": REDIS_URL,
    # Without a number for the version of keys, as FastAPI writes them.
    "KEY_FUNCTION": "django_impl.common.caching.storage.key_in_redis",
    "OPTIONS": {
        "serializer": "django_impl.common.caching.storage.PlainSerializer",
        "pool_class": "django_impl.common.caching.storage.SharedPool",
        "socket_timeout": REDIS_TIMEOUT_SECONDS,
        "socket_connect_timeout": REDIS_TIMEOUT_SECONDS,
    },
}
_IN_PROCESS: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": CACHE["max_entries"]},
}
CACHES: dict[str, dict[str, Any]] = {
    # The bodies of responses. Both implementations share the generations, but not these.
    "default": (
        {**_REDIS, "KEY_PREFIX": "shop:django", "TIMEOUT": CACHE["seconds"]}
        if REDIS_URL
        else {**_IN_PROCESS, "LOCATION": "entries", "TIMEOUT": ENVIRONMENT.cache_seconds}
    ),
    "generations": {
        **(_REDIS if REDIS_URL else _IN_PROCESS | {"LOCATION": "generations"}),
        "KEY_PREFIX": "shop:generation",
        "TIMEOUT": CACHE["generation_seconds"],
    },
}
# --8<-- [end:caches]

# --8<-- [start:mail]
EMAIL_TIMEOUT_SECONDS = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
STAFF_EMAIL = ENVIRONMENT.staff_email
MAILERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {**ENVIRONMENT.smtp, "timeout": EMAIL_TIMEOUT_SECONDS},
        }
        if ENVIRONMENT.smtp
        else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    )
}
# --8<-- [end:mail]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
