"""Readers of what a person has and takes: problems, allergies, medicines, immunisations."""

from typing import Final

from ledger.clinical.absence import absence_of
from ledger.clinical.concepts import (
    Resource,
    Surroundings,
    code_of,
    concept_of,
    names_of,
    notes_of,
    objects,
    period_of,
    quantity_of,
    reference_of,
    text_of,
    texts_of,
    time_of,
    words,
)
from ledger.clinical.entry import Coding, Kind, Status
from ledger.clinical.entry_fields import (
    Details,
    Fields,
    Words,
    details_of,
    each,
    first,
    part,
    said,
    status_of,
)
from ledger.clinical.statuses import CLINICAL, VERIFICATION

_ONSET: Final = time_of("onset")
_ABATEMENT: Final = time_of("abatement")
_EFFECTIVE: Final = time_of("effective")
_OCCURRENCE: Final = time_of("occurrence")


def _clinical(resource: Resource) -> tuple[Status, str, str]:
    """Read the two statuses of a problem or an allergy: what was refuted is not there."""
    sent, sure = (
        code_of(resource.get("clinicalStatus")),
        code_of(resource.get("verificationStatus")),
    )
    return VERIFICATION.get(sure) or CLINICAL.get(sent, Status.UNKNOWN), sent, sure


_PROBLEM: Final[Details] = (
    *said("onset", "onset"),
    ("onset", "onsetPeriod", lambda period: period_of(period)[1]),
    *said("abatement", "abatement"),
    ("severity", "severity", text_of),
    ("body_site", "bodySite", texts_of),
    ("note", "note", notes_of),
)


def read_problem(resource: Resource, _around: Surroundings) -> Fields:
    """Read a problem."""
    start, _ = _ONSET(resource)
    end, ended = _ABATEMENT(resource)
    status, sent, sure = _clinical(resource)
    if status is Status.UNKNOWN and any(name.startswith("abatement") for name in resource):
        status = Status.RESOLVED
    codings, text = concept_of(resource.get("code"))
    return {
        "kind": Kind.PROBLEM,
        "status": status,
        "sent_status": sent,
        "certainty": sure,
        "codings": codings,
        "text": text,
        "start": start,
        "end": ended or end,
        "recorded": words(resource.get("recordedDate")),
        "group": code_of(resource.get("category")),
        "absence": absence_of(codings),
        "details": details_of(resource, _PROBLEM),
    }


_ALLERGY: Final[Details] = (
    ("type", "type", words),
    ("criticality", "criticality", words),
    *said("onset", "onset"),
    ("last", "lastOccurrence", words),
    ("reaction", "reaction", each(part("manifestation", texts_of))),
    ("severity", "reaction", first(part("severity", words))),
    ("note", "note", notes_of),
)
_SUBSTANCES: Final = each(part("substance", text_of))


def read_allergy(resource: Resource, _around: Surroundings) -> Fields:
    """Read an allergy or intolerance."""
    start, end = _ONSET(resource)
    codings, text = concept_of(resource.get("code"))
    status, sent, sure = _clinical(resource)
    groups = resource.get("category")
    return {
        "kind": Kind.ALLERGY,
        "status": status,
        "sent_status": sent,
        "certainty": sure,
        "codings": codings,
        "text": text or _SUBSTANCES(resource.get("reaction")),
        "start": start,
        "end": end,
        "recorded": words(resource.get("recordedDate")),
        "group": next(filter(None, map(words, groups if isinstance(groups, list) else ())), ""),
        "absence": absence_of(codings),
        "details": details_of(resource, _ALLERGY),
    }


def _dosage(dosage: Resource) -> str:
    """Return one dosage in the sender's words, or built from its parts."""
    text = words(dosage.get("text")) or words(dosage.get("patientInstruction"))
    if text:
        return text
    doses = [quantity_of(one.get("doseQuantity")) for one in objects(dosage.get("doseAndRate"))]
    dose = " ".join(" ".join(filter(None, one)) for one in doses)
    timing = dosage.get("timing")
    repeat = timing.get("repeat") if isinstance(timing, dict) else None
    return ", ".join(
        filter(None, (dose, _often(repeat), text_of(dosage.get("asNeededCodeableConcept"))))
    )


def _often(repeat: object) -> str:
    if not isinstance(repeat, dict):
        return ""
    times, period = words(repeat.get("frequency")), words(repeat.get("period"))
    unit = words(repeat.get("periodUnit"))
    return f"{times} x / {period} {unit}" if times and period and unit else ""


def _amount(quantity: object) -> str:
    return " ".join(filter(None, quantity_of(quantity)))


_MEDICINE: Final[Details] = (
    ("dosage", "dosageInstruction", each(_dosage)),
    ("dosage", "dosage", each(_dosage)),
    ("route", "dosageInstruction", each(part("route", text_of))),
    ("route", "dosage", each(part("route", text_of))),
    ("quantity", "quantity", _amount),
    ("quantity", "dispenseRequest", part("quantity", _amount)),
    ("reason", "reasonCode", texts_of),
    ("reason", "reasonReference", names_of),
    ("note", "note", notes_of),
)


def read_medicine(resource: Resource, around: Surroundings) -> Fields:
    """Read what was prescribed, taken or handed out."""
    codings, text = _medication(resource, around)
    status, sent = status_of(resource)
    start, end = _EFFECTIVE(resource)
    supply = resource.get("dispenseRequest")
    if isinstance(supply, dict) and not end:
        end = period_of(supply.get("validityPeriod"))[1]
    handed = words(resource.get("whenHandedOver")) or words(resource.get("whenPrepared"))
    asked = words(resource.get("authoredOn"))
    return {
        "kind": Kind.MEDICINE,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text,
        "start": start or asked or handed,
        "end": end,
        "recorded": words(resource.get("dateAsserted")) or asked,
        "group": words(resource.get("intent")),
        "absence": absence_of(codings),
        "details": details_of(resource, _MEDICINE),
    }


def _medication(resource: Resource, around: Surroundings) -> tuple[tuple[Coding, ...], str]:
    """Return which medicine it is: coded in the resource itself, or in another of the document."""
    if "medicationCodeableConcept" in resource:
        return concept_of(resource["medicationCodeableConcept"])
    reference = resource.get("medicationReference")
    found = around.find(reference_of(reference), resource)
    codings, text = concept_of(None if found is None else found.get("code"))
    return codings, text or names_of(reference)


def _first_protocol(name: str, read: Words) -> Words:
    """Return the reader of a part of the first protocol: a dose is counted within it."""
    return lambda protocols: next((read(one.get(name)) for one in objects(protocols)), "")


_IMMUNISATION: Final[Details] = (
    ("occurrence", "occurrenceString", words),
    ("lot", "lotNumber", words),
    ("dose", "protocolApplied", _first_protocol("doseNumberPositiveInt", words)),
    ("dose", "protocolApplied", _first_protocol("doseNumberString", words)),
    ("series", "protocolApplied", _first_protocol("series", words)),
    ("target", "protocolApplied", _first_protocol("targetDisease", texts_of)),
    ("manufacturer", "manufacturer", names_of),
    ("route", "route", text_of),
    ("body_site", "site", text_of),
    ("reason", "statusReason", text_of),
    ("note", "note", notes_of),
)


def read_immunisation(resource: Resource, _around: Surroundings) -> Fields:
    """Read an immunisation."""
    start, _ = _OCCURRENCE(resource)
    codings, text = concept_of(resource.get("vaccineCode"))
    status, sent = status_of(resource)
    return {
        "kind": Kind.IMMUNISATION,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text,
        "start": start,
        "recorded": words(resource.get("recorded")),
        "absence": absence_of(codings),
        "details": details_of(resource, _IMMUNISATION),
    }
