"""Readers of what a person has and takes: problems, allergies, medicines, immunisations."""

from ledger.clinical.absence import absence_of
from ledger.clinical.concepts import (
    Resource,
    Surroundings,
    code_of,
    details,
    names_of,
    notes_of,
    objects,
    period_of,
    quantity_of,
    reference_of,
    text_of,
    texts_of,
    time_of_choice,
    words,
)
from ledger.clinical.entry import Kind, Status
from ledger.clinical.entry_fields import Fields, concept_fields, said, status_fields
from ledger.clinical.statuses import CLINICAL, VERIFICATION


def _clinical(resource: Resource) -> Fields:
    """Read the two statuses of a problem or an allergy: what was refuted is not there."""
    sent, sure = (
        code_of(resource.get("clinicalStatus")),
        code_of(resource.get("verificationStatus")),
    )
    status = VERIFICATION.get(sure) or CLINICAL.get(sent, Status.UNKNOWN)
    return {"status": status, "sent_status": sent, "certainty": sure}


def read_problem(resource: Resource, _around: Surroundings) -> Fields:
    """Read a problem."""
    start, until = time_of_choice(resource, "onset")
    end, ended = time_of_choice(resource, "abatement")
    read = _clinical(resource)
    gone = any(name.startswith("abatement") for name in resource)
    if read["status"] is Status.UNKNOWN and gone:
        read["status"] = Status.RESOLVED
    concept = concept_fields(resource.get("code"))
    return {
        "kind": Kind.PROBLEM,
        **read,
        **concept,
        "start": start,
        "end": ended or end,
        "recorded": words(resource.get("recordedDate")),
        "group": code_of(resource.get("category")),
        "absence": absence_of(concept["codings"]),
        "details": details(
            ("onset", said(resource, "onset") or until),
            ("abatement", said(resource, "abatement")),
            ("severity", text_of(resource.get("severity"))),
            ("body_site", texts_of(resource.get("bodySite"))),
            ("note", notes_of(resource)),
        ),
    }


def read_allergy(resource: Resource, _around: Surroundings) -> Fields:
    """Read an allergy or intolerance."""
    start, end = time_of_choice(resource, "onset")
    reactions = objects(resource.get("reaction"))
    concept = concept_fields(resource.get("code"))
    if not concept["text"]:
        substances = [text_of(one.get("substance")) for one in reactions]
        concept["text"] = "; ".join(filter(None, substances))
    return {
        "kind": Kind.ALLERGY,
        **_clinical(resource),
        **concept,
        "start": start,
        "end": end,
        "recorded": words(resource.get("recordedDate")),
        "group": next(iter(filter(None, map(words, resource.get("category") or ()))), ""),
        "absence": absence_of(concept["codings"]),
        "details": details(
            ("type", words(resource.get("type"))),
            ("criticality", words(resource.get("criticality"))),
            ("onset", said(resource, "onset")),
            ("last", words(resource.get("lastOccurrence"))),
            (
                "reaction",
                "; ".join(filter(None, (texts_of(r.get("manifestation")) for r in reactions))),
            ),
            (
                "severity",
                next(iter(filter(None, (words(r.get("severity")) for r in reactions))), ""),
            ),
            ("note", notes_of(resource)),
        ),
    }


def read_medicine(resource: Resource, around: Surroundings) -> Fields:
    """Read what was prescribed, taken or handed out."""
    concept = _medication(resource, around)
    dosages = objects(resource.get("dosageInstruction")) or objects(resource.get("dosage"))
    start, end = time_of_choice(resource, "effective")
    supply = resource.get("dispenseRequest")
    if isinstance(supply, dict) and not end:
        end = period_of(supply.get("validityPeriod"))[1]
    handed = words(resource.get("whenHandedOver")) or words(resource.get("whenPrepared"))
    return {
        "kind": Kind.MEDICINE,
        **status_fields(resource),
        **concept,
        "start": start or words(resource.get("authoredOn")) or handed,
        "end": end,
        "recorded": words(resource.get("dateAsserted")) or words(resource.get("authoredOn")),
        "group": words(resource.get("intent")),
        "absence": absence_of(concept["codings"]),
        "details": details(
            ("dosage", "; ".join(filter(None, map(_dosage, dosages)))),
            ("route", "; ".join(filter(None, (text_of(one.get("route")) for one in dosages)))),
            ("quantity", " ".join(filter(None, quantity_of(_supplied(resource))))),
            (
                "reason",
                texts_of(resource.get("reasonCode")) or names_of(resource.get("reasonReference")),
            ),
            ("note", notes_of(resource)),
        ),
    }


def _medication(resource: Resource, around: Surroundings) -> Fields:
    """Return which medicine it is: coded in the resource itself, or in another of the document."""
    if "medicationCodeableConcept" in resource:
        return concept_fields(resource["medicationCodeableConcept"])
    reference = resource.get("medicationReference")
    found = around.find(reference_of(reference), resource)
    concept = concept_fields(None if found is None else found.get("code"))
    if not concept["text"]:
        concept["text"] = names_of(reference)
    return concept


def _supplied(resource: Resource) -> object:
    supply = resource.get("dispenseRequest")
    return resource.get("quantity") or (
        supply.get("quantity") if isinstance(supply, dict) else None
    )


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


def read_immunisation(resource: Resource, _around: Surroundings) -> Fields:
    """Read an immunisation."""
    start, _ = time_of_choice(resource, "occurrence")
    protocols = objects(resource.get("protocolApplied"))
    dose = next((one for one in protocols), {})
    concept = concept_fields(resource.get("vaccineCode"))
    return {
        "kind": Kind.IMMUNISATION,
        **status_fields(resource),
        **concept,
        "start": start,
        "recorded": words(resource.get("recorded")),
        "absence": absence_of(concept["codings"]),
        "details": details(
            ("occurrence", words(resource.get("occurrenceString"))),
            ("lot", words(resource.get("lotNumber"))),
            (
                "dose",
                words(dose.get("doseNumberPositiveInt")) or words(dose.get("doseNumberString")),
            ),
            ("series", words(dose.get("series"))),
            ("target", texts_of(dose.get("targetDisease"))),
            ("manufacturer", names_of(resource.get("manufacturer"))),
            ("route", text_of(resource.get("route"))),
            ("body_site", text_of(resource.get("site"))),
            ("reason", text_of(resource.get("statusReason"))),
            ("note", notes_of(resource)),
        ),
    }
