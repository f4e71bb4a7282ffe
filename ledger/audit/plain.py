"""Any fact or state as plain values, for JSON and for tables."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from ledger.personal import Erased

SHOWN_BYTES: Final = 32
"""Longer byte strings are told by their length and hash."""


def plain(value: Any, *, erased: str = "erased") -> Any:
    """Return ``value`` as JSON has it.

    ``erased`` is said for what cannot be read: to who may not read, it is withheld.
    """
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case bytes():
            long = f"{len(value)} bytes, SHA-256 {sha256(value).hexdigest()}"
            return value.hex() if len(value) <= SHOWN_BYTES else long
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case UUID() | date() | Path():
            return str(value)
        case Erased():
            return erased
        case _:
            return _composed(value, erased)


def _composed(value: Any, erased: str) -> Any:
    within = partial(plain, erased=erased)
    if isinstance(value, Mapping):
        return {str(within(name)): within(item) for name, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(within, value), key=str)
    if isinstance(value, Iterable):
        return [within(item) for item in value]
    # What a value does not show of itself, such as a library's key beside its bytes, is not told.
    return {one.name: within(getattr(value, one.name)) for one in fields(value) if one.repr}
