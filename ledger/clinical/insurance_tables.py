"""One insurance table's XML to records of text by field name, with everything that is wrong in it.

Values are kept as sent, in NFC and without spaces around; empty fields are left out. Findings name
table, record (from 1) and field, such as ``XML3[5].MA_BENH``, and never the value.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from lxml import etree

from ledger.clinical.findings import Finding, Level, Severity
from ledger.clinical.insurance_fields import (
    NOT_IN_EVERY_VERSION,
    Field,
    TableForm,
    renamed_fields,
    table_forms,
)
from ledger.clinical.insurance_forms import CHECKS, LONGEST_TEXT, Check, Fault
from ledger.clinical.insurance_xml import parse_xml
from ledger.errors import InvalidInputError

LARGEST_TABLE: Final = 8 * 1024 * 1024
"""Bytes of one table's XML. A year in intensive care has some 20,000 rows of services of 1 KB."""
MOST_RECORDS: Final = 20_000
"""Records of one table in one treatment episode."""

_ADVICE: Final = frozenset({"outcome"})
"""Rules whose code lists may grow: the record is taken, and the oddity reported."""

Record = Mapping[str, str]
"""Text by field name, in the order sent."""


@dataclass(frozen=True, slots=True)
class Table:
    """What one table says."""

    number: int
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Record:
        """Return the first record; an empty one if there is none."""
        return self.records[0] if self.records else {}


def finding(place: str, fault: Fault, *, level: Level = Level.SCHEMA) -> Finding:
    """Return a fault as an error at ``place``; as a warning if its rule is advice."""
    if fault.rule in _ADVICE:
        return Finding(Level.QUALITY, Severity.WARNING, place, fault.rule, fault.expected)
    return Finding(level, Severity.ERROR, place, fault.rule, fault.expected)


def read_table(number: int, data: bytes) -> Table:
    """Return the records of the XML document ``data`` of table ``number``, one of those read.

    Whatever is wrong is in its findings: a document that is no XML, or another table's, has no
    records and one finding.
    """
    form = table_forms()[number]
    place = f"XML{number}"
    try:
        root = parse_xml(data, place=place, largest=LARGEST_TABLE)
        elements = _elements(root, form, place)
    except InvalidInputError as error:
        fault = Fault(error.rule, error.expected)
        return Table(number, (), (finding(error.place, fault, level=Level.BYTES),))
    reader = _Reader(form)
    for position, element in enumerate(elements, 1):
        reader.read(element, place if form.single else f"{place}[{position}]")
    return Table(number, tuple(reader.records), tuple(reader.findings))


def _elements(root: etree._Element, form: TableForm, place: str) -> list[etree._Element]:
    """Return the elements that are records.

    Raises:
        InvalidInputError: The root is another, something else stands among the records, or there
            are too many of them.
    """
    if root.tag != form.root:
        raise InvalidInputError(place, "table_root", f"{form.root} as the root element")
    if form.single:
        return [root]
    inner = list(root) if form.inner is None else [each for part in root for each in part]
    if form.inner is not None and any(part.tag != form.inner for part in root):
        raise InvalidInputError(place, "table_form", f"{form.inner} inside of {form.root}")
    if any(each.tag != form.record for each in inner):
        raise InvalidInputError(place, "table_form", f"records named {form.record}")
    if len(inner) > MOST_RECORDS:
        raise InvalidInputError(place, "table_records", f"at most {MOST_RECORDS} records")
    return inner


@dataclass(frozen=True, slots=True)
class _Known:
    """A field as reading needs it."""

    name: str
    check: Check


_REQUIRED: Final = Fault("field_required", "a value")
_FIELD_NAME_LENGTH: Final = 64


def field_name(tag: str) -> str:
    """Return an element's name as part of a place; a name that no field could have is not said."""
    plain = tag.isascii() and tag.replace("_", "").isalnum() and tag.isupper()
    return tag if plain and len(tag) <= _FIELD_NAME_LENGTH else "?"


@cache
def _checks(number: int) -> Mapping[str, _Known]:
    """Return the fields of a table by every name that they may come under."""
    fields = table_forms()[number].fields
    known = {name: _Known(name, _checked(field)) for name, field in fields.items()}
    others = {new: known[old] for new, old in renamed_fields().items() if old in known}
    return {**known, **others}


def _checked(field: Field) -> Check:
    """Return the check of a field: its length, then its form."""
    form = CHECKS[field.kind]
    longest = field.longest or LONGEST_TEXT
    too_long = Fault("too_long", f"at most {longest} characters")

    def check(value: str) -> Fault | None:
        return too_long if len(value) > longest else form(value)

    return check


@cache
def _wanted(number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields that must and those that should have a value."""
    fields = table_forms()[number].fields.values()
    return (
        tuple(field.name for field in fields if field.must),
        tuple(field.name for field in fields if field.should),
    )


class _Reader:
    """Reads the records of one table."""

    __slots__ = ("_checks", "_form", "_must", "_should", "findings", "records")

    def __init__(self, form: TableForm) -> None:
        self._form = form
        self._checks = _checks(form.number)
        self._must, self._should = _wanted(form.number)
        self.records: list[Record] = []
        self.findings: list[Finding] = []

    def read(self, element: etree._Element, place: str) -> None:
        """Read one record that stands at ``place``."""
        record: dict[str, str] = {}
        seen: set[str] = set()
        checks = self._checks
        for child in element:
            known = checks.get(child.tag)
            if known is None or known.name in seen or len(child):
                self._odd(child, known, place)
                continue
            name = known.name
            seen.add(name)
            value = (child.text or "").strip()
            if value:
                if not value.isascii():
                    value = self._composed(value, place, name)
                record[name] = value
                if fault := known.check(value):
                    self.findings.append(finding(f"{place}.{child.tag}", fault))
        self.records.append(record)
        self._absent(record, seen, place)

    def _composed(self, value: str, place: str, name: str) -> str:
        if unicodedata.is_normalized("NFC", value):
            return value
        self.findings.append(
            Finding(
                Level.QUALITY, Severity.WARNING, f"{place}.{name}", "nfc",
                "Unicode in normal form C (composed letters); read as if it were",
            )
        )  # fmt: skip
        return unicodedata.normalize("NFC", value)

    def _odd(self, child: etree._Element, known: _Known | None, place: str) -> None:
        """Note a field that is unknown, comes twice, or is not text."""
        where = f"{place}.{field_name(str(child.tag))}"
        if known is None:
            expected = f"a field of table {self._form.number}; kept in the document, not read"
            found = Finding(Level.QUALITY, Severity.WARNING, where, "field_unknown", expected)
        elif len(child):
            found = finding(where, Fault("field_text", "text without elements inside"))
        else:
            found = finding(where, Fault("field_repeated", "each field once, by one of its names"))
        self.findings.append(found)

    def _absent(self, record: Record, seen: set[str], place: str) -> None:
        """Note what is missing."""
        for name in self._must:
            if name not in record:
                self.findings.append(finding(f"{place}.{name}", _REQUIRED))
        for name in self._should:
            if name not in record:
                self.findings.append(
                    Finding(
                        Level.QUALITY, Severity.WARNING, f"{place}.{name}", "field_expected",
                        "a value",
                    )
                )  # fmt: skip
        if self._form.fields.keys() - seen - NOT_IN_EVERY_VERSION:
            self.findings.append(
                Finding(
                    Level.QUALITY, Severity.INFORMATION, place, "fields_absent",
                    f"all fields of table {self._form.number}, empty ones too",
                )
            )  # fmt: skip
