"""Live views against the same views made again from the facts, row by row, at one position.

Two streams of rows in the order of their keys are walked together. What differs is told by table,
key and column, never by what stands there.

A row that holds sealed bytes cannot be made again once its person's key is destroyed: that is
counted apart and is no finding, if the key that the row names is a destroyed one and nothing else
differs.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ledger.personal import KEY_ID_BYTES
from projections.live_views import LiveViews
from projections.view import AnyRow, Table

IsDestroyed = Callable[[bytes], bool]
"""Whether the key of this identifier (16 bytes) was there once and is destroyed."""


class What(StrEnum):
    """How a row differs from the one that the facts make."""

    MISSING = "missing"
    """The facts make it, and it is not there."""
    EXTRA = "extra"
    """It is there, and the facts do not make it."""
    CHANGED = "changed"
    ERASED = "erased"
    """Its sealed part cannot be made again: the key is destroyed. Lawful."""


class Difference(NamedTuple):
    """One row that is not as the facts make it."""

    table: str
    what: What
    key: str
    """The key's columns, joined by slashes: streams, pseudonyms, codes and days."""
    columns: tuple[str, ...] = ()
    """Of a changed row: which differ."""


def no_key_destroyed(_key_id: bytes) -> bool:
    """Say that no key was ever destroyed, for views without sealed bytes."""
    return False


def compare(
    table: Table, live: Iterator[AnyRow], made: Iterator[AnyRow], is_destroyed: IsDestroyed
) -> Iterator[Difference]:
    """Yield how ``live`` differs from ``made``, both in the order of their keys."""
    here, there = next(live, None), next(made, None)
    while here is not None or there is not None:
        side = _side(table, here, there)
        if side < 0:
            assert here is not None
            yield Difference(table.name, What.EXTRA, key_text(table.key_of(here)))
        elif side > 0:
            assert there is not None
            yield Difference(table.name, What.MISSING, key_text(table.key_of(there)))
        elif not _same(here, there):
            assert here is not None
            assert there is not None
            yield _changed(table, here, there, is_destroyed)
        here = next(live, None) if side <= 0 else here
        there = next(made, None) if side >= 0 else there


def differences(
    tables: Sequence[Table],
    live: LiveViews,
    made: Callable[[Table], Iterator[AnyRow]],
    is_destroyed: IsDestroyed = no_key_destroyed,
) -> Iterator[Difference]:
    """Yield how the live rows of ``tables`` differ from those that ``made`` gives.

    Raises:
        UnreadableTableError: A table cannot be read under its name.
    """
    for table in tables:
        yield from compare(table, live.rows(table), made(table), is_destroyed)


def _side(table: Table, here: AnyRow | None, there: AnyRow | None) -> int:
    """Return -1 if the live row comes first, 1 if the made one does, 0 if they have one key."""
    if there is None:
        return -1
    if here is None:
        return 1
    left, right = _order(table.key_of(here)), _order(table.key_of(there))
    return (left > right) - (left < right)


_RANK: Final[dict[type, int]] = {int: 1, float: 1, str: 2, bytes: 3}
"""SQLite's order of types; values of a wrong type are sorted by it too."""


def _order(key: Sequence[Any]) -> list[tuple[int, Any]]:
    return [_ordered(value) for value in key]


def _ordered(value: Any) -> tuple[int, Any]:
    for kind, rank in _RANK.items():
        if isinstance(value, kind):
            return rank, value
    return (0, 0) if value is None else (4, str(value))


def _same(here: AnyRow | None, there: AnyRow | None) -> bool:
    return here == there and [*map(type, here or ())] == [*map(type, there or ())]


def _changed(table: Table, here: AnyRow, there: AnyRow, is_destroyed: IsDestroyed) -> Difference:
    pairs = zip(table.names, here, there, strict=True)
    differing = [
        (name, left, right)
        for name, left, right in pairs
        if type(left) is not type(right) or left != right
    ]
    erased = all(_is_erased(left, right, is_destroyed) for _, left, right in differing)
    what = What.ERASED if erased else What.CHANGED
    names = tuple(name for name, _, _ in differing)
    return Difference(table.name, what, key_text(table.key_of(there)), names)


def _is_erased(live: Any, made: Any, is_destroyed: IsDestroyed) -> bool:
    return (
        made is None
        and isinstance(live, bytes)
        and len(live) > KEY_ID_BYTES
        and is_destroyed(live[:KEY_ID_BYTES])
    )


def key_text(key: Sequence[Any]) -> str:
    """Return a key as text."""
    return "/".join(value.hex() if isinstance(value, bytes) else str(value) for value in key)
