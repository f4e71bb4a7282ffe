"""How the elements of a record are read: known once for all records that are written alike.

Most senders write every record of a table with the same elements in the same order, so that names
are looked up once a document and not once a value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from ledger.clinical.insurance_fields import (
    NOT_IN_EVERY_VERSION,
    Field,
    TableForm,
    renamed_fields,
    table_forms,
)
from ledger.clinical.insurance_forms import CHECKS, LONGEST_TEXT, Check, Fault


class Known(NamedTuple):
    """A field as reading needs it; a tuple, because it is taken apart for every value."""

    name: str
    longest: int
    too_long: Fault
    check: Check


_REQUIRED: Final = Fault("field_required", "a value")
_EXPECTED: Final = Fault("field_expected", "a value")


@cache
def _fields(number: int) -> Mapping[str, Known]:
    """Return the fields of a table by every name that they may come under."""
    fields = table_forms()[number].fields
    known = {name: _known(field) for name, field in fields.items()}
    others = {new: known[old] for new, old in renamed_fields().items() if old in known}
    return {**known, **others}


def _known(field: Field) -> Known:
    longest = field.longest or LONGEST_TEXT
    too_long = Fault("too_long", f"at most {longest} characters")
    return Known(field.name, longest, too_long, CHECKS[field.kind])


@cache
def wanted_fields(number: int) -> tuple[tuple[str, Fault], ...]:
    """Return the fields that must or should have a value, with the fault of their absence."""
    fields = table_forms()[number].fields.values()
    return tuple(
        (field.name, _REQUIRED if field.must else _EXPECTED)
        for field in fields
        if field.must or field.should
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """The elements of one record: for each its field, None where it is not read."""

    tags: list[str]
    known: list[Known | None]
    odd: list[tuple[str, str, str]]
    """Element, rule and form wanted."""
    complete: bool
    """Whether every field of the table is there."""


def layout_of(form: TableForm, tags: list[str]) -> Layout:
    """Return how a record with these elements is read."""
    fields = _fields(form.number)
    seen: set[str] = set()
    known: list[Known | None] = []
    odd: list[tuple[str, str, str]] = []
    for tag in tags:
        field = fields.get(tag)
        if field is None:
            odd.append((tag, "field_unknown", f"a field of table {form.number}; not read"))
        elif field.name in seen:
            odd.append((tag, "field_repeated", "each field once, by one of its names"))
        known.append(None if field is None or field.name in seen else field)
        seen.update(() if field is None else (field.name,))
    complete = not (form.fields.keys() - seen - NOT_IN_EVERY_VERSION)
    return Layout(tags, known, odd, complete)


@cache
def usual_layout(number: int) -> Layout:
    """Return the layout of a record as the table's list has it."""
    form = table_forms()[number]
    names = [name for name in form.fields if name not in NOT_IN_EVERY_VERSION]
    return layout_of(form, names)
