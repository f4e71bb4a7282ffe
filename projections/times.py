"""Times as views keep them: whole microseconds since 1970 UTC; days as ISO text."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """Return ``at`` as whole microseconds since 1970 UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """Return the time that `microseconds` made ``value`` of."""
    return _EPOCH + timedelta(microseconds=value)
