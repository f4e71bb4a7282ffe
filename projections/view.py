"""What a view is: tables of named rows, and one pure handler a fact class.

A handler reads and replaces rows through `Rows` and touches nothing else, so that catching up in
batches of any size and rebuilding from nothing give the same rows, byte for byte.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import NoneType
from typing import Any, NamedTuple, Protocol, TypeVar, cast, get_args, get_type_hints

from ledger.facts import RecordedFact

Key = tuple[Hashable, ...]
AnyRow = tuple[Any, ...]
Row = TypeVar("Row", bound=tuple[Any, ...])


class Column(NamedTuple):
    """A column: its name, its kind (str, int or bytes), and whether it may be empty."""

    name: str
    kind: type
    optional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table whose rows are one NamedTuple class; the first ``keys`` fields are the key."""

    name: str
    row: type[tuple[Any, ...]]
    keys: int = 1
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of the row's fields."""
        return _columns(self.row)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in _columns(self.row))

    def key_of(self, row: AnyRow) -> Key:
        """Return the key of ``row``."""
        return row[: self.keys]

    def row_of(self, values: AnyRow) -> AnyRow:
        """Return ``values`` as a row of this table."""
        make: Any = self.row
        return cast("AnyRow", make._make(values))


@lru_cache
def _columns(row: type[tuple[Any, ...]]) -> tuple[Column, ...]:
    return tuple(_column(name, hint) for name, hint in get_type_hints(row).items())


def _column(name: str, hint: Any) -> Column:
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    assert len(kinds) == 1, f"{name}: a column has one kind"
    assert kinds[0] in {str, int, bytes}, f"{name}: str, int or bytes"
    return Column(name, kinds[0], NoneType in get_args(hint))


class Rows(Protocol):
    """The rows of one view, as far as the facts so far have made them."""

    def get(self, table: Table, key: Key, row: type[Row]) -> Row | None:
        """Return the row under ``key``; ``row`` is the table's row class."""
        ...

    def put(self, table: Table, row: AnyRow) -> None:
        """Replace the row under this row's key."""
        ...

    def remove(self, table: Table, key: Key) -> None:
        """Remove the row under ``key``, if there is one."""
        ...


Handler = Callable[[RecordedFact, Rows], None]


@dataclass(frozen=True, slots=True)
class View:
    """A view as a value."""

    name: str
    version: int
    """Raised when the handlers or tables change: the view is then built anew beside the old."""
    tables: tuple[Table, ...]
    handlers: Mapping[type, Handler]
    touches: Callable[[RecordedFact], Iterable[tuple[Table, Key]]] = field(
        default=lambda _recorded: ()
    )
    """Rows that the handler of a fact will ask for: fetched together for a whole batch."""
    opens: bool = False
    """Whether its handlers need what is sealed in facts; most views never see it."""
