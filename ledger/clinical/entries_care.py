"""Readers of what was done, found, planned and asked for; and of every other type."""

from typing import Final

from ledger.clinical.absence import absence_of
from ledger.clinical.concepts import (
    Resource,
    Surroundings,
    code_of,
    codings_of,
    concept_of,
    names_of,
    notes_of,
    objects,
    parts_of,
    period_of,
    range_of,
    reference_of,
    text_of,
    texts_of,
    time_of,
    value_of,
    words,
)
from ledger.clinical.entry import Coding, Kind
from ledger.clinical.entry_fields import (
    NUMBER,
    Details,
    Fields,
    details_of,
    each,
    first,
    part,
    said,
    status_of,
)

VITAL_LOINC: Final = frozenset({
    "85353-1", "9279-1", "8867-4", "2708-6", "59408-5", "8310-5", "8302-2", "9843-4", "29463-7",
    "39156-5", "85354-9", "8480-6", "8462-4", "8478-0", "8287-5",
})  # fmt: skip
"""Vital signs by LOINC code. Source: FHIR R4, profile vitalsigns."""
REFERRAL_SNOMED: Final = frozenset({"3457005", "306206005", "306098008", "308447003"})
"""Patient referral, referral to service, self-referral, referral to physician."""
_EFFECTIVE: Final = time_of("effective")
_PERFORMED: Final = time_of("performed")
_OCCURRENCE: Final = time_of("occurrence")
_TIMING: Final = time_of("timing")


def _reference_range(given: Resource) -> str:
    return words(given.get("text")) or " ".join(filter(None, range_of(given)))


_OBSERVATION: Final[Details] = (
    ("interpretation", "interpretation", texts_of),
    ("range", "referenceRange", each(_reference_range)),
    ("body_site", "bodySite", text_of),
    ("method", "method", text_of),
    ("note", "note", notes_of),
)


def read_observation(resource: Resource, _around: Surroundings) -> Fields:
    """Read an observation: a vital sign, a result, a circumstance."""
    start, end = _EFFECTIVE(resource)
    groups = [code_of(one) for one in objects(resource.get("category"))]
    codings, text = concept_of(resource.get("code"))
    status, sent = status_of(resource)
    value, unit = value_of(resource)
    return {
        "kind": _observed(groups, codings),
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text,
        "start": start,
        "end": end,
        "recorded": words(resource.get("issued")),
        "value": value,
        "unit": unit,
        "parts": parts_of(resource.get("component")),
        "group": next(filter(None, groups), ""),
        "details": details_of(resource, _OBSERVATION),
    }


def _observed(groups: list[str], codings: tuple[Coding, ...]) -> Kind:
    if "vital-signs" in groups or any(one.code in VITAL_LOINC for one in codings):
        return Kind.VITAL
    return Kind.SOCIAL if "social-history" in groups else Kind.RESULT


_PROCEDURE: Final[Details] = (
    *said("performed", "performed"),
    ("reason", "reasonCode", texts_of),
    ("body_site", "bodySite", texts_of),
    ("outcome", "outcome", text_of),
    ("note", "note", notes_of),
)


def read_procedure(resource: Resource, _around: Surroundings) -> Fields:
    """Read a procedure."""
    start, end = _PERFORMED(resource)
    codings, text = concept_of(resource.get("code"))
    status, sent = status_of(resource)
    return {
        "kind": Kind.PROCEDURE,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text,
        "start": start,
        "end": end,
        "group": code_of(resource.get("category")),
        "details": details_of(resource, _PROCEDURE),
    }


_REPORT: Final[Details] = (
    ("conclusion", "conclusion", words),
    ("conclusion", "conclusionCode", texts_of),
    ("results", "result", names_of),
)


def read_report(resource: Resource, _around: Surroundings) -> Fields:
    """Read a diagnostic report."""
    start, end = _EFFECTIVE(resource)
    codings, text = concept_of(resource.get("code"))
    status, sent = status_of(resource)
    return {
        "kind": Kind.REPORT,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text,
        "start": start,
        "end": end,
        "recorded": words(resource.get("issued")),
        "group": code_of(resource.get("category")),
        "details": details_of(resource, _REPORT),
    }


_DOCUMENT: Final[Details] = (
    ("media_type", "content", each(part("attachment", part("contentType", words)))),
)


def read_document_reference(resource: Resource, _around: Surroundings) -> Fields:
    """Read a document, or what a composition is."""
    context = resource.get("context")
    start, end = period_of(context.get("period")) if isinstance(context, dict) else ("", "")
    codings, text = concept_of(resource.get("type"))
    status, sent = status_of(resource)
    dated = words(resource.get("date"))
    return {
        "kind": Kind.DOCUMENT,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": words(resource.get("description")) or words(resource.get("title")) or text,
        "start": start or dated,
        "end": end,
        "recorded": dated,
        "group": code_of(resource.get("category")),
        "details": details_of(resource, _DOCUMENT),
    }


_VISIT: Final[Details] = (
    ("reason", "reasonCode", texts_of),
    ("service", "serviceType", text_of),
    ("discharge", "hospitalization", part("dischargeDisposition", text_of)),
)


def read_visit(resource: Resource, _around: Surroundings) -> Fields:
    """Read a visit."""
    start, end = period_of(resource.get("period"))
    codings, text = concept_of(next(iter(objects(resource.get("type"))), None))
    status, sent = status_of(resource)
    group = resource.get("class")
    name = words(resource.get("id"))
    return {
        "kind": Kind.VISIT,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text or texts_of(resource.get("reasonCode")),
        "start": start,
        "end": end,
        "group": words(group.get("code")) if isinstance(group, dict) else "",
        "about": name and f"Encounter/{name}",
        "details": details_of(resource, _VISIT),
    }


_APPOINTMENT: Final[Details] = (
    ("reason", "reasonCode", texts_of),
    ("instruction", "patientInstruction", words),
    ("note", "comment", words),
    ("number", "identifier", NUMBER),
)


def read_appointment(resource: Resource, _around: Surroundings) -> Fields:
    """Read an appointment."""
    services = resource.get("serviceType")
    status, sent = status_of(resource)
    return {
        "kind": Kind.APPOINTMENT,
        "status": status,
        "sent_status": sent,
        "codings": tuple(coding for one in objects(services) for coding in codings_of(one)),
        "text": words(resource.get("description")) or texts_of(services),
        "start": words(resource.get("start")),
        "end": words(resource.get("end")),
        "recorded": words(resource.get("created")),
        "details": details_of(resource, _APPOINTMENT),
    }


_REQUEST: Final[Details] = (
    ("number", "identifier", NUMBER),
    ("priority", "priority", words),
    ("to", "performer", names_of),
    ("reason", "reasonCode", texts_of),
    ("reason", "reasonReference", names_of),
    ("instruction", "patientInstruction", words),
    ("note", "note", notes_of),
)


def read_request(resource: Resource, _around: Surroundings) -> Fields:
    """Read something asked for: a referral or an order."""
    start, end = _OCCURRENCE(resource)
    codings, text = concept_of(resource.get("code"))
    status, sent = status_of(resource)
    kinds = [c.code for one in objects(resource.get("category")) for c in codings_of(one)]
    codes = {*kinds, *[one.code for one in codings]}
    asked = words(resource.get("authoredOn"))
    return {
        "kind": Kind.REFERRAL if codes & REFERRAL_SNOMED else Kind.ORDER,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text,
        "start": start or asked,
        "end": end,
        "recorded": asked,
        "group": next(iter(kinds), ""),
        "details": details_of(resource, _REQUEST),
    }


_PLAN: Final[Details] = (
    ("activities", "activity", each(part("detail", part("code", text_of)))),
    ("note", "note", notes_of),
)


def read_plan(resource: Resource, _around: Surroundings) -> Fields:
    """Read a care plan or a goal."""
    goal = "lifecycleStatus" in resource
    start, end = period_of(resource.get("period"))
    codings, text = concept_of(
        resource.get("description") if goal else next(iter(objects(resource.get("category"))), None)
    )
    status, sent = status_of(resource, "lifecycleStatus" if goal else "status")
    return {
        "kind": Kind.PLAN,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": words(resource.get("title")) or text,
        "start": start or words(resource.get("startDate")),
        "end": end,
        "recorded": words(resource.get("created")) or words(resource.get("statusDate")),
        "group": "goal" if goal else "plan",
        "details": details_of(resource, _PLAN),
    }


_DEVICE: Final[Details] = (("body_site", "bodySite", text_of), ("note", "note", notes_of))
_DEVICE_NAME: Final = first(part("name", words))


def read_device(resource: Resource, around: Surroundings) -> Fields:
    """Read a use of a device, with the device where it came along, or a device by itself."""
    start, end = _TIMING(resource)
    device = around.find(reference_of(resource.get("device")), resource) or resource
    codings, text = concept_of(device.get("type"))
    status, sent = status_of(resource)
    return {
        "kind": Kind.DEVICE,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text or _DEVICE_NAME(device.get("deviceName")) or names_of(resource.get("device")),
        "start": start,
        "end": end,
        "recorded": words(resource.get("recordedOn")),
        "absence": absence_of(codings),
        "details": details_of(resource, _DEVICE),
    }


def read_alert(resource: Resource, _around: Surroundings) -> Fields:
    """Read a flag."""
    start, end = period_of(resource.get("period"))
    codings, text = concept_of(resource.get("code"))
    status, sent = status_of(resource)
    return {
        "kind": Kind.ALERT,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text,
        "start": start,
        "end": end,
    }


def read_context(resource: Resource, _around: Surroundings) -> Fields:
    """Keep who and where without a word about them: names are read from the document itself."""
    status, sent = status_of(resource)
    return {"kind": Kind.CONTEXT, "status": status, "sent_status": sent}


def read_general(resource: Resource, _around: Surroundings) -> Fields:
    """Read any other type by the elements that most have; never fails, never drops."""
    start, end = _any_time(resource)
    codings, text = concept_of(
        next(iter(objects(resource.get("code") or resource.get("type"))), None)
    )
    status, sent = status_of(resource)
    return {
        "kind": Kind.OTHER,
        "status": status,
        "sent_status": sent,
        "codings": codings,
        "text": text or words(resource.get("description")) or words(resource.get("title")),
        "start": start,
        "end": end,
    }


def _any_time(resource: Resource) -> tuple[str, str]:
    for name in ("started", "authoredOn", "sent", "date", "dateTime", "created", "recorded"):
        if words(resource.get(name)):
            return words(resource[name]), ""
    return period_of(resource.get("period") or resource.get("executionPeriod"))
