"""The toolkit's own tables; they name people by id only, because the toolkit knows nothing of the directory above it."""

from .events import OutboxEvent
from .files import StoredFile
from .idempotency import IdempotencyKey
from .jobs import JobFailure, Work
from .mail import OutgoingMail
from .numbers import NumberSeries
from .replicas import LastWrite
from .traffic import SlowStatement, Traffic

__all__ = [
    "IdempotencyKey",
    "JobFailure",
    "LastWrite",
    "NumberSeries",
    "OutboxEvent",
    "OutgoingMail",
    "SlowStatement",
    "StoredFile",
    "Traffic",
    "Work",
]
