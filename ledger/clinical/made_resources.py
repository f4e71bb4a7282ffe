"""Entries of the book as FHIR R4 resources that we make: for summaries, not as evidence.

What is made is small and valid by itself: codes, words, numbers and times as they were sent, and
none of the references into documents that the reader does not have. Numbers are written with the
digits that they came with.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from ledger.clinical.book import Item
from ledger.clinical.entry import Coding, Entry, Kind, Part, Status
from ledger.clinical.moments import span

Made = dict[str, Any]

IDS: Final = UUID("5d6f1f4e-8f0b-5a53-9f9a-0d3c7f1f7a10")
"""Space of the identifiers of made resources."""
_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_NUMBER: Final = re.compile(r"(<=|>=|<|>)?(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_FHIR_ID: Final = re.compile(r"([0-9a-f]{32})-[0-9a-f]{31}")
_BETWEEN: Final = "\n"
"""Between the parts of a key; no identifier that FHIR allows holds one."""
_CATEGORIES: Final = frozenset({
    "social-history", "vital-signs", "imaging", "laboratory", "procedure", "survey", "exam",
    "therapy", "activity",
})  # fmt: skip
"""Source: FHIR R4, code system observation-category."""


def made_id(item: Item) -> str:
    """Return the identifier under which the entry is known outside: the same in every answer."""
    return str(uuid5(IDS, _BETWEEN.join(item.key)))


def fhir_id(item: Item) -> str:
    """Return the identifier of the received resource outside: whose it is, and which one.

    64 characters, as many as FHIR allows; the pseudonym in it finds the book without a search.
    """
    return f"{item.source.subject.hex}-{uuid5(IDS, _BETWEEN.join(item.key)).hex[:31]}"


def subject_of_id(number: str) -> UUID | None:
    """Return whose resource `fhir_id` made ``number`` for; None if it made no such thing."""
    found = _FHIR_ID.fullmatch(number)
    return None if found is None else UUID(hex=found[1])


def number(text: str) -> tuple[str, msgspec.Raw] | None:
    """Return comparator and number of ``text``, as written; None if it is none."""
    found = _NUMBER.fullmatch(text)
    return None if found is None else (found[1] or "", msgspec.Raw(found[2].encode()))


def concept(codings: tuple[Coding, ...], text: str) -> Made:
    """Return a CodeableConcept; of nothing, one that says that it is not known."""
    coded = [_coding(one) for one in codings if one.code or one.display]
    made: Made = {}
    if coded:
        made["coding"] = coded
    if text:
        made["text"] = text
    return made or {"text": "-"}


def _coding(coding: Coding) -> Made:
    pairs = (("system", coding.system), ("code", coding.code), ("display", coding.display))
    return {name: value for name, value in pairs if value}


def coded(system: str, code: str, display: str = "") -> Made:
    """Return a CodeableConcept of one code."""
    return {"coding": [_coding(Coding(system, code, display))]}


def absent(reason: str = "unknown") -> Made:
    """Return what stands for a value that is not known."""
    return {"extension": [{"url": ABSENT, "valueCode": reason}]}


def made(item: Item, patient: str) -> Made:
    """Return the resource of ``item``, about whom the reference ``patient`` leads to."""
    maker = _MAKERS.get(item.entry.kind)
    assert maker is not None, "only entries of the summary's sections are made into resources"
    return {key: value for key, value in maker(item, patient).items() if value not in ({}, [], "")}


def _time(name: str, entry: Entry) -> Made:
    """Return ``name[x]``: a time, a period, or that it is not known."""
    start, end = _valid(entry.start), _valid(entry.end)
    if start and end and start != end:
        return {f"{name}Period": {"start": start, "end": end}}
    if start:
        return {f"{name}DateTime": start}
    return {f"_{name}DateTime": absent()}


def _valid(time: str) -> str:
    return time if span(time) is not None else ""


def _notes(entry: Entry, *names: str) -> list[Made]:
    said = dict(entry.details)
    return [{"text": said[name]} for name in names if said.get(name)]


def _problem(item: Item, patient: str) -> Made:
    entry, said = item.entry, dict(item.entry.details)
    onset = {"onsetDateTime": entry.start} if _valid(entry.start) else {}
    if not onset and said.get("onset"):
        onset = {"onsetString": said["onset"]}
    past = item.status is Status.RESOLVED
    abatement = {"abatementDateTime": entry.end} if past and _valid(entry.end) else {}
    return {
        "resourceType": "Condition",
        **_clinical(item, "condition-clinical", "condition-ver-status"),
        "severity": {"text": said["severity"]} if said.get("severity") else {},
        "code": concept(entry.codings, entry.text),
        "subject": {"reference": patient},
        **onset,
        **abatement,
        "recordedDate": _valid(entry.recorded),
        "note": _notes(entry, "note"),
    }


_CLINICAL: Final = frozenset({
    "active", "recurrence", "relapse", "inactive", "remission", "resolved",
})  # fmt: skip
_SURE: Final = frozenset({
    "unconfirmed", "provisional", "differential", "confirmed", "refuted", "presumed",
})  # fmt: skip
_OF_STATUS: Final = {Status.ACTIVE: "active", Status.RESOLVED: "resolved"}


def _clinical(item: Item, clinical: str, verification: str) -> Made:
    entry = item.entry
    sent = entry.sent_status if item.status is entry.status else ""
    code = sent if sent in _CLINICAL else _OF_STATUS.get(item.status, "")
    sure = entry.certainty if entry.certainty in _SURE else ""
    return {
        "clinicalStatus": coded(_TERMS + clinical, code) if code else {},
        "verificationStatus": coded(_TERMS + verification, sure) if sure else {},
    }


_OVER: Final = frozenset({Status.REFUTED, Status.STOPPED, Status.COMPLETED, Status.NOT_DONE})


def _allergy_status(item: Item) -> str:
    """Return how an allergy stands, which has to be said (FHIR R4, ait-1).

    One of which nobody says how it stands counts as one that there is: the mild mistake.
    """
    sent = item.entry.sent_status if item.status is item.entry.status else ""
    if sent in {"active", "inactive", "resolved"}:
        return sent
    if item.status is Status.RESOLVED:
        return "resolved"
    return "inactive" if item.status in _OVER else "active"


def _allergy(item: Item, patient: str) -> Made:
    entry, said = item.entry, dict(item.entry.details)
    reaction = {"manifestation": [{"text": said["reaction"]}]} if said.get("reaction") else {}
    if reaction and said.get("severity") in {"mild", "moderate", "severe"}:
        reaction["severity"] = said["severity"]  # type: ignore[assignment]  # text beside a list
    return {
        "resourceType": "AllergyIntolerance",
        **_clinical(item, "allergyintolerance-clinical", "allergyintolerance-verification"),
        "clinicalStatus": coded(_TERMS + "allergyintolerance-clinical", _allergy_status(item)),
        "type": said.get("type", "") if said.get("type") in {"allergy", "intolerance"} else "",
        "criticality": _one_of(said.get("criticality", ""), "low", "high", "unable-to-assess"),
        "code": concept(entry.codings, entry.text),
        "patient": {"reference": patient},
        "onsetDateTime": _valid(entry.start),
        "recordedDate": _valid(entry.recorded),
        "note": _notes(entry, "note"),
        "reaction": [reaction] if reaction else [],
    }


def _one_of(value: str, *allowed: str) -> str:
    return value if value in allowed else ""


_REQUEST_STATUSES: Final = (
    "active", "on-hold", "cancelled", "completed", "stopped", "draft", "unknown",
)  # fmt: skip
_TAKEN: Final[Mapping[Status, str]] = {
    Status.ACTIVE: "active",
    Status.COMPLETED: "completed",
    Status.STOPPED: "stopped",
    Status.PLANNED: "intended",
    Status.ON_HOLD: "on-hold",
    Status.NOT_DONE: "not-taken",
}


def _medicine(item: Item, patient: str) -> Made:
    entry, said = item.entry, dict(item.entry.details)
    dosage = [{"text": said["dosage"]}] if said.get("dosage") else []
    if entry.type == "MedicationRequest":
        return {
            "resourceType": "MedicationRequest",
            "status": _one_of(entry.sent_status, *_REQUEST_STATUSES) or "unknown",
            "intent": _one_of(entry.group, "proposal", "plan", "order") or "order",
            "medicationCodeableConcept": concept(entry.codings, entry.text),
            "subject": {"reference": patient},
            "authoredOn": _valid(entry.start),
            "note": _notes(entry, "reason", "note"),
            "dosageInstruction": dosage,
        }
    return {
        "resourceType": "MedicationStatement",
        "status": _TAKEN.get(item.status, "unknown"),
        "medicationCodeableConcept": concept(entry.codings, entry.text),
        "subject": {"reference": patient},
        **_time("effective", entry),
        "note": _notes(entry, "reason", "note"),
        "dosage": dosage,
    }


def _immunisation(item: Item, patient: str) -> Made:
    entry, said = item.entry, dict(item.entry.details)
    when = {"occurrenceDateTime": entry.start} if _valid(entry.start) else {}
    if not when and said.get("occurrence"):
        when = {"occurrenceString": said["occurrence"]}
    return {
        "resourceType": "Immunization",
        "status": "not-done" if item.status is Status.NOT_DONE else "completed",
        "vaccineCode": concept(entry.codings, entry.text),
        "patient": {"reference": patient},
        **(when or {"_occurrenceDateTime": absent()}),
        "lotNumber": said.get("lot", ""),
        "note": _notes(entry, "dose", "note"),
    }


_OBSERVED: Final = (
    "registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown",
)  # fmt: skip


def _observation(item: Item, patient: str) -> Made:
    entry, said = item.entry, dict(item.entry.details)
    group = entry.group if entry.group in _CATEGORIES else _GROUPS.get(entry.kind, "laboratory")
    value = value_of(entry)
    parts = [_component(part) for part in entry.parts]
    return {
        "resourceType": "Observation",
        "status": _one_of(entry.sent_status, *_OBSERVED) or "unknown",
        "category": [coded(_TERMS + "observation-category", group)],
        "code": concept(entry.codings, entry.text),
        "subject": {"reference": patient},
        **_time("effective", entry),
        "performer": [performer(item)],
        **(
            value
            if value or parts
            else {"dataAbsentReason": coded(_TERMS + "data-absent-reason", "unknown")}
        ),
        "interpretation": [{"text": said["interpretation"]}] if said.get("interpretation") else [],
        "note": _notes(entry, "note"),
        "referenceRange": [{"text": said["range"]}] if said.get("range") else [],
        "component": parts,
    }


_GROUPS: Final = {Kind.VITAL: "vital-signs", Kind.SOCIAL: "social-history"}


def performer(item: Item) -> Made:
    """Return who did it: the facility, by its code."""
    return {"type": "Organization", "display": item.source.facility or "-"}


def value_of(entry: Entry | Part) -> Made:
    """Return ``value[x]``: a quantity where it is a number, else words."""
    found = number(entry.value)
    if found is None:
        return {"valueString": entry.value} if entry.value else {}
    comparator, amount = found
    quantity: Made = {"value": amount}
    if comparator:
        quantity["comparator"] = comparator
    if entry.unit:
        quantity["unit"] = entry.unit
    return {"valueQuantity": quantity}


def _component(part: Part) -> Made:
    return {"code": concept(part.codings, part.text), **value_of(part)}


_DONE: Final[Mapping[Status, str]] = {
    Status.COMPLETED: "completed",
    Status.ACTIVE: "in-progress",
    Status.PLANNED: "preparation",
    Status.NOT_DONE: "not-done",
    Status.STOPPED: "stopped",
    Status.ON_HOLD: "on-hold",
}


def _procedure(item: Item, patient: str) -> Made:
    return {
        "resourceType": "Procedure",
        "status": _DONE.get(item.status, "unknown"),
        "code": concept(item.entry.codings, item.entry.text),
        "subject": {"reference": patient},
        **_time("performed", item.entry),
        "note": _notes(item.entry, "outcome", "note"),
    }


def _report(item: Item, patient: str) -> Made:
    entry = item.entry
    sent = _one_of(entry.sent_status, *_OBSERVED, "partial", "appended")
    return {
        "resourceType": "DiagnosticReport",
        "status": sent or "unknown",
        "category": [coded(_TERMS + "v2-0074", "LAB")] if entry.group == "LAB" else [],
        "code": concept(entry.codings, entry.text),
        "subject": {"reference": patient},
        **_time("effective", entry),
        "performer": [performer(item)],
        "conclusion": dict(entry.details).get("conclusion", ""),
    }


def _device(item: Item, patient: str) -> Made:
    entry = item.entry
    used = {"timingDateTime": entry.start} if _valid(entry.start) else {"_timingDateTime": absent()}
    device = {"resourceType": "Device", "id": "device", "type": concept(entry.codings, entry.text),
              "patient": {"reference": patient}}  # fmt: skip
    return {
        "resourceType": "DeviceUseStatement",
        "contained": [device],
        "status": "completed" if item.status is Status.COMPLETED else "active",
        "subject": {"reference": patient},
        **used,
        "device": {"reference": "#device"},
    }


_VISITED: Final = (
    "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled",
)  # fmt: skip
_CLASSES: Final = frozenset({
    "AMB", "EMER", "FLD", "HH", "IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "SS", "VR",
})  # fmt: skip
"""Source: HL7 v3 code system ActCode, value set ActEncounterCode."""


def _visit(item: Item, patient: str) -> Made:
    entry, said = item.entry, dict(item.entry.details)
    known = entry.group in _CLASSES
    period = {"start": _valid(entry.start), "end": _valid(entry.end)}
    return {
        "resourceType": "Encounter",
        "status": _one_of(entry.sent_status, *_VISITED) or "unknown",
        "class": _coding(Coding(f"{_TERMS}v3-ActCode", entry.group)) if known else absent(),
        "type": [concept(entry.codings, entry.text)],
        "subject": {"reference": patient},
        "period": {name: time for name, time in period.items() if time},
        "reasonCode": [{"text": said["reason"]}] if said.get("reason") else [],
        "serviceProvider": performer(item),
    }


Maker = Callable[[Item, str], Made]
_MAKERS: Final[Mapping[Kind, Maker]] = {
    Kind.PROBLEM: _problem,
    Kind.ALLERGY: _allergy,
    Kind.MEDICINE: _medicine,
    Kind.IMMUNISATION: _immunisation,
    Kind.VITAL: _observation,
    Kind.RESULT: _observation,
    Kind.SOCIAL: _observation,
    Kind.PROCEDURE: _procedure,
    Kind.REPORT: _report,
    Kind.DEVICE: _device,
    Kind.VISIT: _visit,
}
"""The kinds that a summary has sections for."""
