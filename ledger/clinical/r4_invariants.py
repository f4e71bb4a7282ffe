"""Invariants of the 42 resource types that a schema can say cheaply: what must go together.

Source: FHIR R4 4.0.1, constraints of severity error; each under its key there. Those that compare
values or look at several resources are in `fhir_rules`.
"""

from types import MappingProxyType
from typing import Final

from ledger.clinical.r4_conditions import (
    coded_as,
    concept_of,
    each,
    has,
    has_any,
    if_then,
    never_both,
    rule,
    without,
)

_ABATED = (
    "abatementDateTime",
    "abatementAge",
    "abatementPeriod",
    "abatementRange",
    "abatementString",
)
_VALUES = tuple(
    f"value{kind}"
    for kind in (
        "Quantity",
        "CodeableConcept",
        "String",
        "Boolean",
        "Integer",
        "Range",
        "Ratio",
        "SampledData",
        "Time",
        "DateTime",
        "Period",
    )
)
_ERROR = ("entered-in-error",)

RESOURCE_INVARIANTS: Final = MappingProxyType(
    {
        "AllergyIntolerance": (
            rule(
                "ait-1",
                "a clinicalStatus, unless entered in error",
                {
                    "anyOf": [
                        has("clinicalStatus"),
                        concept_of("verificationStatus", "allergyintolerance-verification", _ERROR),
                    ]
                },
            ),
            rule(
                "ait-2",
                "no clinicalStatus where entered in error",
                without(
                    {
                        "allOf": [
                            has("clinicalStatus"),
                            concept_of(
                                "verificationStatus", "allergyintolerance-verification", _ERROR
                            ),
                        ]
                    }
                ),
            ),
        ),
        "Appointment": (
            rule(
                "app-2",
                "start and end both, or neither",
                {
                    "dependentRequired": {"start": ["end"], "end": ["start"]},
                },
            ),
            rule(
                "app-3",
                "start and end, unless proposed, cancelled or on the waiting list",
                {
                    "anyOf": [
                        has("start"),
                        coded_as("status", "proposed", "cancelled", "waitlist"),
                    ]
                },
            ),
            rule(
                "app-4",
                "a cancelationReason only if cancelled or noshow",
                if_then(
                    has("cancelationReason"),
                    coded_as("status", "cancelled", "noshow", "no-show"),
                ),
            ),
        ),
        "Appointment.participant": (rule("app-1", "a type or an actor", has_any("type", "actor")),),
        "AuditEvent.entity": (
            rule("sev-1", "a name or a query, not both", never_both("name", "query")),
        ),
        "CarePlan.activity": (
            rule("cpl-3", "a reference or a detail, not both", never_both("reference", "detail")),
        ),
        "Composition.section": (
            rule("cmp-1", "a text, entries or sections", has_any("text", "entry", "section")),
            rule(
                "cmp-2", "an emptyReason only without entries", never_both("emptyReason", "entry")
            ),
        ),
        "Condition": (
            rule(
                "con-4",
                "a clinicalStatus inactive, resolved or remission where abated",
                if_then(
                    has_any(*_ABATED),
                    concept_of(
                        "clinicalStatus",
                        "condition-clinical",
                        ("resolved", "remission", "inactive"),
                    ),
                ),
            ),
            rule(
                "con-5",
                "no clinicalStatus where entered in error",
                without(
                    {
                        "allOf": [
                            has("clinicalStatus"),
                            concept_of("verificationStatus", "condition-ver-status", _ERROR),
                        ]
                    }
                ),
            ),
        ),
        "Condition.stage": (
            rule("con-1", "a summary or an assessment", has_any("summary", "assessment")),
        ),
        "Condition.evidence": (rule("con-2", "a code or details", has_any("code", "detail")),),
        "Consent": (rule("ppc-1", "a policy or a policyRule", has_any("policy", "policyRule")),),
        "Goal.target": (
            rule(
                "gol-1",
                "a measure with the detail",
                if_then(
                    has_any(
                        *(
                            f"detail{kind}"
                            for kind in (
                                "Quantity",
                                "Range",
                                "CodeableConcept",
                                "String",
                                "Boolean",
                                "Integer",
                                "Ratio",
                            )
                        )
                    ),
                    has("measure"),
                ),
            ),
        ),
        "Immunization.education": (
            rule("imm-1", "a documentType or a reference", has_any("documentType", "reference")),
        ),
        "List": (
            rule(
                "lst-1", "an emptyReason only without entries", never_both("emptyReason", "entry")
            ),
            rule(
                "lst-2",
                "entry.deleted only in the mode changes",
                {
                    "anyOf": [
                        coded_as("mode", "changes"),
                        each("entry", without(has("deleted"))),
                    ]
                },
            ),
            rule(
                "lst-3",
                "entry.date only in the mode working",
                {
                    "anyOf": [
                        coded_as("mode", "working"),
                        each("entry", without(has("date"))),
                    ]
                },
            ),
        ),
        "Observation": (
            rule(
                "obs-6",
                "a dataAbsentReason only without a value",
                if_then(
                    has("dataAbsentReason"),
                    without(has_any(*_VALUES)),
                ),
            ),
        ),
        "Observation.component": (
            rule(
                "obs-6",
                "a dataAbsentReason only without a value",
                if_then(
                    has("dataAbsentReason"),
                    without(has_any(*_VALUES)),
                ),
            ),
        ),
        "Observation.referenceRange": (
            rule("obs-3", "a low, a high or a text", has_any("low", "high", "text")),
        ),
        "Organization": (
            rule("org-1", "a name or an identifier", has_any("name", "identifier", "_name")),
            rule(
                "org-2", "no address of use home", each("address", without(coded_as("use", "home")))
            ),
            rule(
                "org-3", "no telecom of use home", each("telecom", without(coded_as("use", "home")))
            ),
        ),
        "Patient.contact": (
            rule(
                "pat-1",
                "details of the contact or an organization",
                has_any("name", "telecom", "address", "organization"),
            ),
        ),
        "ServiceRequest": (
            rule(
                "prr-1", "an orderDetail only with a code", if_then(has("orderDetail"), has("code"))
            ),
        ),
    }
)
"""Resource type or part of one, and the schemas that its JSON object has to meet."""

CONTAINED: Final = rule(
    "dom-2", "no resource contained in a contained one", without(has("contained"))
)
CONTAINED_META: Final = rule(
    "dom-4",
    "no version, time of update or security label in a contained resource",
    {"properties": {"meta": without(has_any("versionId", "lastUpdated", "security"))}},
)
"""Source: FHIR R4, DomainResource, dom-2, dom-4 and dom-5."""
