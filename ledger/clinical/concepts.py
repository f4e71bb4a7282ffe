"""Parts that most resources are made of: coded words, quantities, references, read without trust.

Nothing in here raises for a strange document: what does not have the form is as if it were not
there, because what is stored has been validated and what was validated once must stay readable.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from ledger.clinical.entry import Coding, Part

Resource = Mapping[str, Any]
_NO_CODES: Final[tuple[Coding, ...]] = ()


def objects(value: object) -> Sequence[Resource]:
    """Return the objects that ``value`` is or holds."""
    if isinstance(value, list):
        for one in value:
            if not isinstance(one, dict):
                return [one for one in value if isinstance(one, dict)]
        return value  # as nearly all are: a copy of each would take longer than this look
    return (value,) if isinstance(value, dict) else ()


def words(value: object) -> str:
    """Return ``value`` if it is text, a number as it was written, or else nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode("ascii")
    if isinstance(value, int):
        return str(value)
    return ""


def concept_of(concept: object) -> tuple[tuple[Coding, ...], str]:
    """Return the codes of a CodeableConcept, and what it says in words."""
    return codings_of(concept), text_of(concept)


def codings_of(concept: object) -> tuple[Coding, ...]:
    """Return the codes of a CodeableConcept, in their order."""
    if not isinstance(concept, dict) or "coding" not in concept:
        return _NO_CODES
    return tuple(
        [
            Coding(words(one.get("system")), words(one.get("code")), words(one.get("display")))
            for one in objects(concept["coding"])
        ]
    )


def text_of(concept: object) -> str:
    """Return a CodeableConcept in words: its text, or its first display, or its first code."""
    if not isinstance(concept, dict):
        return ""
    text = concept.get("text")
    if isinstance(text, str):
        return text
    codings = objects(concept.get("coding"))
    for name in ("display", "code"):
        for one in codings:
            if isinstance(one.get(name), str):
                return str(one[name])
    return ""


def code_of(concept: object) -> str:
    """Return the first code of a CodeableConcept; of a list, of its first."""
    for one in objects(concept):
        for coding in objects(one.get("coding")):
            code = coding.get("code")
            if isinstance(code, str):
                return code
    return ""


def texts_of(concepts: object) -> str:
    """Return several CodeableConcepts in words."""
    if not concepts:
        return ""
    return "; ".join(filter(None, (text_of(one) for one in objects(concepts))))


def quantity_of(quantity: object) -> tuple[str, str]:
    """Return value and unit of a Quantity, the comparator before the value."""
    if not isinstance(quantity, dict):
        return "", ""
    value = words(quantity.get("comparator")) + words(quantity.get("value"))
    return value, words(quantity.get("unit")) or words(quantity.get("code"))


def value_of(resource: Resource) -> tuple[str, str]:
    """Return ``value[x]`` as words and unit; why it is absent, where that is said."""
    for name, read in _VALUES:
        if name in resource:
            return read(resource[name])
    return "", ""


def range_of(given: object) -> tuple[str, str]:
    """Return a Range as ``low - high`` and its unit."""
    if not isinstance(given, dict):
        return "", ""
    low, unit = quantity_of(given.get("low"))
    high, other = quantity_of(given.get("high"))
    return f"{low} - {high}".strip(), unit or other


def _ratio(given: object) -> tuple[str, str]:
    if not isinstance(given, dict):
        return "", ""
    above, unit = quantity_of(given.get("numerator"))
    below, other = quantity_of(given.get("denominator"))
    return f"{above}{unit and ' ' + unit}/{below}{other and ' ' + other}", ""


def period_of(period: object) -> tuple[str, str]:
    """Return start and end of a Period."""
    if not isinstance(period, dict):
        return "", ""
    return words(period.get("start")), words(period.get("end"))


_VALUES: Final[Sequence[tuple[str, Callable[[object], tuple[str, str]]]]] = (
    ("valueQuantity", quantity_of),
    *(
        (f"value{form}", lambda value: (words(value), ""))
        for form in ("String", "Integer", "Boolean", "DateTime", "Time")
    ),
    ("valueCodeableConcept", lambda value: (text_of(value), "")),
    ("valueRange", range_of),
    ("valueRatio", _ratio),
    ("valuePeriod", lambda value: (" - ".join(period_of(value)), "")),
    ("dataAbsentReason", lambda value: (text_of(value), "")),
)
"""The forms of a value, and how each is read as words and unit."""


def parts_of(components: object) -> tuple[Part, ...]:
    """Return the components of a measurement."""
    if not components:
        return ()
    return tuple(
        Part(text_of(one.get("code")), codings_of(one.get("code")), *value_of(one))
        for one in objects(components)
    )


def time_of(stem: str) -> Callable[[Resource], tuple[str, str]]:
    """Return the reader of start and end of a ``stem[x]`` that is a time, a period or words."""
    moments = f"{stem}DateTime", f"{stem}Instant", f"{stem}Date"
    period = f"{stem}Period"

    def read(resource: Resource) -> tuple[str, str]:
        for name in moments:
            if name in resource:
                return words(resource[name]), ""
        return period_of(resource.get(period))

    return read


def reference_of(reference: object) -> str:
    """Return where a Reference leads, as it was sent."""
    return words(reference.get("reference")) if isinstance(reference, dict) else ""


def names_of(references: object) -> str:
    """Return the displays of References."""
    if not references:
        return ""
    return "; ".join(filter(None, (words(one.get("display")) for one in objects(references))))


def notes_of(notes: object) -> str:
    """Return the notes, never the narrative: its markup is not to be trusted."""
    return "\n".join(filter(None, [words(one.get("text")) for one in objects(notes)]))


class Surroundings:
    """The other resources of a document, by the names under which they may be referred to."""

    __slots__ = ("_by_name", "_entries")

    def __init__(self, entries: Sequence[Resource]) -> None:
        """Look among the entries of a Bundle; nothing is read before somebody asks."""
        self._entries = entries
        self._by_name: dict[str, Resource] | None = None

    def find(self, reference: str, within: Resource) -> Resource | None:
        """Return the resource that ``reference`` in ``within`` leads to, if it is here."""
        if reference.startswith("#"):
            contained = objects(within.get("contained"))
            return next((one for one in contained if one.get("id") == reference[1:]), None)
        if self._by_name is None:
            self._by_name = dict(self._names())
        return self._by_name.get(reference)

    def name_of(self, place: int) -> str:
        """Return the last part of an entry's ``fullUrl``; empty if it has none."""
        if place >= len(self._entries):
            return ""
        full_url = words(self._entries[place].get("fullUrl"))
        return full_url.rpartition(":")[2].rpartition("/")[2]

    def _names(self) -> Iterator[tuple[str, Resource]]:
        for entry in self._entries:
            resource = entry.get("resource")
            if isinstance(resource, dict):
                yield words(entry.get("fullUrl")), resource
                yield f"{resource.get('resourceType')}/{resource.get('id')}", resource
