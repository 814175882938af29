"""All settings of an installation; what differs between machines comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

from . import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_folder()

DEBUG = environment.flag("TONGLU_DEBUG")
DEMO = environment.flag("TONGLU_DEMO")
ON_LOOPBACK = DEBUG or DEMO or environment.only_this_machine()
SECRET_KEY = environment.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = environment.words("TONGLU_OLD_SECRET_KEYS")
SITE_URL = os.environ.get("TONGLU_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = environment.words("TONGLU_HOSTS", "localhost,127.0.0.1,[::1]")

MODULES = (
    "toolkit",
    "directory",
    "policy",
    "audit",
    "entities",
    "approvals",
    "catalog",
    "collaboration",
    "customers",
    "supply",
    "marketing",
    "sales",
    "orders",
    "finance",
    "compensation",
    "support",
    "insights",
    "integrations",
    "administration",
    "notifications",
    "web",
    "api",
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    *(f"tonglu.{module}.apps.{module.capitalize()}Config" for module in MODULES),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "tonglu.toolkit.requests.RequestMiddleware",
    "tonglu.toolkit.compression.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tonglu.policy.middleware.ActorMiddleware",
    "tonglu.directory.middleware.SignInRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tonglu.toolkit.requests.PersonalMiddleware",
    "tonglu.directory.middleware.NetworkMiddleware",
    "tonglu.api.middleware.ApiMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tonglu.web.errors.RefusalMiddleware",
    "tonglu.audit.middleware.OwnAccountMiddleware",
    "tonglu.toolkit.replicas.ReplicaMiddleware",
]

ROOT_URLCONF = "tonglu.config.urls"
WSGI_APPLICATION = "tonglu.config.wsgi.application"
AUTH_USER_MODEL = "directory.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tonglu.toolkit.templatetags.ui",
                "tonglu.toolkit.templatetags.kept",
                "tonglu.toolkit.templatetags.tonglu_format",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tonglu.web.shell.shell",
            ],
        },
    }
]

# Data ---------------------------------------------------------------------------------------------------------------

EMBEDDED = environment.cluster() if environment.uses_embedded_database() else None
DATABASES = {"default": environment.database(), **environment.replica()}
DATABASE_ROUTERS = ["tonglu.toolkit.replicas.Router"] if "replica" in DATABASES else []
REPLICA_SECONDS = float(os.environ.get("TONGLU_REPLICA_SECONDS", "5"))
PGBOUNCER = environment.flag("TONGLU_PGBOUNCER")

# The default cache is shared by all processes, because sign-in throttling counts in it; "local" is for what may be stale.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "toolkit_cache",
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

FILES_DIR = DATA_DIR / "files"
BACKUPS_DIR = DATA_DIR / "backups"
BACKUP_SOURCE = environment.backup_source
BACKUP_BASE = environment.base_backup
BACKUP_RECIPIENTS = environment.words("TONGLU_BACKUP_FOR")
UPLOAD_LIMIT = int(os.environ.get("TONGLU_UPLOAD_MB", "50")) * 1024 * 1024
API_CALLS_PER_MINUTE = int(os.environ.get("TONGLU_API_CALLS_PER_MINUTE", "1200"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Language and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
# Ours before those of other packages, which word the same English differently ("Account" is a customer here).
LOCALE_PATHS = [BASE_DIR / module / "locale" for module in ("kernel", *MODULES)]
TIME_ZONE = os.environ.get("TONGLU_TIMEZONE", "UTC")
TONGLU_BASE_CURRENCY = os.environ.get("TONGLU_BASE_CURRENCY", "CNY")  # the currency of the books
USE_I18N = True
USE_TZ = True

# Static files: the front end's build names each file by its content, so browsers may keep it for ever ---------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[0-9A-Za-z_-]{8}\.\w+$"

# Safety -------------------------------------------------------------------------------------------------------------

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tonglu.toolkit.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
    }
}

_SECURE = not ON_LOOPBACK
_COOKIE_PREFIX = "__Host-" if _SECURE else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "tonglu.web.errors.expired"
LANGUAGE_COOKIE_SECURE = _SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|health/(live|ready)|metrics)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_HSTS_PRELOAD = _SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = environment.flag("TONGLU_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Hosts and ports that outgoing requests may reach although they are not public ("hooks.intern:8443").
OUTBOUND_ALLOWED = environment.words("TONGLU_OUTBOUND_ALLOWED")

# Sign-in ------------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["tonglu.directory.signin.backend.SignInBackend"]
OPEN_PATHS = ["/account/", "/api/", "/open/", "/i18n/", "/static/", "/health"]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
ACCOUNT_ADAPTER = "tonglu.directory.signin.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = "tonglu.directory.signin.adapter.person_display"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
MFA_ADAPTER = "tonglu.directory.signin.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TRUST_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "tonglu.directory.signin.forms.AddKeyForm",
    "activate_totp": "tonglu.directory.signin.forms.ActivateAppForm",
    "authenticate": "tonglu.directory.signin.forms.SecondFactorForm",
    "reauthenticate": "tonglu.directory.signin.forms.SecondFactorAgainForm",
}
MFA_TOTP_ISSUER = "Tonglu"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ON_LOOPBACK

# Mail, logs, jobs, sample -------------------------------------------------------------------------------------------

globals().update(environment.mail_server())
DEFAULT_FROM_EMAIL = os.environ.get("TONGLU_MAIL_FROM", "Tonglu <crm@localhost>")

LOGGING = logs.logging_settings(os.environ.get("TONGLU_LOG_LEVEL", "INFO"))
logs.structlog_configure()

METRICS_TOKEN = os.environ.get("TONGLU_METRICS_TOKEN", "")
COUNT_TRAFFIC = 10.0  # seconds between writing down what was counted; 0 counts nothing
SLOW_STATEMENT_MS = int(os.environ.get("TONGLU_SLOW_MS", "500"))

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None

# The function that fills an empty installation with the sample company: (size, seed) -> list of sign-ins.
TONGLU_SAMPLE = "tonglu.web.sample.load"
