"""Turns a fact into CBOR-ready maps and back: clear fields apart from sealed ones.

A codec is compiled once a class from its type hints. It takes nothing on trust in either
direction: a fact that could not be read again is refused before it is written, and stored fields
that do not fit the class are refused when read.

Forms: UUID as 16 bytes; aware datetime as microseconds since 1970 UTC; date as YYYY-MM-DD; enums
by value; dataclasses as maps with text keys; tuples as arrays.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from ledger.errors import UnknownFactError
from ledger.personal import Erased, Purpose, SaysPurpose, Sealed, SealedAsSaid

Convert: TypeAlias = Callable[[Any], Any]
"""Turns one value into another, or raises TypeError or ValueError if it has the wrong form."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class StoredFields:
    """A fact's fields between its class and its bytes."""

    clear: dict[str, Any]
    sealed: dict[str, dict[str, Any] | Erased]
    """By purpose; `Erased` where the key is destroyed."""


def microseconds(at: datetime) -> int:
    """Return ``at`` as it is stored: microseconds since 1970, UTC.

    Raises:
        ValueError: It is naive, or before 1970.
    """
    if at.tzinfo is None:
        raise ValueError("expected an aware time")
    since = (at - _EPOCH) // _MICROSECOND
    if since < 0:
        raise ValueError("expected a time since 1970")
    return since


def moment(since: int) -> datetime:
    """Return the time that is stored as ``since``."""
    return _EPOCH + timedelta(microseconds=since)


def _exact(kind: type) -> Convert:
    """Return a check that a value is of ``kind``; a subclass's value becomes plain."""

    def check(value: Any) -> Any:
        if type(value) is kind:
            return value
        if kind in {int, str} and isinstance(value, kind):
            return kind.__call__(value)
        raise TypeError(f"expected {kind.__name__}")

    return check


def _write_uuid(value: Any) -> bytes:
    if not isinstance(value, UUID):
        raise TypeError("expected UUID")
    return value.bytes


def _write_datetime(value: Any) -> int:
    if not isinstance(value, datetime):
        raise TypeError("expected datetime")
    return microseconds(value)


def _write_date(value: Any) -> str:
    if type(value) is not date:
        raise TypeError("expected date")
    return value.isoformat()


def _read_uuid(value: Any) -> UUID:
    return UUID(bytes=value)


def _read_none(value: Any) -> None:
    if value is not None:
        raise TypeError("expected null")


_SCALARS: dict[Any, tuple[Convert, Convert]] = {
    NoneType: (_read_none, _read_none),
    bool: (_exact(bool), _exact(bool)),
    int: (_exact(int), _exact(int)),
    str: (_exact(str), _exact(str)),
    bytes: (_exact(bytes), _exact(bytes)),
    UUID: (_write_uuid, _read_uuid),
    datetime: (_write_datetime, moment),
    date: (_write_date, date.fromisoformat),
}


def _converters(hint: Any, place: str) -> tuple[Convert, Convert]:
    """Return how values of ``hint`` are written and read.

    Raises:
        TypeError: No stored form is defined for this hint.
    """
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return _optional(arguments, place)
    if origin is tuple:
        return _tuple(arguments, place)
    if isinstance(hint, type) and issubclass(hint, StrEnum | IntEnum):
        return _enum(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _nested(hint, place)
    raise TypeError(f"{place}: no stored form for {hint}")


def _optional(arguments: tuple[Any, ...], place: str) -> tuple[Convert, Convert]:
    kinds = [kind for kind in arguments if kind is not NoneType]
    if len(kinds) != 1:
        raise TypeError(f"{place}: a field is of one kind, or of one kind or None")
    write_one, read_one = _converters(kinds[0], place)
    return (
        lambda value: None if value is None else write_one(value),
        lambda value: None if value is None else read_one(value),
    )


def _tuple(arguments: tuple[Any, ...], place: str) -> tuple[Convert, Convert]:
    if len(arguments) != 2 or arguments[1] is not Ellipsis:  # noqa: PLR2004 (X and the dots)
        return _fixed_tuple([_converters(kind, place) for kind in arguments])
    write_one, read_one = _converters(arguments[0], place)

    def write(value: Any) -> list[Any]:
        if not isinstance(value, tuple):
            raise TypeError("expected tuple")
        return [write_one(item) for item in value]

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError("expected array")
        return tuple([read_one(item) for item in value])

    return write, read


def _fixed_tuple(items: list[tuple[Convert, Convert]]) -> tuple[Convert, Convert]:
    def write(value: Any) -> list[Any]:
        if not isinstance(value, tuple):
            raise TypeError("expected tuple")
        return [item[0](part) for item, part in zip(items, value, strict=True)]

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError("expected array")
        return tuple([item[1](part) for item, part in zip(items, value, strict=True)])

    return write, read


def _enum(kind: type[StrEnum | IntEnum]) -> tuple[Convert, Convert]:
    def write(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"expected {kind.__name__}")
        return value.value

    # A dictionary is three times as fast as asking the enum; a strange value is a KeyError.
    members = {member.value: member for member in kind}
    return write, members.__getitem__


def _nested(kind: type, place: str) -> tuple[Convert, Convert]:
    codec = FactCodec(kind)
    if codec.seals:
        raise TypeError(f"{place}: sealed fields stand in the fact itself, not deeper")

    def write(value: Any) -> dict[str, Any]:
        if type(value) is not kind:
            raise TypeError(f"expected {kind.__name__}")
        return codec.fields_of(value).clear

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise TypeError("expected map")
        return codec.fact_of(StoredFields(value, {}))

    return write, read


@dataclass(frozen=True, slots=True)
class _Part:
    """The fields of one class that are stored together."""

    names: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    plain: tuple[type | None, ...]
    """The type of a field that is stored as it is: it needs no call, only a look at its type."""
    writers: tuple[Convert, ...]
    reading: tuple[tuple[str, type | None, Convert], ...]
    """Each field's name, its type if it is stored as it is, and how it is read otherwise."""

    def write(self, fact: Any) -> dict[str, Any]:
        """Return the fields in the order of canonical CBOR."""
        written: dict[str, Any] = {}
        name = ""
        try:
            for name, plain, write, value in zip(
                self.names, self.plain, self.writers, self.values(fact), strict=True
            ):
                written[name] = value if type(value) is plain else write(value)
        except (TypeError, ValueError) as error:
            raise TypeError(f"{type(fact).__name__}.{name}: {error}") from error
        return written

    def read(self, stored: Mapping[str, Any], into: dict[str, Any], where: str) -> None:
        """Add the values of ``stored`` to ``into``."""
        if len(stored) != len(self.names):
            raise UnknownFactError(f"{where}: other fields than this program knows")
        name = ""
        try:
            for name, plain, read in self.reading:
                value = stored[name]
                into[name] = value if type(value) is plain else read(value)
        except _UNFIT as error:
            raise UnknownFactError(f"{where}.{name}: not of the form expected") from error


_UNFIT = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


_PLAIN: dict[Convert, type] = {
    _SCALARS[kind][0]: kind for kind in (bool, int, str, bytes)
}  # fmt: skip


def _part(converters: Mapping[str, tuple[Convert, Convert]]) -> _Part:
    names = tuple(sorted(converters, key=lambda name: (len(name), name)))
    if len(names) > 1:
        values: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    else:
        values = lambda fact: tuple(getattr(fact, name) for name in names)  # noqa: E731 (a twin of the above)
    writers = tuple(converters[name][0] for name in names)
    plain = tuple(_PLAIN.get(writer) for writer in writers)
    reading = tuple(
        (name, kind, converters[name][1]) for name, kind in zip(names, plain, strict=True)
    )
    return _Part(names, values, plain, writers, reading)


_AS_SAID = "as said"
"""Stands for the purpose of the fields whose purpose the fact itself says."""


def _split(hint: Any, place: str) -> tuple[str | None, Any]:
    """Return the purpose that a field is sealed for, if it is, and the hint of its value."""
    if get_origin(hint) is not Annotated:
        return None, hint
    inner, *marks = get_args(hint)
    purposes = [
        mark.purpose.value if isinstance(mark, Sealed) else _AS_SAID
        for mark in marks
        if isinstance(mark, Sealed | SealedAsSaid)
    ]
    if len(purposes) != 1:
        raise TypeError(f"{place}: one purpose for a sealed field")
    kinds = [kind for kind in get_args(inner) if kind is not Erased]
    return purposes[0], Union[tuple(kinds)]  # noqa: UP007 (the kinds are known at run time only)


def _says_purpose(hint: Any) -> bool:
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return any(isinstance(mark, SaysPurpose) for mark in marks)


class FactCodec:
    """Writes and reads the facts of one class."""

    def __init__(self, fact_class: type) -> None:
        """Compile the codec of ``fact_class``, a frozen dataclass.

        Raises:
            TypeError: It is none, or a field has no stored form.
        """
        if not dataclasses.is_dataclass(fact_class):
            raise TypeError(f"{fact_class.__name__}: expected a dataclass")
        self.fact_class = fact_class
        hints = get_type_hints(fact_class, include_extras=True)
        clear: dict[str, tuple[Convert, Convert]] = {}
        sealed: dict[str, dict[str, tuple[Convert, Convert]]] = {}
        says: list[str] = []
        for field in dataclasses.fields(fact_class):
            if _says_purpose(hints[field.name]):
                says.append(field.name)
                continue
            place = f"{fact_class.__name__}.{field.name}"
            purpose, hint = _split(hints[field.name], place)
            part = clear if purpose is None else sealed.setdefault(purpose, {})
            part[field.name] = _converters(hint, place)
        if len(says) != (_AS_SAID in sealed):
            raise TypeError(f"{fact_class.__name__}: one field says what the others are sealed for")
        self._says = says[0] if says else None
        self._clear = _part(clear)
        self._as_said = _part(sealed.pop(_AS_SAID)) if says else None
        self._sealed = {purpose: _part(sealed[purpose]) for purpose in sorted(sealed)}

    @property
    def clear_names(self) -> tuple[str, ...]:
        """The fields that are stored readable by anybody who reads the database."""
        return self._clear.names

    @property
    def readable_names(self) -> tuple[str, ...]:
        """The clear fields, and the one that says a purpose, which the sealed part's name tells."""
        return self.clear_names if self._says is None else (*self.clear_names, self._says)

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes that fields are always sealed for, in order."""
        return tuple(self._sealed)

    @property
    def seals(self) -> bool:
        """Whether any field is sealed."""
        return bool(self._sealed) or self._says is not None

    def purposes_of(self, fact: object) -> tuple[str, ...]:
        """Return the purposes that the fields of ``fact`` are sealed for, in order."""
        if self._says is None:
            return self.purposes
        return tuple(sorted((*self._sealed, self._said(fact))))

    def _said(self, fact: object) -> str:
        """Return the purpose that ``fact`` says."""
        assert self._says is not None
        purpose = getattr(fact, self._says)
        if not isinstance(purpose, Purpose) or purpose.value in self._sealed:
            raise TypeError(f"{self.fact_class.__name__}.{self._says}: expected another purpose")
        return purpose.value

    def fields_of(self, fact: object) -> StoredFields:
        """Return the fields of ``fact`` as they are stored.

        Raises:
            TypeError: A field has a value that could not be read again; its name is given, its
                value is not.
        """
        sealed: dict[str, dict[str, Any] | Erased] = {
            purpose: part.write(fact) for purpose, part in self._sealed.items()
        }
        if self._as_said is not None:
            sealed[self._said(fact)] = self._as_said.write(fact)
        return StoredFields(self._clear.write(fact), sealed)

    def fact_of(self, stored: StoredFields) -> Any:
        """Return the fact that ``stored`` was written from.

        Raises:
            UnknownFactError: The fields do not fit the class.
        """
        where = self.fact_class.__name__
        values: dict[str, Any] = {}
        parts = self._sealed
        if self._as_said is not None:
            said = self._purpose_said(stored, where)
            values[self._says or ""] = said
            parts = {**parts, said.value: self._as_said}
        if stored.sealed.keys() != parts.keys():
            raise UnknownFactError(f"{where}: sealed for other purposes than this program knows")
        self._clear.read(stored.clear, values, where)
        for purpose, part in parts.items():
            fields = stored.sealed[purpose]
            if isinstance(fields, Erased):
                values.update(dict.fromkeys(part.names, fields))
            else:
                part.read(fields, values, where)
        return self.fact_class(**values)

    def _purpose_said(self, stored: StoredFields, where: str) -> Purpose:
        """Return the purpose of the part that is not among those always there."""
        others = [purpose for purpose in stored.sealed if purpose not in self._sealed]
        if len(others) != 1 or others[0] not in _PURPOSES:
            raise UnknownFactError(f"{where}: sealed for other purposes than this program knows")
        return _PURPOSES[others[0]]


_PURPOSES = {purpose.value: purpose for purpose in Purpose}
