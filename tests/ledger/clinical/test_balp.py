"""Looks and versions as FHIR: valid, and no person who looked is named."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from ledger.clinical.balp import LookTold, Proof, audit_event, provenance
from ledger.clinical.fhir_validation import Accepted, validate_document

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SUBJECT, EVENT = UUID(int=5), UUID(int=6)


def look(kind: str, purpose: str, *, basis: str | None = None, own: bool = False) -> LookTold:
    return LookTold(EVENT, AT, "clinician", "79A02", kind, purpose, basis, "api", own)


@pytest.mark.parametrize("kind", ["health-book", "visit", "share"])
@pytest.mark.parametrize("purpose", ["own_record", "treatment", "emergency", "claims"])
@pytest.mark.parametrize("basis", [None, "consent:0b1c", "Luật 91/2025, điều 26"])
def test_a_look_is_a_valid_audit_event(kind: str, purpose: str, basis: str | None) -> None:
    event = audit_event(look(kind, purpose, basis=basis), SUBJECT)
    found = validate_document(json.dumps(event).encode(), at=AT)
    assert isinstance(found, Accepted), found
    assert event["entity"][0]["what"]["reference"] == f"Patient/{SUBJECT}"
    assert event["agent"][0]["who"]["display"] == "clinician, 79A02"


def test_a_version_names_the_fact_that_holds_it() -> None:
    proof = Proof(17, UUID(int=9), 2, AT, "79A02")
    made = provenance(proof, "Condition/x/_history/2")
    found = validate_document(json.dumps(made).encode(), at=AT)
    assert isinstance(found, Accepted), found
    assert made["entity"][0]["what"]["identifier"]["value"].startswith("17:")
