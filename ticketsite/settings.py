"""All settings in one file, driven by the environment or `.env` (see `.env.example`).

Without `DATABASE_URL` and `REDIS_URL` the embedded default applies: SQLite, an in-memory broker and channel layer, one process.
"""

import sys
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.templatetags.static import static

from ticketsite.secrets import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# Identity and safety
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(DATA_DIR)
HTTPS = env.bool("HTTPS", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOWED_ORIGIN_REGEXES = env.list("CORS_ALLOWED_ORIGIN_REGEXES", default=[])
CORS_URLS_REGEX = r"^/api/"
CORS_EXPOSE_HEADERS = ["X-Request-ID", "WWW-Authenticate", "ETag", "Retry-After", "Location"]
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "if-match",
    "idempotency-key",
    "x-request-id",
    "x-csrftoken",
]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "ticketsite.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_celery_beat",
    "django_htmx",
    "heroicons",
    "import_export",
    "simple_history",
    "template_partials",
    "tickets",
    "sla",
    "integrations",
    "analytics",
    "ai",
    "ticketsite.apps.TicketsiteConfig",
]

MIDDLEWARE = [
    "ticketsite.middleware.RequestMiddleware",
    "ticketsite.health.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "tickets.accounts.second_factor.SecondFactorMiddleware",
    "tickets.pages.middleware.ReaderMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ticketsite.urls"
ASGI_APPLICATION = "ticketsite.asgi.application"
REACTIONS = "ticketsite.reactions.REACTIONS"
DECIDED_ADVICE = "ai.quality.decided.decided"  # suggestions that analytics counts
HISTORY_REACTIONS = "ticketsite.reactions.HISTORY_REACTIONS"
APPEND_SLASH = False
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
            ],
        },
    },
]

# Storage
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;"
)
DATABASE_URL = env.str("DATABASE_URL", default="")
EMBEDDED_DATABASE = not DATABASE_URL


def database() -> dict[str, Any]:
    """SQLite in `DATA_DIR` unless `DATABASE_URL` names a server; a PostgreSQL connection pool is shared by the web threads."""
    if EMBEDDED_DATABASE:
        # IMMEDIATE: a deferred transaction that turns into a writer fails at once when another one writes.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "ticketsite.sqlite3",
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
            # Threads and sockets need a file: an in-memory database belongs to one connection.
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    config: dict[str, Any] = env.db_url_config(DATABASE_URL)
    if config["ENGINE"].endswith("postgresql"):
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {
            "pool": {
                "min_size": 2,
                "max_size": env.int("DATABASE_POOL", default=20),
                "timeout": env.int("DATABASE_POOL_TIMEOUT", default=10),
            },
            "options": f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=30_000)}",
        }
    return config


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA_DIR / "files"
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_MB", default=50) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_PERMISSIONS = 0o600

# Broker, channel layer, cache: Redis when there is one, inside the process otherwise
REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED_BROKER = not REDIS_URL
SOCKET_TIMEOUT = 2  # seconds; a hung Redis must not hold a worker or the publisher longer
if EMBEDDED_BROKER:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
    }
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {"BACKEND": "tickets.live.layer.LoopSafeInMemoryLayer", "CONFIG": {"capacity": 10_000}}
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "tickets.caching.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env.str("REDIS_PREFIX", default="ticketsite"),
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},  # requests wait for it, once per pause
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [
                    {"address": REDIS_URL, "socket_timeout": SOCKET_TIMEOUT, "socket_connect_timeout": SOCKET_TIMEOUT}
                ],
                "prefix": env.str("REDIS_PREFIX", default="ticketsite"),
                "capacity": 200,
            },
        }
    }

CELERY_BROKER_URL = "memory://localhost" if EMBEDDED_BROKER else REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"polling_interval": 0.02}
    if EMBEDDED_BROKER
    else {
        # Above the hard time limit, or a slow task would run twice; the short restore sweep brings a killed worker's task back.
        "visibility_timeout": 900,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_timeout": SOCKET_TIMEOUT * 5,
        "socket_connect_timeout": SOCKET_TIMEOUT,
        "socket_keepalive": True,
        "retry_on_timeout": False,
        "global_keyprefix": env.str("REDIS_PREFIX", default="ticketsite") + ":",
    }
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = SOCKET_TIMEOUT
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "sweep unfinished work": {
        "task": "tickets.sweep_work",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    # What a missed second should have told, the next one tells; a message that waited longer has nothing to add.
    "watch service levels": {
        "task": "sla.watch",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 1},
    },
    "give out waiting tickets": {
        "task": "ai.dispatch",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "index similar tickets": {
        "task": "ai.index_similar",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "foretell promises": {
        "task": "ai.foretell_risk",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "take up promises to foretell": {"task": "ai.take_up_risk", "schedule": timedelta(minutes=5)},
    "learn how promises fare": {"task": "ai.learn_risk", "schedule": crontab(hour=2, minute=40)},
    "triage what was missed": {"task": "ai.take_up_triage", "schedule": timedelta(minutes=5)},
    "learn triage": {"task": "ai.learn_triage", "schedule": crontab(hour=2, minute=10)},
    "learn how alike tickets are": {"task": "ai.learn_similar", "schedule": crontab(hour=3, minute=10)},
    "ask other systems what changed": {
        "task": "integrations.sync_due",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "tell of connections that stay down": {
        "task": "integrations.tell_of_trouble",
        "schedule": timedelta(minutes=1),
    },
    "run due reports": {
        "task": "analytics.run_due_reports",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "forget old reports": {"task": "analytics.forget_reports", "schedule": timedelta(hours=1)},
    "forget old calls of webhooks": {"task": "integrations.forget_old", "schedule": timedelta(hours=1)},
    "forget what has expired": {"task": "tickets.forget_expired", "schedule": timedelta(hours=1)},
    "tidy AI runs": {"task": "ai.tidy_runs", "schedule": timedelta(minutes=15)},
}

# People
AUTH_USER_MODEL = "tickets.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
DEMO = env.bool("DEMO", default=False)  # the sign-in page names the demo people, where they were loaded
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=False)  # of technicians, managers, admins
REGISTRATION_OPEN = env.bool("REGISTRATION_OPEN", default=True)
ACCOUNT_ADAPTER = "tickets.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "tickets.accounts.forms.SignInForm",
    "signup": "tickets.accounts.forms.SignUpForm",
    "reset_password": "tickets.accounts.forms.ResetForm",
    "reset_password_from_key": "tickets.accounts.forms.NewPasswordForm",
    "change_password": "tickets.accounts.forms.ChangePasswordForm",
    "set_password": "tickets.accounts.forms.FirstPasswordForm",
    "add_email": "tickets.accounts.forms.AddressForm",
    "reauthenticate": "tickets.accounts.forms.AgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end with the password; this one goes on
ACCOUNT_CHANGE_EMAIL = True  # one address a person, replaced once the new one is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Wrong passwords for one name from one place are counted by axes; these stop who tries many names, or many places.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,20/900s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_FORMS = {
    "activate_totp": "tickets.accounts.forms.ActivateForm",
    "authenticate": "tickets.accounts.forms.CodeForm",
    "reauthenticate": "tickets.accounts.forms.CodeAgainForm",
}
MFA_ADAPTER = "tickets.accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ticketsite"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: clocks differ, and typing takes a while (RFC 6238, section 5.2)
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_USERNAME_CALLABLE = "tickets.accounts.lockout.name_tried"
AXES_LOCKOUT_CALLABLE = "tickets.accounts.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "tickets.accounts.lockout.address_of"
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.int("ACCESS_TOKEN_MINUTES", default=30)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.int("REFRESH_TOKEN_DAYS", default=14)),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "CHECK_REVOKE_TOKEN": True,
}

# Mail goes into a table first and is sent by a worker
EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
MAIL_TRANSPORT = env.str("MAIL_TRANSPORT", default="integrations.mail.transport.MailboxBackend")
MAIL_OTHERWISE = (  # what comes from no mailbox that has an SMTP server
    "django.core.mail.backends.smtp.EmailBackend"
    if env.str("EMAIL_URL", default="")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Ticketsite <desk@example.com>")
EMAIL_TIMEOUT = 20
# Hosted senders: pip install django-anymail, MAIL_TRANSPORT=anymail.backends.postmark.EmailBackend, ANYMAIL_POSTMARK_SERVER_TOKEN=…
ANYMAIL = {name.removeprefix("ANYMAIL_"): value for name, value in env.ENVIRON.items() if name.startswith("ANYMAIL_")}
MAIL_MAX_BYTES = env.int("MAIL_MAX_MB", default=30) * 1024 * 1024  # of one letter that comes in
if env.str("EMAIL_URL", default=""):
    _mail = env.email_url("EMAIL_URL")
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)

# Language models and MCP: all of it may be absent
AI_ENVIRONMENT = {  # kind → what the environment says of it; a provider without a key, or without an address, is none
    "openai": {
        "api_key": env.str("OPENAI_API_KEY", default=""),
        "base_url": env.str("OPENAI_BASE_URL", default=""),
        "model": env.str("OPENAI_MODEL", default="gpt-4o-mini"),
    },
    "anthropic": {
        "api_key": env.str("ANTHROPIC_API_KEY", default=""),
        "base_url": env.str("ANTHROPIC_BASE_URL", default=""),
        "model": env.str("ANTHROPIC_MODEL", default="claude-haiku-4-5"),
    },
    "compatible": {
        "api_key": env.str("AI_API_KEY", default=""),
        "base_url": env.str("AI_BASE_URL", default=""),
        "model": env.str("AI_MODEL", default=""),
    },
}
AI_MONTHLY_BUDGET = env.float("AI_MONTHLY_BUDGET", default=50.0)  # USD
AI_RUN_BUDGET = env.float("AI_RUN_BUDGET", default=0.25)  # USD that one run may come to
AI_REMEMBER_SECONDS = env.int("AI_REMEMBER_SECONDS", default=3600)  # the same question gets the same answer so long
MCP_HOST = env.str("MCP_HOST", default=HOST)
MCP_PORT = env.int("MCP_PORT", default=8001)

# API
API_RATES = {  # requests a minute by role (new accounts an hour); 0 is no limit
    "admin": env.int("API_RATE_STAFF", default=1_200),
    "manager": env.int("API_RATE_STAFF", default=1_200),
    "technician": env.int("API_RATE_STAFF", default=1_200),
    "requester": env.int("API_RATE_REQUESTER", default=300),
    "anonymous": env.int("API_RATE_ANONYMOUS", default=60),
    "register": env.int("API_RATE_REGISTER", default=20),
}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tickets.accounts.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["tickets.accounts.second_factor.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["tickets.api.rendering.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tickets.api.parsing.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["tickets.api.throttles.RoleThrottle"],
    "DEFAULT_SCHEMA_CLASS": "tickets.api.schema.Schema",
    "EXCEPTION_HANDLER": "tickets.api.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Ticketsite API",
    "DESCRIPTION": (BASE_DIR / "tickets" / "api" / "description.md").read_text(),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PATH_CONVERTER_OVERRIDES": {"id": int},
    "SORT_OPERATIONS": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "tickets.choices.Status",
        "LevelEnum": "tickets.choices.Level",
        "ChannelEnum": "tickets.choices.Channel",
        "RoleEnum": "tickets.choices.Role",
        "LinkKindEnum": "tickets.choices.LinkKind",
        "EventKindEnum": "tickets.choices.EventKind",
        "ProcessingStatusEnum": "tickets.choices.ProcessingStatus",
        "PolicyKindEnum": "sla.choices.PolicyKind",
        "ClockStateEnum": "sla.choices.ClockState",
        "ArticleStateEnum": ["draft", "published", "archived"],
        "ResolutionStateEnum": "ai.choices.ResolutionState",
        "MetricEnum": "sla.choices.Metric",
        "ScopeEnum": "sla.choices.Scope",
        "ScopeAtOnceEnum": ["new", "open"],
        "BreachStateEnum": "sla.choices.BreachState",
        "ProposalStateEnum": "ai.choices.ProposalState",
        "TurnStateEnum": "ai.choices.TurnState",
        "StepStateEnum": ["running", "done", "refused"],
        "RunOutcomeEnum": "ai.choices.RunOutcome",
        "AgentTypeEnum": "ai.choices.AgentType",
        "TriageFieldEnum": "ai.choices.TriageField",
        "AdviceStateEnum": "ai.choices.AdviceState",
        "HealthEnum": "integrations.choices.Health",
        "DirectionEnum": "integrations.choices.Direction",
        "WinnerEnum": "integrations.choices.Winner",
        "MappedFieldEnum": "integrations.choices.Field",
        "WorkStateEnum": "tickets.choices.WorkState",
        "VerbEnum": "integrations.choices.Verb",
        "ReportFormatEnum": ["html", "pdf", "xlsx", "csv", "json", "parquet"],
        "RhythmEnum": "analytics.choices.Rhythm",
        "SharingEnum": "tickets.choices.Sharing",
        "SyncKindEnum": "integrations.choices.SyncKind",
        "NotificationKindEnum": "integrations.choices.Kind",
    },
}

# Pages
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# After `collectstatic` names carry a hash and files are compressed; without it the finders serve them as they are.
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() and not DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED or "collectstatic" in sys.argv
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644},  # collected by root, served by another user
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED
warnings.filterwarnings("ignore", "No directory at", UserWarning)  # WhiteNoise without collectstatic
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
HTMX_VERSION = 2
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Ticketsite",
    "SITE_HEADER": "Ticketsite",
    "SITE_SUBHEADER": "Admin",
    "SITE_SYMBOL": "confirmation_number",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("tickets/icon.svg")}],
    "SITE_URL": "/",
    "STYLES": [lambda _: static("tickets/admin.css")],
    "SCRIPTS": [lambda _: static("tickets/admin.js")],
    "BORDER_RADIUS": "6px",
    "SHOW_BACK_BUTTON": True,
    "SIDEBAR": {"show_search": True, "navigation": "tickets.admin.dashboard.menu"},
    "DASHBOARD_CALLBACK": "tickets.admin.dashboard.figures",
    "COLORS": {  # the accent of the pages
        "primary": {
            "50": "#f4f4fe",
            "100": "#eeedfb",
            "200": "#dcdaf8",
            "300": "#c3c0f5",
            "400": "#a9a6f7",
            "500": "#7f7ae6",
            "600": "#4f46c8",
            "700": "#4038ad",
            "800": "#342e8b",
            "900": "#2b276e",
            "950": "#1b1846",
        }
    },
}
SIMPLE_HISTORY_REVERT_DISABLED = True  # going back is a change like any other, made by hand
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True  # those that no Excel file can hold
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "change"

# Logs: one JSON object a line, readable text in a terminal; with the request id, without bodies or personal data
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "ticketsite.logs.formatter", "readable": DEBUG or sys.stderr.isatty()}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # Each request has one line of ours, each failed piece of work too; these would repeat it.
    "loggers": {
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "fastmcp": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "mcp": {"level": "WARNING"},
        "uvicorn": {"level": "WARNING"},
    },
}
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Other systems
INTEGRATION_HOSTS = [  # of one's own network, reached whatever their address is and without TLS; all others only in public
    host.lower() for host in env.list("INTEGRATION_HOSTS", default=[])
]

# Advice
SENTENCE_MODEL = env.str("SENTENCE_MODEL", default="") or str(DATA_DIR / "sentence-model")
