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
from ledger.clinical.insurance_fields import TableForm, table_forms
from ledger.clinical.insurance_forms import Fault
from ledger.clinical.insurance_layout import layout_of, usual_layout, wanted_fields
from ledger.clinical.insurance_xml import parse_xml
from ledger.errors import InvalidInputError

LARGEST_TABLE: Final = 7_500_000
"""Bytes of one table's XML: in Base64 as much as the parser takes in one text. A row has about
1.5 KB; a year in intensive care fits."""
MOST_RECORDS: Final = 20_000
"""Records of one table in one treatment episode."""

MOST_FINDINGS: Final = 100
"""Errors, and other findings, told of one table: a sender mends a program, not each row."""

_ADVICE: Final = frozenset({"outcome", "nfc", "field_unknown", "field_expected"})
"""Rules that are reported and do not refuse: code lists grow, fields are added."""
_INFORMATION: Final = frozenset({"fields_absent"})

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
    """Return a fault at ``place`` as an error, or as less where its rule is advice."""
    if fault.rule in _ADVICE:
        return Finding(Level.QUALITY, Severity.WARNING, place, fault.rule, fault.expected)
    if fault.rule in _INFORMATION:
        return Finding(Level.QUALITY, Severity.INFORMATION, place, fault.rule, fault.expected)
    return Finding(level, Severity.ERROR, place, fault.rule, fault.expected)


class Findings:
    """Collects findings: at most `MOST_FINDINGS` errors and as many others."""

    __slots__ = ("_errors", "_found")

    def __init__(self) -> None:
        """Begin with none."""
        self._found: list[Finding] = []
        self._errors = 0

    def add(self, found: Finding) -> None:
        """Keep ``found``, unless enough of its kind are kept."""
        is_error = found.severity is Severity.ERROR
        kept = self._errors if is_error else len(self._found) - self._errors
        if kept < MOST_FINDINGS:
            self._found.append(found)
            self._errors += is_error

    def all(self) -> tuple[Finding, ...]:
        """Return those kept, in their order."""
        return tuple(self._found)


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
    reader = _Reader(form, nested=bool(_deeper_than_fields(number)(root)))
    for position, element in enumerate(elements, 1):
        reader.read(element, place if form.single else f"{place}[{position}]")
    return Table(number, tuple(reader.records), reader.findings.all())


@cache
def _deeper_than_fields(number: int) -> etree.XPath:
    """Return what tells whether a field of the table holds elements; one look a document."""
    form = table_forms()[number]
    levels = 2 if form.single else 3 if form.inner is None else 4
    return etree.XPath(f"boolean({'/*' * (levels + 1)})")


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


_NOT_TEXT: Final = Fault("field_text", "text without elements inside")
_COMPOSED: Final = Fault("nfc", "Unicode in normal form C (composed letters); read as if it were")
_FIELD_NAME_LENGTH: Final = 64


def field_name(tag: str) -> str:
    """Return an element's name as part of a place; a name that no field could have is not said."""
    plain = tag.isascii() and tag.replace("_", "").isalnum() and tag.isupper()
    return tag if plain and len(tag) <= _FIELD_NAME_LENGTH else "?"


class _Reader:
    """Reads the records of one table."""

    __slots__ = ("_form", "_layout", "_nested", "_wanted", "findings", "records")

    def __init__(self, form: TableForm, *, nested: bool) -> None:
        self._form = form
        self._nested = nested
        self._layout = usual_layout(form.number)
        self._wanted = wanted_fields(form.number)
        self.records: list[Record] = []
        self.findings = Findings()

    def read(self, element: etree._Element, place: str) -> None:
        """Read one record that stands at ``place``."""
        children = list(element)
        tags = [child.tag for child in children]
        if tags != self._layout.tags:
            self._layout = layout_of(self._form, tags)
        record: dict[str, str] = {}
        for child, known in zip(children, self._layout.known, strict=True):
            text = child.text
            if text is None or known is None:
                continue
            value = text.strip()
            if value:
                name, longest, too_long, check = known
                if not value.isascii():
                    value = self._composed(value, place, name)
                record[name] = value
                fault = check(value) if len(value) <= longest else too_long
                if fault is not None:
                    self.findings.add(finding(f"{place}.{name}", fault))
        self.records.append(record)
        self._whole(record, children, place)

    def _composed(self, value: str, place: str, name: str) -> str:
        if unicodedata.is_normalized("NFC", value):
            return value
        self.findings.add(finding(f"{place}.{name}", _COMPOSED))
        return unicodedata.normalize("NFC", value)

    def _whole(self, record: Record, children: list[etree._Element], place: str) -> None:
        """Note what is odd about the record's elements, and what is missing."""
        for tag, rule, expected in self._layout.odd:
            self.findings.add(finding(f"{place}.{field_name(tag)}", Fault(rule, expected)))
        if self._nested:
            for child in children:
                if len(child):
                    where = f"{place}.{field_name(child.tag)}"
                    self.findings.add(finding(where, _NOT_TEXT))
        for name, fault in self._wanted:
            if name not in record:
                self.findings.add(finding(f"{place}.{name}", fault))
        if not self._layout.complete:
            expected = f"all fields of table {self._form.number}, empty ones too"
            self.findings.add(finding(place, Fault("fields_absent", expected)))
