"""Answers in FHIR's own forms: Bundles, OperationOutcomes, and what the service can do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import msgspec
from flask import Response

from ledger.clinical.ips import Patient
from ledger.clinical.made_resources import absent
from verify_api.problems import Problem

MEDIA_TYPE: Final = "application/fhir+json"
NDJSON: Final = "application/fhir+ndjson"
_ENCODER: Final = msgspec.json.Encoder()
_SEXES: Final = {1: "male", 2: "female", 3: "other"}
_ISSUES: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "invalid",
    HTTPStatus.UNAUTHORIZED: "login",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not-supported",
    HTTPStatus.CONFLICT: "conflict",
    HTTPStatus.GONE: "deleted",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-long",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not-supported",
    HTTPStatus.UNPROCESSABLE_ENTITY: "value",
    HTTPStatus.TOO_MANY_REQUESTS: "throttled",
    HTTPStatus.SERVICE_UNAVAILABLE: "transient",
}
"""Source: FHIR R4, value set issue-type."""


def fhir_answer(value: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
    """Return a resource as JSON, its numbers with the digits that they came with."""
    answer = Response(_ENCODER.encode(value), status=status, content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def outcome_answer(problem: Problem) -> Response:
    """Return what went wrong as an OperationOutcome."""
    issue: dict[str, Any] = {
        "severity": "error",
        "code": _ISSUES.get(problem.status, "exception"),
        "details": {
            "coding": [{"code": problem.members.get("rule", problem.code)}],
            "text": problem.title.vi,
        },
        "diagnostics": problem.detail,
    }
    if "place" in problem.members:
        issue["expression"] = [problem.members["place"]]
    answer = fhir_answer({"resourceType": "OperationOutcome", "issue": [issue]}, problem.status)
    answer.headers.update(problem.headers)
    return answer


def patient_resource(patient: Patient) -> dict[str, Any]:
    """Return whose book it is; what is not known is said to be so."""
    birth = {"birthDate": patient.birth} if patient.birth else {"_birthDate": absent()}
    death = {"deceasedDateTime": patient.died} if patient.died else {}
    return {
        "resourceType": "Patient",
        "id": str(patient.subject),
        "name": [{"text": patient.name} if patient.name else absent()],
        "gender": _SEXES.get(patient.sex or 0, "unknown"),
        **birth,
        **death,
    }


def collection(
    patient: Patient, resources: Iterable[Mapping[str, Any]], *, base: str
) -> dict[str, Any]:
    """Return everything as one Bundle of type collection."""
    entries = [
        {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one}
        for one in (patient_resource(patient), *resources)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def searchset(
    resources: Sequence[Mapping[str, Any]],
    *,
    base: str,
    links: Mapping[str, str | None],
    kind: str = "searchset",
) -> dict[str, Any]:
    """Return one page of a search, without a total: counting could cost more than the page."""
    entries = [
        {
            "fullUrl": f"{base}/{one['resourceType']}/{one['id']}",
            "resource": one,
            **({"search": {"mode": "match"}} if kind == "searchset" else {}),
        }
        for one in resources
    ]
    return {
        "resourceType": "Bundle",
        "type": kind,
        "link": [{"relation": name, "url": url} for name, url in links.items() if url],
        **({"entry": entries} if entries else {}),
    }


def history_entry(
    base: str, address: str, resource: Mapping[str, Any] | None, *, number: int, at: datetime
) -> dict[str, Any]:
    """Return one version in a history; None stands for one that was taken back."""
    method = "POST" if number == 1 else "PUT"
    done = {
        "status": "200",
        "etag": f'W/"{number}"',
        "lastModified": at.isoformat(timespec="milliseconds"),
    }
    if resource is None:
        request = {"method": "DELETE", "url": address}
        return {"fullUrl": f"{base}/{address}", "request": request, "response": done}
    return {
        "fullUrl": f"{base}/{address}",
        "resource": resource,
        "request": {"method": method, "url": address},
        "response": done,
    }
