"""How values stand in views: times as whole microseconds, days as ISO text, streams as text."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """Return ``at`` as whole microseconds since 1970 UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """Return the time that `microseconds` made ``value`` of."""
    return _EPOCH + timedelta(microseconds=value)


@lru_cache(maxsize=8_192)
def stream_text(stream: UUID) -> str:
    """Return a stream's identifier as 36 characters.

    A handler asks for it three times a fact, and writing it out costs as much as reading a field.
    """
    return str(stream)
