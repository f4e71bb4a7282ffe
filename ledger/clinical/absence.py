"""Codes that say that something is not there, or that nobody knows: a table of facts.

Source: IPS 2.0.0, code system absent-unknown-uv-ips; SNOMED CT, situations of no known allergy.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ledger.clinical.entry import Absence, Coding

ABSENT_UNKNOWN: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

CODES: Final[Mapping[str, Absence]] = {
    "no-known-allergies": Absence.NONE_KNOWN,
    "no-known-medication-allergies": Absence.SOME_NONE_KNOWN,
    "no-known-environmental-allergies": Absence.SOME_NONE_KNOWN,
    "no-known-food-allergies": Absence.SOME_NONE_KNOWN,
    "no-known-medications": Absence.NONE_KNOWN,
    "no-known-problems": Absence.NONE_KNOWN,
    "no-known-immunizations": Absence.NONE_KNOWN,
    "no-known-procedures": Absence.NONE_KNOWN,
    "no-known-devices": Absence.NONE_KNOWN,
    "no-allergy-info": Absence.NO_INFORMATION,
    "no-medication-info": Absence.NO_INFORMATION,
    "no-problem-info": Absence.NO_INFORMATION,
    "no-immunization-info": Absence.NO_INFORMATION,
    "no-procedure-info": Absence.NO_INFORMATION,
    "no-device-info": Absence.NO_INFORMATION,
    "716186003": Absence.NONE_KNOWN,
    "409137002": Absence.SOME_NONE_KNOWN,
    "429625007": Absence.SOME_NONE_KNOWN,
    "428607008": Absence.SOME_NONE_KNOWN,
    "428197003": Absence.SOME_NONE_KNOWN,
    "1003774007": Absence.SOME_NONE_KNOWN,
    "160244002": Absence.NONE_KNOWN,
    "160245001": Absence.NONE_KNOWN,
    "787481004": Absence.NONE_KNOWN,
    "1234391006": Absence.NONE_KNOWN,
}
"""No code of one of the two systems is one of the other."""


def absence_of(codings: Iterable[Coding]) -> Absence:
    """Return what ``codings`` say is not there."""
    for coding in codings:
        absence = CODES.get(coding.code)
        if absence is not None and ("snomed" in coding.system or "absent-unknown" in coding.system):
            return absence
    return Absence.NOTHING
