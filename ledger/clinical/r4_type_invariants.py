"""Invariants of the data types of FHIR R4 that a schema can say cheaply.

Source: FHIR R4 4.0.1, constraints of severity error; each under its key there.
"""

from types import MappingProxyType
from typing import Final

from ledger.clinical.r4_conditions import (
    has,
    has_any,
    if_then,
    never_both,
    rule,
    without,
)

_UCUM = {"properties": {"system": {"const": "http://unitsofmeasure.org"}}}
_UNIT_OF_CODE = rule(
    "qty-3", "a system with the code of the unit", if_then(has("code"), has("system"))
)
TYPE_INVARIANTS: Final = MappingProxyType(
    {
        "Age": (
            _UNIT_OF_CODE,
            rule(
                "age-1",
                "a UCUM code of time and a value above 0",
                {
                    **if_then({"properties": {"value": {}}, "required": ["value"]}, has("code")),
                    **_UCUM,
                    "dependentSchemas": {
                        "value": {"properties": {"value": {"exclusiveMinimum": 0}}}
                    },
                },
            ),
        ),
        "Attachment": (
            rule(
                "att-1",
                "a contentType with the data",
                if_then(has("data"), has_any("contentType", "_contentType")),
            ),
        ),
        "ContactPoint": (
            rule(
                "cpt-2",
                "a system with the value",
                if_then(has("value"), has_any("system", "_system")),
            ),
        ),
        "Count": (
            _UNIT_OF_CODE,
            rule(
                "cnt-3",
                "the UCUM code 1 and a whole number",
                {
                    **if_then(has("value"), has("code")),
                    **_UCUM,
                    "dependentSchemas": {"code": {"properties": {"code": {"const": "1"}}}},
                },
            ),
        ),
        "DataRequirement.codeFilter": (
            rule("drq-1", "a path or a searchParam", {"oneOf": [has("path"), has("searchParam")]}),
        ),
        "DataRequirement.dateFilter": (
            rule("drq-2", "a path or a searchParam", {"oneOf": [has("path"), has("searchParam")]}),
        ),
        "Distance": (
            _UNIT_OF_CODE,
            rule(
                "dis-1",
                "a UCUM code of length with the value",
                {
                    **if_then(has("value"), has("code")),
                    **_UCUM,
                },
            ),
        ),
        "Duration": (
            _UNIT_OF_CODE,
            rule(
                "drt-1",
                "a value, and UCUM as system, with the code",
                if_then(
                    has("code"),
                    {"required": ["value", "system"], **_UCUM},
                ),
            ),
        ),
        "Expression": (
            rule("exp-1", "an expression or a reference", has_any("expression", "reference")),
        ),
        "Quantity": (_UNIT_OF_CODE,),
        "Ratio": (
            rule(
                "rat-1",
                "numerator and denominator both, or an extension and neither",
                {
                    "anyOf": [
                        has("numerator", "denominator"),
                        {"allOf": [has("extension"), without(has_any("numerator", "denominator"))]},
                    ]
                },
            ),
        ),
        "Timing.repeat": (
            rule(
                "tim-1",
                "a durationUnit with the duration",
                if_then(has("duration"), has("durationUnit")),
            ),
            rule(
                "tim-2", "a periodUnit with the period", if_then(has("period"), has("periodUnit"))
            ),
            rule("tim-4", "a duration of at least 0", {"properties": {"duration": {"minimum": 0}}}),
            rule("tim-5", "a period of at least 0", {"properties": {"period": {"minimum": 0}}}),
            rule("tim-6", "a period with the periodMax", if_then(has("periodMax"), has("period"))),
            rule(
                "tim-7",
                "a duration with the durationMax",
                if_then(has("durationMax"), has("duration")),
            ),
            rule("tim-8", "a count with the countMax", if_then(has("countMax"), has("count"))),
            rule(
                "tim-9",
                "a when, and no meal itself, with the offset",
                if_then(
                    has("offset"),
                    {
                        "required": ["when"],
                        "properties": {
                            "when": {"items": without({"enum": ["C", "CM", "CD", "CV"]})}
                        },
                    },
                ),
            ),
            rule("tim-10", "a timeOfDay or a when", never_both("timeOfDay", "when")),
        ),
        "TriggerDefinition": (
            rule("trd-2", "a condition only with data", if_then(has("condition"), has("data"))),
        ),
    }
)
"""Data type or part of one, and the schemas that its JSON object has to meet."""
