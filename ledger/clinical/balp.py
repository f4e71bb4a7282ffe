"""Looks as FHIR AuditEvents, and versions with their Provenance, for programs that read FHIR.

Source: IHE Basic Audit Log Patterns 1.1 (PatientRead, PatientQuery); FHIR R4 AuditEvent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ledger.clinical.moments import VIETNAM

_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_BALP: Final = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
SOURCE: Final = "records-ledger"


@dataclass(frozen=True, slots=True)
class LookTold:
    """One look, as far as the person may learn of it; pseudonyms and codes only."""

    event: UUID
    at: datetime
    role: str
    organisation: str | None
    kind: str
    """What kind of record was seen."""
    purpose: str
    legal_basis: str | None
    channel: str
    own: bool
    """Whether the person looked at what is theirs."""
    position: int = 0
    """In the ledger: the order of all looks."""
    reference: UUID | None = None
    """The consent, referral, visit, order or emergency, or who acts for the person."""
    refused: bool = False
    """Whether nothing was shown."""


def audit_event(look: LookTold, subject: UUID) -> dict[str, Any]:
    """Return the look as an AuditEvent that names no person who looked: role and organisation."""
    queried = look.kind == "health-book"
    profile = "PatientQuery" if queried else "PatientRead"
    who = look.role if look.organisation is None else f"{look.role}, {look.organisation}"
    return {
        "resourceType": "AuditEvent",
        "id": str(look.event),
        "meta": {"profile": [_BALP + profile]},
        "type": _coding(_TERMS + "audit-event-type", "rest", "Restful Operation"),
        "subtype": [_coding("http://hl7.org/fhir/restful-interaction",
                            "search" if queried else "read", "search" if queried else "read")],
        "action": "E" if queried else "R",
        "recorded": look.at.astimezone(VIETNAM).isoformat(timespec="milliseconds"),
        "outcome": "4" if look.refused else "0",
        **({"outcomeDesc": "refused"} if look.refused else {}),
        "purposeOfEvent": [_purpose(look)],
        "agent": [
            {
                "type": {"coding": [_coding(_TERMS + "v3-ParticipationType", "IRCP",
                                            "information recipient")]},
                "who": {"display": who},
                "requestor": True,
                **({"policy": [f"urn:basis:{look.legal_basis}"]} if _is_uri(look) else {}),
            },
            {
                "type": {"coding": [_coding(_DICOM, "110153", "Source Role ID")]},
                "who": {"display": SOURCE},
                "requestor": False,
            },
        ],
        "source": {"observer": {"display": SOURCE}},
        "entity": [
            {
                "what": {"reference": f"Patient/{subject}"},
                "type": _coding(_TERMS + "audit-entity-type", "1", "Person"),
                "role": _coding(_TERMS + "object-role", "1", "Patient"),
            },
            {
                "type": _coding(_TERMS + "audit-entity-type", "2", "System Object"),
                "role": _coding(_TERMS + "object-role", *(("24", "Query") if queried
                                                          else ("4", "Domain Resource"))),
                "name": look.kind,
                "detail": [{"type": "channel", "valueString": look.channel}],
            },
        ],
    }  # fmt: skip


def _is_uri(look: LookTold) -> bool:
    """Return whether the basis can stand in an address: a code, not a sentence."""
    basis = look.legal_basis
    plain = (basis or "").replace("-", "").replace(":", "")
    return plain.isascii() and plain.isalnum()


_REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "own_record": ("PATRQT", "patient requested"),
    "treatment": ("TREAT", "treatment"),
    "emergency": ("ETREAT", "Emergency Treatment"),
}


def _purpose(look: LookTold) -> dict[str, Any]:
    code = _REASONS.get("own_record" if look.own else look.purpose)
    if code is None:
        return {"text": look.purpose}
    return {"coding": [_coding(_TERMS + "v3-ActReason", *code)], "text": look.purpose}


def _coding(system: str, code: str, display: str) -> dict[str, str]:
    return {"system": system, "code": code, "display": display}


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a version stands in the ledger, so that anybody can check that it was not changed."""

    position: int
    visit: UUID
    version: int
    recorded_at: datetime
    facility: str


def provenance(proof: Proof, target: str) -> dict[str, Any]:
    """Return who sent what ``target`` refers to, when, and which fact holds the bytes."""
    return {
        "resourceType": "Provenance",
        "target": [{"reference": target}],
        "recorded": proof.recorded_at.astimezone(VIETNAM).isoformat(timespec="seconds"),
        "agent": [
            {
                "type": {
                    "coding": [
                        _coding(
                            _TERMS + "provenance-participant-type", "transmitter", "Transmitter"
                        )
                    ]
                },
                "who": {"type": "Organization", "display": proof.facility or "-"},
            }
        ],
        "entity": [
            {
                "role": "source",
                "what": {
                    "identifier": {
                        "system": "urn:records-ledger:fact",
                        "value": f"{proof.position}:{proof.visit}:{proof.version}",
                    }
                },
            }
        ],
    }
