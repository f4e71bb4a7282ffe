"""Which entries are shown to care providers only on consent or in an emergency, and by what rule.

Three signs are looked for: the label that the sender put on a resource, codes of dated lists, and
a few words where nothing is coded. A sign too many hides an entry that a consent opens again; a
sign too few tells somebody's employer's doctor of an infection: in doubt it is hidden.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final
from unicodedata import normalize

from ledger.categories import Category


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes of one system that mean a category, while the list is in force."""

    category: Category
    codes: frozenset[str]
    """As in the system, dots left out; if ``prefix`` each stands for all that begin with it."""
    prefix: bool
    since: date = date.min
    until: date = date.max
    """Exclusive."""


def _range(letter: str, first: int, last: int) -> frozenset[str]:
    return frozenset(f"{letter}{number:02}" for number in range(first, last + 1))


_ICD: Final = (
    CodeList(
        Category.HIV, _range("B", 20, 24) | {"Z21", "R75", "Z206", "O987", "F024"}, prefix=True
    ),
    CodeList(
        Category.MENTAL,
        _range("F", 0, 9) | _range("F", 20, 99) | _range("X", 60, 84) | {"Z915"},
        prefix=True,
    ),
    CodeList(Category.SUBSTANCE_USE, _range("F", 10, 19), prefix=True),
    CodeList(
        Category.REPRODUCTIVE,
        _range("O", 3, 8) | _range("A", 50, 64) | {"Z30", "Z31", "Z640", "N46", "N96", "N97"},
        prefix=True,
    ),
    CodeList(Category.GENETIC, _range("Q", 90, 99) | {"Z315"}, prefix=True),
    CodeList(Category.VIOLENCE, _range("Y", 5, 7) | {"T74"}, prefix=True),
)
_ATC: Final = (
    CodeList(Category.HIV, frozenset({"J05AE", "J05AR"}), prefix=True),
    CodeList(Category.MENTAL, frozenset({"N05A", "N06A"}), prefix=True),
    CodeList(Category.REPRODUCTIVE, frozenset({"G03A", "G02B"}), prefix=True),
)
_SNOMED: Final = (
    CodeList(Category.HIV, frozenset({"86406008", "62479008", "165816005"}), prefix=False),
    CodeList(
        Category.MENTAL,
        frozenset({
            "74732009", "35489007", "370143000", "197480006", "58214004", "13746004", "47505003",
            "36923009", "55822004",
        }),
        prefix=False,
    ),
    CodeList(Category.REPRODUCTIVE, frozenset({"386639001", "8619003"}), prefix=False),
)  # fmt: skip
_LOINC: Final = (
    CodeList(
        Category.HIV,
        frozenset({
            "56888-1", "75622-1", "7917-8", "25836-8", "20447-9", "29893-5", "5221-7", "80387-4",
        }),
        prefix=False,
    ),
    CodeList(
        Category.GENETIC, frozenset({"51969-4", "51958-7", "69548-6", "81247-9"}), prefix=False
    ),
)  # fmt: skip

LISTS: Final[Mapping[str, tuple[CodeList, ...]]] = {
    "icd-10": _ICD,
    "whocc.no/atc": _ATC,
    "snomed.info/sct": _SNOMED,
    "loinc.org": _LOINC,
}
"""By a part of the code system's address. Another list is another entry with its dates."""

LABELS: Final[Mapping[str, Category]] = {
    "HIV": Category.HIV,
    "PSY": Category.MENTAL,
    "PSYTHPN": Category.MENTAL,
    "MH": Category.MENTAL,
    "SUD": Category.SUBSTANCE_USE,
    "ETH": Category.SUBSTANCE_USE,
    "SEX": Category.REPRODUCTIVE,
    "STD": Category.REPRODUCTIVE,
    "SDV": Category.VIOLENCE,
    "DVD": Category.VIOLENCE,
    "GDIS": Category.GENETIC,
    "R": Category.RESTRICTED,
    "V": Category.RESTRICTED,
}
"""Codes of ``meta.security``. Source: HL7 v3 ActCode (information sensitivity), Confidentiality."""

_WORDS: Final = (
    (Category.HIV, re.compile(r"\b(?:HIV|AIDS)\b")),
    (
        Category.MENTAL,
        re.compile(
            r"schizophren|suicid|mental disorder|major depress|bipolar"
            r"|tâm thần|trầm cảm|tự sát|loạn thần",
            re.IGNORECASE,
        ),
    ),
    (
        Category.REPRODUCTIVE,
        re.compile(r"phá thai|induced abortion|termination of pregnancy", re.IGNORECASE),
    ),
    (
        Category.VIOLENCE,
        re.compile(r"bạo lực gia đình|domestic violence|sexual assault", re.IGNORECASE),
    ),
)
_SIGNALS: Final = (
    "hiv", "aids", "schizophren", "suicid", "mental disorder", "major depress", "bipolar",
    "tâm thần", "trầm cảm", "tự sát", "loạn thần", "phá thai", "abortion", "termination of preg",
    "bạo lực", "violence", "assault",
)  # fmt: skip
"""One of these is in every text that `_WORDS` finds anything in: looked for first, being fast."""

_CONCEPTS: Final = (
    "code", "reasonCode", "type", "category", "medicationCodeableConcept", "vaccineCode",
    "valueCodeableConcept", "conclusionCode", "specialty", "serviceType", "indication",
)  # fmt: skip
"""Elements that say what a resource is about, in any of the types."""
_NAMES: Final = frozenset(_CONCEPTS)


def categories_of(resource: Mapping[str, Any], *, on: date | None = None) -> frozenset[Category]:
    """Return why ``resource`` is withheld; empty if it is not.

    Args:
        resource: A FHIR resource as parsed.
        on: Day that the resource is about: the lists of that day count; None: of every day.
    """
    found: set[Category] = set(_labelled(resource)) if "meta" in resource else set()
    texts: list[str] = []
    for concept in _concepts(resource):
        text = concept.get("text")
        if isinstance(text, str):
            texts.append(text)
        if "coding" in concept:
            for coding in _objects(concept["coding"]):
                found.update(_coded(coding, on))
                display = coding.get("display")
                if isinstance(display, str) and display != text:
                    texts.append(display)
    texts.extend(_texts(resource))
    found.update(_said("\n".join(texts)))
    return frozenset(found) if found else _NONE


_NONE: Final[frozenset[Category]] = frozenset()


def may_hold(data: bytes) -> bool:
    """Return whether any resource of a JSON document may be withheld: one look at all of it.

    Most documents hold no label, no code and no word that could mean a category, wherever it
    stands; then no resource needs a look of its own. Errs to the safe side alone.
    """
    if b"\\u" in data or b'"security"' in data:  # an escape may hide any letter
        return True
    text = data.decode("utf-8", "replace")
    lowered = (text if text.isascii() else normalize("NFC", text)).lower()
    if any(signal in lowered for signal in _SIGNALS):
        return True
    return any(_may_mean(code) for code in set(_CODES.findall(text)))


_CODES: Final = re.compile(r'"code"\s*:\s*"([^"\\]*)')
"""Up to an escape, of which there is none that is not looked at before; too short is too much."""


@lru_cache(maxsize=8_192)
def _may_mean(code: str) -> bool:
    """Return whether ``code`` is on a list of any system."""
    return any(_lists_with(system, code) for system in LISTS)


def _said(text: str) -> list[Category]:
    composed = text if text.isascii() else normalize("NFC", text)
    lowered = composed.lower()
    for signal in _SIGNALS:
        if signal in lowered:
            return [category for category, words in _WORDS if words.search(composed)]
    return []


def _labelled(resource: Mapping[str, Any]) -> Iterator[Category]:
    meta = resource.get("meta")
    if isinstance(meta, dict) and "security" in meta:
        for label in _objects(meta["security"]):
            category = LABELS.get(str(label.get("code")))
            if category is not None:
                yield category


def _concepts(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in _NAMES.intersection(resource):
        yield from _objects(resource[name])
    if "component" in resource:
        for part in _objects(resource["component"]):
            yield from _objects(part.get("code"))
            yield from _objects(part.get("valueCodeableConcept"))


def _coded(coding: Mapping[str, Any], on: date | None) -> Iterable[Category]:
    code, system = coding.get("code"), coding.get("system")
    if not isinstance(code, str) or not isinstance(system, str):
        return ()
    return coded_categories(system, code, on=on)


def coded_categories(system: str, code: str, *, on: date | None = None) -> list[Category]:
    """Return the categories that ``code`` of the code system ``system`` means on that day."""
    lists = _lists_with(system, code)
    return [one.category for one in lists if on is None or one.since <= on < one.until]


@lru_cache(maxsize=8_192)
def _lists_with(system: str, code: str) -> tuple[CodeList, ...]:
    """Return the lists that ``code`` is on; codes are no personal data, so they may be kept."""
    found: list[CodeList] = []
    for part, lists in LISTS.items():
        if part in system:
            plain = code.replace(".", "") if part == "icd-10" else code
            found.extend(one for one in lists if _holds(one, plain))
    return tuple(found)


def _holds(codes: CodeList, code: str) -> bool:
    if not codes.prefix:
        return code in codes.codes
    return any(code[:length] in codes.codes for length in range(3, len(code) + 1))


def _texts(resource: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is said outside of codes: references' displays, free text."""
    for name in ("result", "reasonReference"):
        if name in resource:
            for reference in _objects(resource[name]):
                yield str(reference.get("display", ""))
    for name in ("description", "conclusion", "title"):
        text = resource.get(name)
        if isinstance(text, str):
            yield text


def _objects(value: object) -> Iterable[Mapping[str, Any]]:
    """Return the objects that ``value`` is or holds; nothing else is looked at."""
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list):
        return [one for one in value if isinstance(one, dict)]
    return ()
