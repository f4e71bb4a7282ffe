"""The rows of a copy of the ledger, raw, by ranges of position: what every check begins with."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, Protocol

from typing_extensions import override

from ledger.audit.raw import RawDatabase, RawFile, UndecodableError, open_raw

COLUMNS: Final = (
    "position", "event_id", "originator_id", "originator_version", "topic", "state", "entry",
)  # fmt: skip
"""In the order of `RawRow`."""
_TYPES: Final = ("bigint", "uuid", "uuid", "bigint", "text", "bytea", "bytea")
"""Of PostgreSQL's columns, in the same order."""


class RawRow(NamedTuple):
    """One stored fact, each value as it was found: of any type, or None."""

    position: Any
    event_id: Any
    """Bytes, 16 in an honest row; as ``stream_id``."""
    stream_id: Any
    version: Any
    topic: Any
    state: Any
    entry: Any


class RowSource(Protocol):
    """A copy of the ledger. Every method may raise StoreUnavailableError."""

    def head(self) -> int:
        """Return the highest position, 0 for an empty ledger."""
        ...

    def batches(self, first: int, last: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows at positions ``first`` to ``last``, in order: tuples as `RawRow`."""
        ...

    def at(self, position: int) -> RawRow | None:
        """Return the row at a position."""
        ...

    def stream(self, stream_id: bytes) -> list[RawRow]:
        """Return a stream's rows by their versions."""
        ...

    def version(self, stream_id: bytes, version: int) -> RawRow | None:
        """Return one row of a stream."""
        ...

    def count(self) -> int:
        """Return how many rows there are, whatever their positions."""
        ...

    def strays(self, limit: int) -> list[RawRow]:
        """Return rows that no range of positions reaches."""
        ...

    def odd_columns(self) -> dict[str, str]:
        """Return the columns that have another type than ours, with the type found."""
        ...

    def close(self) -> None:
        """Give back the connection."""
        ...


def open_rows(url: str) -> RowSource:
    """Return the copy of a ledger at ``url``, ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        InvalidInputError: The connection string has another form.
        StoreUnavailableError: It cannot be opened, or has no table of facts.
    """
    database = open_raw(url)
    source = FileRows(database) if isinstance(database, RawFile) else ServerRows(database)
    try:
        source.head()
    except BaseException:
        source.close()
        raise
    return source


class _Rows:
    """What both databases have in common."""

    def __init__(
        self, database: RawDatabase, columns: str, stream: str, position: str = "position"
    ) -> None:
        self._database = database
        self._position = position
        self._select = f"SELECT {columns} FROM ledger_facts"  # noqa: S608 (our own words)
        self._range = f"{self._select} WHERE {position} BETWEEN ? AND ? ORDER BY {position}"
        self._of_stream = f"{self._select} WHERE {stream} = ? ORDER BY originator_version, position"
        self._of_version = f"{self._select} WHERE {stream} = ? AND originator_version = ? LIMIT 1"

    def head(self) -> int:
        """Return the highest position."""
        sql = f"SELECT max({self._position}) FROM ledger_facts"  # noqa: S608 (our own words)
        found = self._database.fetch(sql)[0][0]
        return found if isinstance(found, int) else self._highest()

    def _highest(self) -> int:
        return 0

    def at(self, position: int) -> RawRow | None:
        """Return the row at a position."""
        found = self._database.fetch(
            f"{self._select} WHERE {self._position} = ? LIMIT 1", [position]
        )
        return RawRow(*found[0]) if found else None

    def stream(self, stream_id: bytes) -> list[RawRow]:
        """Return a stream's rows by their versions."""
        return [RawRow(*row) for row in self._database.fetch(self._of_stream, [stream_id])]

    def version(self, stream_id: bytes, version: int) -> RawRow | None:
        """Return one row of a stream."""
        found = self._database.fetch(self._of_version, [stream_id, version])
        return RawRow(*found[0]) if found else None

    def count(self) -> int:
        """Return how many rows there are."""
        return int(self._database.fetch("SELECT count(*) FROM ledger_facts")[0][0])

    def close(self) -> None:
        """Give back the connection."""
        self._database.close()


class FileRows(_Rows):
    """A ledger in an SQLite file."""

    def __init__(self, file: RawFile) -> None:
        """Read from ``file``."""
        super().__init__(file, ", ".join(COLUMNS), "originator_id")
        self._file = file

    def batches(self, first: int, last: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield rows by position; where a text is no UTF-8, the rest leniently."""
        try:
            for rows in self._file.batches(self._range, (first, last)):
                yield rows
                first = rows[-1][0] + 1
        except UndecodableError:
            yield self._file.undecoded(self._range, (first, last))

    def strays(self, limit: int) -> list[RawRow]:
        """Return rows whose position is no positive integer."""
        odd = "" if self._are_row_ids() else "typeof(position) <> 'integer' OR"
        sql = f"{self._select} WHERE {odd} position < 1 LIMIT ?"
        return [RawRow(*row) for row in self._file.fetch(sql, [limit])]

    def odd_columns(self) -> dict[str, str]:
        """Return nothing: in SQLite each value has its own type, and is looked at one by one."""
        return {}

    def _are_row_ids(self) -> bool:
        """Whether SQLite itself lets nothing but whole numbers be positions."""
        sql = (
            "SELECT count(*) FROM pragma_table_list('ledger_facts') AS t,"
            " pragma_table_info('ledger_facts') AS c WHERE t.type = 'table' AND t.wr = 0"
            " AND c.name = 'position' AND c.pk = 1 AND upper(c.type) = 'INTEGER'"
            " AND (SELECT sum(pk > 0) FROM pragma_table_info('ledger_facts')) = 1"
        )
        return self._file.fetch(sql) == [(1,)]

    @override
    def _highest(self) -> int:
        sql = "SELECT max(position) FROM ledger_facts WHERE typeof(position) = 'integer'"
        return int(self._file.fetch(sql)[0][0] or 0)


class ServerRows(_Rows):
    """A ledger in PostgreSQL."""

    def __init__(self, database: RawDatabase) -> None:
        """Read from ``database``, whose columns may have been given other types."""
        found: dict[str, str] = dict(
            database.fetch(
                "SELECT attname::text, format_type(atttypid, NULL)::text FROM pg_attribute"
                " WHERE attrelid = to_regclass('ledger_facts') AND attnum > 0 AND NOT attisdropped"
            )
        )
        self._odd = {
            name: found.get(name, "missing")
            for name, kind in zip(COLUMNS, _TYPES, strict=True)
            if found.get(name) != kind
        }
        columns = [_read(name, found.get(name)) for name in COLUMNS]
        stream = _read("originator_id", found.get("originator_id"))
        position = _WHOLE if "position" in self._odd else "position"
        super().__init__(database, ", ".join(columns), stream, position)
        if "originator_id" not in self._odd:  # as it stands in the index
            self._of_stream = self._of_stream.replace(f"WHERE {stream} = ?", _BY_UUID)
            self._of_version = self._of_version.replace(f"WHERE {stream} = ?", _BY_UUID)

    def batches(self, first: int, last: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield rows by position."""
        yield from self._database.batches(self._range, (first, last))

    def strays(self, limit: int) -> list[RawRow]:
        """Return rows whose position is not positive."""
        sql = f"{self._select} WHERE coalesce({self._position}, 0) < 1 LIMIT ?"
        return [RawRow(*row) for row in self._database.fetch(sql, [limit])]

    def odd_columns(self) -> dict[str, str]:
        """Return the columns whose type was changed."""
        return self._odd


_WHOLE: Final = (
    "(CASE WHEN position::text ~ '^[0-9]{1,18}$' THEN position::text::numeric::bigint END)"
)
"""What stands in for positions in a column that has been given another type."""
_BY_UUID: Final = "WHERE originator_id = encode(?, 'hex')::uuid"


def _read(name: str, kind: str | None) -> str:
    """Return the expression that gives a column as `RawRow` has it, or as text where it is odd."""
    match kind:
        case _ if name == "position" and kind not in {"bigint", "integer", None}:
            return _WHOLE
        case "uuid":
            return f"uuid_send({name})"
        case "bigint" | "bytea" | "text":
            return name
        case "integer" | "smallint":
            return f"{name}::bigint"
        case None:
            return "NULL::text"
        case _:
            return f"{name}::text"


OpenRows = Callable[[], RowSource]
"""Opens a copy anew, in whichever process asks."""
