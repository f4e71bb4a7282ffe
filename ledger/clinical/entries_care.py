"""Readers of what was done, found, planned and asked for; and of every other type."""

from typing import Final

from ledger.clinical.absence import absence_of
from ledger.clinical.concepts import (
    Resource,
    Surroundings,
    code_of,
    codings_of,
    details,
    names_of,
    notes_of,
    objects,
    parts_of,
    period_of,
    range_of,
    reference_of,
    text_of,
    texts_of,
    time_of_choice,
    value_of,
    words,
)
from ledger.clinical.entry import Kind
from ledger.clinical.entry_fields import Fields, concept_fields, number_of, said, status_fields

VITAL_LOINC: Final = frozenset({
    "85353-1", "9279-1", "8867-4", "2708-6", "59408-5", "8310-5", "8302-2", "9843-4", "29463-7",
    "39156-5", "85354-9", "8480-6", "8462-4", "8478-0", "8287-5",
})  # fmt: skip
"""Vital signs by LOINC code. Source: FHIR R4, profile vitalsigns."""
REFERRAL_SNOMED: Final = frozenset({"3457005", "306206005", "306098008", "308447003"})
"""Patient referral, referral to service, self-referral, referral to physician."""


def read_observation(resource: Resource, _around: Surroundings) -> Fields:
    """Read an observation: a vital sign, a result, a circumstance."""
    start, end = time_of_choice(resource, "effective")
    groups = [code_of(one) for one in objects(resource.get("category"))]
    concept = concept_fields(resource.get("code"))
    value, unit = value_of(resource)
    return {
        "kind": _observed(groups, concept),
        **status_fields(resource),
        **concept,
        "start": start,
        "end": end,
        "recorded": words(resource.get("issued")),
        "value": value,
        "unit": unit,
        "parts": parts_of(resource.get("component")),
        "group": next(filter(None, groups), ""),
        "details": details(
            ("interpretation", texts_of(resource.get("interpretation"))),
            (
                "range",
                "; ".join(
                    filter(None, map(_reference_range, objects(resource.get("referenceRange"))))
                ),
            ),
            ("body_site", text_of(resource.get("bodySite"))),
            ("method", text_of(resource.get("method"))),
            ("note", notes_of(resource)),
        ),
    }


def _observed(groups: list[str], concept: Fields) -> Kind:
    if "vital-signs" in groups or any(one.code in VITAL_LOINC for one in concept["codings"]):
        return Kind.VITAL
    return Kind.SOCIAL if "social-history" in groups else Kind.RESULT


def _reference_range(given: Resource) -> str:
    text = words(given.get("text"))
    return text or " ".join(filter(None, range_of(given)))


def read_procedure(resource: Resource, _around: Surroundings) -> Fields:
    """Read a procedure."""
    start, end = time_of_choice(resource, "performed")
    return {
        "kind": Kind.PROCEDURE,
        **status_fields(resource),
        **concept_fields(resource.get("code")),
        "start": start,
        "end": end,
        "group": code_of(resource.get("category")),
        "details": details(
            ("performed", said(resource, "performed")),
            ("reason", texts_of(resource.get("reasonCode"))),
            ("body_site", texts_of(resource.get("bodySite"))),
            ("outcome", text_of(resource.get("outcome"))),
            ("note", notes_of(resource)),
        ),
    }


def read_report(resource: Resource, _around: Surroundings) -> Fields:
    """Read a diagnostic report."""
    start, end = time_of_choice(resource, "effective")
    return {
        "kind": Kind.REPORT,
        **status_fields(resource),
        **concept_fields(resource.get("code")),
        "start": start,
        "end": end,
        "recorded": words(resource.get("issued")),
        "group": code_of(resource.get("category")),
        "details": details(
            (
                "conclusion",
                words(resource.get("conclusion")) or texts_of(resource.get("conclusionCode")),
            ),
            ("results", names_of(resource.get("result"))),
        ),
    }


def read_document_reference(resource: Resource, _around: Surroundings) -> Fields:
    """Read a document, or what a composition is."""
    context = resource.get("context")
    start, end = period_of(context.get("period")) if isinstance(context, dict) else ("", "")
    concept = concept_fields(resource.get("type"))
    title = words(resource.get("description")) or words(resource.get("title"))
    return {
        "kind": Kind.DOCUMENT,
        **status_fields(resource),
        "codings": concept["codings"],
        "text": title or concept["text"],
        "start": start or words(resource.get("date")),
        "end": end,
        "recorded": words(resource.get("date")),
        "group": code_of(resource.get("category")),
        "details": details(
            (
                "media_type",
                "; ".join(filter(None, map(_attached, objects(resource.get("content"))))),
            ),
        ),
    }


def _attached(content: Resource) -> str:
    attachment = content.get("attachment")
    return words(attachment.get("contentType")) if isinstance(attachment, dict) else ""


def read_visit(resource: Resource, _around: Surroundings) -> Fields:
    """Read a visit."""
    start, end = period_of(resource.get("period"))
    concept = next(iter(objects(resource.get("type"))), None)
    group = resource.get("class")
    stay = resource.get("hospitalization")
    return {
        "kind": Kind.VISIT,
        **status_fields(resource),
        "codings": codings_of(concept),
        "text": text_of(concept) or texts_of(resource.get("reasonCode")),
        "start": start,
        "end": end,
        "group": words(group.get("code")) if isinstance(group, dict) else "",
        "about": words(resource.get("id")) and f"Encounter/{words(resource.get('id'))}",
        "details": details(
            ("reason", texts_of(resource.get("reasonCode"))),
            ("service", text_of(resource.get("serviceType"))),
            (
                "discharge",
                text_of(stay.get("dischargeDisposition")) if isinstance(stay, dict) else "",
            ),
        ),
    }


def read_appointment(resource: Resource, _around: Surroundings) -> Fields:
    """Read an appointment."""
    return {
        "kind": Kind.APPOINTMENT,
        **status_fields(resource),
        "codings": tuple(
            c for one in objects(resource.get("serviceType")) for c in codings_of(one)
        ),
        "text": words(resource.get("description")) or texts_of(resource.get("serviceType")),
        "start": words(resource.get("start")),
        "end": words(resource.get("end")),
        "recorded": words(resource.get("created")),
        "details": details(
            ("reason", texts_of(resource.get("reasonCode"))),
            ("instruction", words(resource.get("patientInstruction"))),
            ("note", words(resource.get("comment"))),
            ("number", number_of(resource)),
        ),
    }


def read_request(resource: Resource, _around: Surroundings) -> Fields:
    """Read something asked for: a referral or an order."""
    start, end = time_of_choice(resource, "occurrence")
    concept = concept_fields(resource.get("code"))
    kinds = [c.code for one in objects(resource.get("category")) for c in codings_of(one)]
    codes = {*kinds, *(one.code for one in concept["codings"])}
    return {
        "kind": Kind.REFERRAL if codes & REFERRAL_SNOMED else Kind.ORDER,
        **status_fields(resource),
        **concept,
        "start": start or words(resource.get("authoredOn")),
        "end": end,
        "recorded": words(resource.get("authoredOn")),
        "group": next(iter(kinds), ""),
        "details": details(
            ("number", number_of(resource)),
            ("priority", words(resource.get("priority"))),
            ("to", names_of(resource.get("performer"))),
            (
                "reason",
                texts_of(resource.get("reasonCode")) or names_of(resource.get("reasonReference")),
            ),
            ("instruction", words(resource.get("patientInstruction"))),
            ("note", notes_of(resource)),
        ),
    }


def read_plan(resource: Resource, _around: Surroundings) -> Fields:
    """Read a care plan or a goal."""
    goal = "lifecycleStatus" in resource
    start, end = period_of(resource.get("period"))
    concept = (
        resource.get("description") if goal else next(iter(objects(resource.get("category"))), None)
    )
    activities = (one.get("detail") for one in objects(resource.get("activity")))
    return {
        "kind": Kind.PLAN,
        **status_fields(resource, "lifecycleStatus" if goal else "status"),
        "codings": codings_of(concept),
        "text": words(resource.get("title")) or text_of(concept),
        "start": start or words(resource.get("startDate")),
        "end": end,
        "recorded": words(resource.get("created")) or words(resource.get("statusDate")),
        "group": "goal" if goal else "plan",
        "details": details(
            (
                "activities",
                "; ".join(
                    filter(
                        None,
                        (text_of(one.get("code")) for one in activities if isinstance(one, dict)),
                    )
                ),
            ),
            ("note", notes_of(resource)),
        ),
    }


def read_device(resource: Resource, around: Surroundings) -> Fields:
    """Read a use of a device, with the device where it came along, or a device by itself."""
    start, end = time_of_choice(resource, "timing")
    device = around.find(reference_of(resource.get("device")), resource) or resource
    concept = concept_fields(device.get("type"))
    names = [words(one.get("name")) for one in objects(device.get("deviceName"))]
    return {
        "kind": Kind.DEVICE,
        **status_fields(resource),
        "codings": concept["codings"],
        "text": concept["text"]
        or next(filter(None, names), "")
        or names_of(resource.get("device")),
        "start": start,
        "end": end,
        "recorded": words(resource.get("recordedOn")),
        "absence": absence_of(concept["codings"]),
        "details": details(
            ("body_site", text_of(resource.get("bodySite"))),
            ("note", notes_of(resource)),
        ),
    }


def read_alert(resource: Resource, _around: Surroundings) -> Fields:
    """Read a flag."""
    start, end = period_of(resource.get("period"))
    concept = concept_fields(resource.get("code"))
    return {"kind": Kind.ALERT, **status_fields(resource), **concept, "start": start, "end": end}


def read_context(resource: Resource, _around: Surroundings) -> Fields:
    """Keep who and where without a word about them: names are read from the document itself."""
    return {"kind": Kind.CONTEXT, **status_fields(resource)}


def read_general(resource: Resource, _around: Surroundings) -> Fields:
    """Read any other type by the elements that most have; never fails, never drops."""
    concept = concept_fields(
        next(iter(objects(resource.get("code") or resource.get("type"))), None)
    )
    start, end = _any_time(resource)
    if not concept["text"]:
        concept["text"] = words(resource.get("description")) or words(resource.get("title"))
    return {"kind": Kind.OTHER, **status_fields(resource), **concept, "start": start, "end": end}


def _any_time(resource: Resource) -> tuple[str, str]:
    for name in ("started", "authoredOn", "sent", "date", "dateTime", "created", "recorded"):
        if words(resource.get(name)):
            return words(resource[name]), ""
    return period_of(resource.get("period") or resource.get("executionPeriod"))
