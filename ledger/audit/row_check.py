"""One row that did not pass at once: what exactly is wrong with it, and what of it can be used.

The quick way (`ledger.audit.scan`) takes only what is wholly in order. Whatever else comes, of any
type and with any bytes in it, is looked at here step by step, and never raises.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from ledger.audit.findings import Finding, Severity
from ledger.audit.raw import BadText
from ledger.audit.rows import RawRow
from ledger.errors import TamperedError, UnknownFactError
from ledger.store.entry import (
    ENTRY_BYTES,
    ENTRY_VERSION,
    entry_stands_for_row,
    read_state,
)
from ledger.transparency.log import index_of
from ledger.transparency.merkle import HASH_BYTES, leaf_hash

ID_BYTES: Final = 16
_LARGEST_VERSION: Final = (1 << 63) - 1
_FORMS: Final[dict[str, tuple[type, str]]] = {
    "event_id": (bytes, "an identifier of 16 bytes"),
    "stream_id": (bytes, "an identifier of 16 bytes"),
    "version": (int, "a whole number from 1"),
    "topic": (str, "a text"),
    "state": (bytes, "bytes"),
    "entry": (bytes, f"{ENTRY_BYTES} bytes"),
}


class Usable(NamedTuple):
    """What of a row can go on into the other checks; None for what cannot be known."""

    leaf: bytes | None
    stream_id: bytes | None
    version: int | None
    recorded_at: int | None
    previous: bytes | None
    entry: bytes | None


def place_of(row: RawRow) -> dict[str, str | int]:
    """Return where a row is, as findings say it: never a value that was not of the right form."""
    place: dict[str, str | int] = {}
    if isinstance(row.position, int):
        place |= {"position": row.position, "index": index_of(row.position)}
    if _is_id(row.stream_id):
        place["stream"] = str(UUID(bytes=row.stream_id))
    if _has_form("version", row.version):
        place["version"] = row.version
    return place


def examine(row: RawRow) -> tuple[list[Finding], Usable]:
    """Return all that is wrong with ``row`` by itself, and what of it can be used."""
    findings = list(_wrong_forms(row))
    if not findings:
        findings += _mismatches(row)
    return findings, _usable(row)


def _wrong_forms(row: RawRow) -> Iterator[Finding]:
    for name, (_, expected) in _FORMS.items():
        value = getattr(row, name)
        if not _has_form(name, value):
            yield Finding(
                "C1.unreadable",
                Severity.CRITICAL,
                {**place_of(row), "column": name},
                expected,
                _form_of(value),
            )


def _has_form(name: str, value: Any) -> bool:
    if not _is_of(value, _FORMS[name][0]) or isinstance(value, BadText):
        return False
    match name:
        case "event_id" | "stream_id":
            return len(value) == ID_BYTES
        case "version":
            return bool(1 <= value <= _LARGEST_VERSION)
        case "entry":
            return len(value) == ENTRY_BYTES and value[:1] == ENTRY_VERSION
        case _:
            return True


def _is_of(value: object, kind: type) -> bool:
    return type(value) is kind  # True is no number, and a subclass no plain value


def _form_of(value: Any) -> str:
    """Return what a value is, without saying any of it."""
    match value:
        case None:
            return "nothing"
        case bytes():
            return f"{len(value)} bytes"
        case BadText():
            return "a text that is no UTF-8"
        case str():
            return f"a text of {len(value)} characters"
        case bool() | int():
            return "a number"
        case _:
            return f"a value of type {type(value).__name__}"


def _mismatches(row: RawRow) -> Iterator[Finding]:
    stands = entry_stands_for_row(
        row.entry, UUID(bytes=row.stream_id), row.version, row.topic, UUID(bytes=row.event_id),
        row.state,
    )  # fmt: skip
    if not stands:
        yield Finding(
            "C1.row",
            Severity.CRITICAL,
            place_of(row),
            "the row that its entry was made of",
            "a row with another digest",
        )
    yield from _state_mismatches(row)


def _state_mismatches(row: RawRow) -> Iterator[Finding]:
    try:
        envelope = read_state(row.state).envelope
    except TamperedError:
        yield _state_finding(row, "a state as the ledger writes it", "bytes that cannot be read")
        return
    except UnknownFactError:
        yield _state_finding(row, "a state of a known version", "a state of another version")
        return
    if envelope.event_id != row.event_id:
        yield _state_finding(row, "the state of this event", "the state of another event")
    if type(envelope.recorded_at) is not int:
        yield _state_finding(row, "a time of recording", "none that can be read")
    if not _is_previous(envelope.previous, row.version):
        yield _state_finding(
            row, "the hash of the stream's previous entry, none in its first fact", "another value"
        )


def _is_previous(value: Any, version: int) -> bool:
    if value is None:
        return version == 1
    return version > 1 and type(value) is bytes and len(value) == HASH_BYTES


def _state_finding(row: RawRow, expected: str, found: str) -> Finding:
    return Finding("C1.state", Severity.CRITICAL, place_of(row), expected, found)


def _usable(row: RawRow) -> Usable:
    recorded_at = previous = None
    if _has_form("state", row.state):
        try:
            envelope = read_state(row.state).envelope
        except (TamperedError, UnknownFactError):
            pass
        else:
            at = envelope.recorded_at
            recorded_at = at if type(at) is int else None
            previous = envelope.previous if isinstance(envelope.previous, bytes) else None
    entry = row.entry if type(row.entry) is bytes else None
    return Usable(
        leaf=None if entry is None else leaf_hash(entry),
        stream_id=row.stream_id if _is_id(row.stream_id) else None,
        version=row.version if _has_form("version", row.version) else None,
        recorded_at=recorded_at,
        previous=previous,
        entry=entry,
    )


def _is_id(value: Any) -> bool:
    return type(value) is bytes and len(value) == ID_BYTES
