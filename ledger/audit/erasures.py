"""Erasures against the subject keys, both ways: what was destroyed was ordered, and is gone.

Reads the key store's table as it lies, read-only: which keys there are and which are destroyed.
Nothing is unwrapped. A fact's part under a key that was never there can be read by nobody, and no
erasure was ordered for it: that too is found.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ledger.audit.findings import Finding, Severity
from ledger.audit.law.forms import form_findings, sealed_parts
from ledger.audit.raw import AT_ONCE, RawDatabase, open_raw
from ledger.audit.raw_log import as_bytes
from ledger.audit.row_check import place_of
from ledger.audit.rows import RawRow
from ledger.personal import KEY_ID_BYTES

_SHREDDED: Final = "shredded"
_AT_ONCE: Final = 200


class SubjectKeyRows:
    """The key store of a copy, only looked at."""

    def __init__(self, database: RawDatabase) -> None:
        """Look at ``database``."""
        self._database = database

    def living(self, key_ids: Sequence[bytes]) -> dict[bytes, bool]:
        """Return which of these keys there are, and whether they can still be unwrapped."""
        found: dict[bytes, bool] = {}
        for start in range(0, len(key_ids), _AT_ONCE):
            some = key_ids[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self._database.fetch(
                "SELECT key_id, state, wrapped IS NULL FROM subject_key"  # noqa: S608 (marks alone)
                f" WHERE key_id IN ({marks})",
                some,
            )
            found |= {as_bytes(key): state != _SHREDDED or not gone for key, state, gone in rows}
        return found

    def destroyed(self) -> Iterator[tuple[bytes, bytes | None, Any]]:
        """Yield key id, batch and purpose of each key that cannot be unwrapped any more."""
        sql = (
            "SELECT key_id, batch, purpose FROM subject_key"
            " WHERE key_id IS NOT NULL AND (wrapped IS NULL OR state = 'shredded')"
        )
        for rows in self._database.batches(sql):
            for key, batch, purpose in rows:
                yield as_bytes(key), None if batch is None else as_bytes(batch), purpose

    def close(self) -> None:
        """Give back the connection."""
        self._database.close()


def open_key_rows(url: str) -> SubjectKeyRows:
    """Return the key store at ``url``, ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        InvalidInputError: The connection string has another form.
        StoreUnavailableError: It cannot be opened, or is no key store.
    """
    keys = SubjectKeyRows(open_raw(url))
    try:
        keys.living([bytes(KEY_ID_BYTES)])
    except BaseException:
        keys.close()
        raise
    return keys


def erasure_findings(
    keys: SubjectKeyRows, destroyed: Mapping[bytes, int], begun: Sequence[bytes]
) -> Iterator[Finding]:
    """Yield keys that are there though a receipt says otherwise, and gone though none does.

    Args:
        keys: The key store.
        destroyed: Keys that receipts name, with the receipts' positions.
        begun: Erasures that have begun and whose receipt may still be missing.
    """
    named = list(destroyed)
    for start in range(0, len(named), AT_ONCE):
        living = keys.living(named[start : start + AT_ONCE])
        for key in (key for key, lives in living.items() if lives):
            place: dict[str, str | int] = {"position": destroyed[key], "key": key.hex()}
            yield Finding(
                "C6.readable", Severity.CRITICAL, place, "a destroyed key", "one that opens facts"
            )
    under_way = frozenset(begun)
    for key, batch, purpose in keys.destroyed():
        if key not in destroyed and batch not in under_way:
            place = {"key": key.hex(), "purpose": str(purpose)[:32]}
            yield Finding(
                "C6.unauthorised", Severity.CRITICAL, place, "an erasure that was ordered", "none"
            )


class SealedPartCheck:
    """One more look at each row: are all its parts there, and under keys that there are?"""

    def __init__(self, keys: SubjectKeyRows) -> None:
        """Ask ``keys`` which keys there are."""
        self._keys = keys

    def __call__(self, rows: Sequence[RawRow]) -> list[Finding]:
        """Return what is wrong with the parts of rows."""
        findings: list[Finding] = []
        used: dict[bytes, list[tuple[RawRow, str]]] = {}
        for row in rows:
            sealed = sealed_parts(row)
            findings += form_findings(row)
            for purpose, part in (sealed or {}).items():
                used.setdefault(as_bytes(part)[:KEY_ID_BYTES], []).append((row, str(purpose)))
        known = self._keys.living(list(used))
        for key, uses in used.items():
            findings += [_unknown(row, purpose) for row, purpose in uses if key not in known]
        return findings


def _unknown(row: RawRow, purpose: str) -> Finding:
    place = {**place_of(row), "purpose": purpose[:32]}
    return Finding(
        "C6.key_missing", Severity.CRITICAL, place, "a key, or its ordered erasure", "neither"
    )
