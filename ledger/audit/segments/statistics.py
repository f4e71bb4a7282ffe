"""The published figures and lists in SQL: what `projections` folds fact by fact, asked at once.

A second implementation, by other means: where the two differ, one of them is wrong.
"""

from dataclasses import dataclass
from typing import Any, Final

from ledger.audit.segments.engine import Columns, statement

Rows = list[tuple[Any, ...]]
_FACT: Final = ("stream_id", "version", "topic")
_OF_REQUESTS: Final = (
    *_FACT, "recorded_at", "province", "form", "fee_group", "day", "appointed_on", "amount",
)  # fmt: skip
_OF_CERTIFICATES: Final = (
    *_FACT, "kind", "request", "drafter", "authority", "number", "status_uri", "status_index",
    "at", "expires_at", "superseded_by", "decision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows with the names of their columns."""

    names: tuple[str, ...]
    rows: Rows

    def as_json(self) -> list[dict[str, Any]]:
        """Return each row as a map."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


def daily_figures(columns: Columns) -> Answer:
    """Return the sums of each day in each province, in order of province and day."""
    return _asked(columns, "daily_figures", _OF_REQUESTS)


def certificate_status(columns: Columns) -> Answer:
    """Return where every certificate stands, in order of their streams."""
    return _asked(columns, "certificate_status", _OF_CERTIFICATES)


def topics(columns: Columns) -> dict[str, int]:
    """Return how many facts there are of each stored name, in order of the names."""
    return dict(_asked(columns, "topics", ("topic",)).rows)


def _asked(columns: Columns, name: str, needed: tuple[str, ...]) -> Answer:
    return Answer(*columns.ask(statement(name), needed))
