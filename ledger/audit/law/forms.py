"""What keeps a whole row from being a fact: a part is missing, or its name is not known."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from ledger.audit.findings import Finding, Severity
from ledger.audit.law.reading import UNREADABLE, read_fact
from ledger.audit.row_check import place_of
from ledger.audit.rows import RawRow
from ledger.errors import TamperedError, UnknownFactError
from ledger.store.entry import entry_stands_for_row, read_state


def sealed_parts(row: RawRow) -> Mapping[str, Any] | None:
    """Return a row's sealed parts; None where its state is none, which its own checks find."""
    try:
        return read_state(row.state).sealed
    except (TamperedError, UnknownFactError, TypeError, ValueError, AttributeError):
        return None


def stands(row: RawRow) -> bool:
    """Whether a row is the one that its entry was made for."""
    try:
        return entry_stands_for_row(
            row.entry, UUID(bytes=row.stream_id), row.version, row.topic,
            UUID(bytes=row.event_id), row.state,
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError, OverflowError):
        return False  # a finding of the row's own checks


def form_findings(row: RawRow) -> Iterator[Finding]:
    """Yield what keeps a whole row from being a fact."""
    if sealed_parts(row) is None:
        return
    try:
        read_fact(row)
    except UNREADABLE as error:
        if isinstance(error, UnknownFactError) and "does not know" in str(error):
            found = "a name that this program does not know"
            yield Finding("C6.unknown_fact", Severity.WARNING, place_of(row), "a known fact", found)
            return
        yield Finding(
            "C6.part_missing",
            Severity.CRITICAL,
            place_of(row),
            "a fact with all its fields, the sealed ones included",
            "one without some of them",
        )
