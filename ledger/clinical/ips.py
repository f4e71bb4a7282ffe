"""The patient summary as a FHIR document: an International Patient Summary of one health book.

Sections, codes and "no information" entries follow IPS 2.0.0. The narrative is our own, escaped;
nothing that was received as markup is ever passed on. The same book and moment give the same bytes.

IPS has no section of visits, and lets others stand beside its own (the slicing of the sections is
open): visits are there where they are asked for.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from ledger.categories import Section as SharedSection
from ledger.clinical.absence import ABSENT_UNKNOWN
from ledger.clinical.book import Book, Item
from ledger.clinical.made_resources import IDS, Made, absent, coded, made, made_id
from ledger.clinical.sections import (
    Section,
    Standing,
    is_current,
    is_present,
    section,
    standing,
)
from ledger.clinical.words import Words, heading, value_words

_LOINC: Final = "http://loinc.org"
_EMPTY_REASON: Final = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_PROFILES: Final = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
MOST_MEASURED: Final = 100
"""Vital signs and results in a summary, the newest; the whole is in the book."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Whom the summary is about, as far as it is known."""

    subject: UUID
    name: str = ""
    birth: str = ""
    """YYYY, YYYY-MM or YYYY-MM-DD."""
    sex: int | None = None
    """1 male, 2 female, 3 other."""
    died: str = ""
    """YYYY-MM-DD, where a death is recorded."""


@dataclass(frozen=True, slots=True)
class Issued:
    """By whom and when the summary is made."""

    at: datetime
    """Aware."""
    author: str
    """Name of the office that keeps the ledger."""
    position: int = 0
    """Of the ledger's last fact that it rests on."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One section of the summary: its source, code, and what stands where nothing is known."""

    shared: SharedSection
    source: tuple[Section, ...]
    code: str
    display: str
    nothing: str = ""
    """Suffix of the absent-unknown codes: ``allergy`` in ``no-allergy-info``."""
    none_known: str = ""
    required: bool = False
    current: bool = False
    """Only what is so now; the past where nothing is."""


PARTS: Final = (
    _Part(SharedSection.ALLERGIES, (Section.ALLERGIES,), "48765-2",
          "Allergies and adverse reactions Document", "allergy", "no-known-allergies",
          required=True),
    _Part(SharedSection.MEDICINES, (Section.MEDICINES,), "10160-0",
          "History of Medication use Narrative", "medication", "no-known-medications",
          required=True, current=True),
    _Part(SharedSection.PROBLEMS, (Section.PROBLEMS,), "11450-4", "Problem list - Reported",
          "problem", "no-known-problems", required=True, current=True),
    _Part(SharedSection.IMMUNISATIONS, (Section.IMMUNISATIONS,), "11369-6",
          "History of Immunization note", "immunization", "no-known-immunizations"),
    _Part(SharedSection.PROCEDURES, (Section.PROCEDURES,), "47519-4",
          "History of Procedures Document", "procedure", "no-known-procedures"),
    _Part(SharedSection.DEVICES, (Section.DEVICES,), "46264-8",
          "History of medical device use", "device", "no-known-devices"),
    _Part(SharedSection.RESULTS, (Section.RESULTS,), "30954-2",
          "Relevant diagnostic tests/laboratory data note"),
    _Part(SharedSection.VITALS, (Section.VITALS,), "8716-3", "Vital signs note"),
    _Part(SharedSection.VISITS, (Section.VISITS,), "46240-8",
          "History of Hospitalizations+Outpatient visits Narrative"),
)  # fmt: skip
"""In the order of the document: what can harm at once comes first."""

EVERY: Final = frozenset(part.shared for part in PARTS) - {SharedSection.VISITS}
"""All sections that IPS has."""


def summary(
    book: Book,
    *,
    patient: Patient,
    issued: Issued,
    sections: frozenset[SharedSection] = EVERY,
    called: Callable[[str], str] = str,
) -> dict[str, Any]:
    """Return the document Bundle; encode it with `to_json`.

    The three required sections are there whatever is chosen: one that was not chosen says that it
    is not shared, which is all that its reader may learn; that nothing is known is said of a chosen
    one alone.

    Args:
        book: As far as the reader may see it.
        patient: Whom it is about.
        issued: By whom and when it is made.
        sections: Which ones to fill.
        called: What a facility is called in the narrative, by its code.
    """
    about = f"urn:uuid:{uuid5(IDS, f'patient:{patient.subject}')}"
    author = f"urn:uuid:{uuid5(IDS, f'author:{issued.author}')}"
    written: list[Made] = []
    resources: list[tuple[str, Made]] = []
    for part in PARTS:
        if part.shared not in sections:
            written += [_withheld(part)] if part.required else []
            continue
        items = _chosen(book, part)
        entries = [_entry(item, about) for item in items]
        if not entries and part.nothing:
            entries = [_nothing(book, part, about)]
        if entries:
            resources += entries
            narrative = _narrative(items, called)
            written.append(_section(part, narrative, [url for url, _ in entries]))
    digest = uuid5(IDS, f"{patient.subject}:{issued.at.isoformat()}:{sorted(sections)}")
    first = _composition(str(digest), about, author, issued, written)
    everything = [
        (f"urn:uuid:{digest}", first),
        (about, _patient(patient)),
        (author, {"resourceType": "Organization", "name": issued.author}),
        *dict(resources).items(),
    ]
    return {
        "resourceType": "Bundle",
        "id": str(digest),
        "meta": {"profile": [_PROFILES + "Bundle-uv-ips"]},
        "language": "vi",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{digest}"},
        "type": "document",
        "timestamp": issued.at.isoformat(timespec="seconds"),
        "entry": [
            {"fullUrl": url, "resource": {"resourceType": one["resourceType"],
                                          "id": url.removeprefix("urn:uuid:"), **one}}
            for url, one in everything
        ],
    }  # fmt: skip


_ENCODER: Final = msgspec.json.Encoder()


def to_json(document: Mapping[str, Any]) -> bytes:
    """Return a made resource as JSON, its numbers with the digits that they were sent with."""
    return _ENCODER.encode(document)


def _chosen(book: Book, part: _Part) -> tuple[Item, ...]:
    items = tuple(item for name in part.source for item in section(book, name) if is_present(item))
    if part.current:
        return tuple(item for item in items if is_current(item)) or items
    return items[:MOST_MEASURED]


def _entry(item: Item, patient: str) -> tuple[str, Made]:
    return f"urn:uuid:{made_id(item)}", made(item, patient)


def _nothing(book: Book, part: _Part, patient: str) -> tuple[str, Made]:
    """Return the entry that says that there is none, or that nobody knows."""
    items = tuple(item for name in part.source for item in section(book, name))
    known = standing(items) is Standing.NONE_KNOWN
    code = part.none_known if known else f"no-{part.nothing}-info"
    concept = coded(ABSENT_UNKNOWN, code)
    return f"urn:uuid:{uuid5(IDS, f'{patient}:{code}')}", _NOTHING[part.nothing](concept, patient)


def _no_allergy(concept: Made, patient: str) -> Made:
    active = coded("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active")
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": active,
        "code": concept,
        "patient": {"reference": patient},
    }


def _no_medicine(concept: Made, patient: str) -> Made:
    return {
        "resourceType": "MedicationStatement",
        "status": "unknown",
        "medicationCodeableConcept": concept,
        "subject": {"reference": patient},
        "_effectiveDateTime": absent("not-applicable"),
    }


def _no_problem(concept: Made, patient: str) -> Made:
    active = coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active")
    return {
        "resourceType": "Condition",
        "clinicalStatus": active,
        "code": concept,
        "subject": {"reference": patient},
    }


def _no_immunisation(concept: Made, patient: str) -> Made:
    return {
        "resourceType": "Immunization",
        "status": "not-done",
        "vaccineCode": concept,
        "patient": {"reference": patient},
        "_occurrenceDateTime": absent("not-applicable"),
    }


def _no_procedure(concept: Made, patient: str) -> Made:
    return {
        "resourceType": "Procedure",
        "status": "unknown",
        "code": concept,
        "subject": {"reference": patient},
        "_performedDateTime": absent("not-applicable"),
    }


def _no_device(concept: Made, patient: str) -> Made:
    return {
        "resourceType": "DeviceUseStatement",
        "contained": [{"resourceType": "Device", "id": "device", "type": concept}],
        "status": "active",
        "subject": {"reference": patient},
        "_timingDateTime": absent("not-applicable"),
        "device": {"reference": "#device"},
    }


_NOTHING: Final = {
    "allergy": _no_allergy,
    "medication": _no_medicine,
    "problem": _no_problem,
    "immunization": _no_immunisation,
    "procedure": _no_procedure,
    "device": _no_device,
}


def _section(part: _Part, narrative: str, references: list[str]) -> Made:
    return {**_head(part, narrative), "entry": [{"reference": one} for one in references]}


def _withheld(part: _Part) -> Made:
    """Return a section that was not chosen: nobody may read it as one of which nothing is known."""
    reason = coded(_EMPTY_REASON, "withheld", "Information Withheld")
    return {**_head(part, _paragraph(_NOT_SHARED)), "emptyReason": reason}


def _head(part: _Part, narrative: str) -> Made:
    words = heading(part.source[0])
    return {
        "title": f"{words.vi} · {words.en}",
        "code": coded(_LOINC, part.code, part.display),
        "text": {"status": "generated", "div": narrative},
    }


_NO_INFORMATION: Final = Words("Không có thông tin", "No information")
_NOT_SHARED: Final = Words("Không được chia sẻ", "Not shared")


def _narrative(items: Iterable[Item], called: Callable[[str], str]) -> str:
    rows = "".join(
        f"<tr><td>{escape(item.entry.text) or '-'}</td><td>{escape(value_words(item))}</td>"
        f"<td>{escape(item.entry.start) or '-'}</td>"
        f"<td>{escape(called(item.source.facility))}</td></tr>"
        for item in items
    )
    return _div(f"<table><tbody>{rows}</tbody></table>") if rows else _paragraph(_NO_INFORMATION)


def _paragraph(words: Words) -> str:
    return _div(f"<p>{words.vi} · {words.en}</p>")


def _div(body: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'


def _composition(
    number: str, patient: str, author: str, issued: Issued, sections: list[Made]
) -> Made:
    at = issued.at.isoformat(timespec="seconds")
    return {
        "resourceType": "Composition",
        "meta": {"profile": [_PROFILES + "Composition-uv-ips"]},
        "text": _headline(at),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{number}"},
        "status": "final",
        "type": coded(_LOINC, "60591-5", "Patient summary Document"),
        "subject": {"reference": patient},
        "date": at,
        "author": [{"reference": author}],
        "title": "Tóm tắt sức khỏe · Patient summary",
        "confidentiality": "N",
        "custodian": {"reference": author},
        "section": sections,
    }


def _headline(at: str) -> Made:
    words = Words(f"Tóm tắt sức khỏe, lập lúc {at}", f"Patient summary made at {at}")
    return {"status": "generated", "div": _paragraph(words)}


_SEXES: Final = {1: "male", 2: "female", 3: "other"}


def _patient(patient: Patient) -> Made:
    name = {"text": patient.name} if patient.name else absent("masked")
    birth = {"birthDate": patient.birth} if patient.birth else {"_birthDate": absent("masked")}
    death = {"deceasedDateTime": patient.died} if patient.died else {}
    return {
        "resourceType": "Patient",
        "meta": {"profile": [_PROFILES + "Patient-uv-ips"]},
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{patient.subject}"}],
        "name": [name],
        "gender": _SEXES.get(patient.sex or 0, "unknown"),
        **birth,
        **death,
    }
