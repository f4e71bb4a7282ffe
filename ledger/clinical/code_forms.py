"""Codes that cannot be right whatever the list in force: check digits and shapes, by system.

Sources: LOINC users' guide (mod 10 check digit); SNOMED CT technical guide, SCTID (Verhoeff check
digit, partition); WHO ICD-10 volume 2, section 2.4; UCUM section 2 (ASCII, no white space).
"""

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

LOINC: Final = "http://loinc.org"
SNOMED_CT: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
ICD10: Final = "http://hl7.org/fhir/sid/icd-10"

_LOINC_TERM = re.compile(r"([0-9]{1,7})-([0-9])", re.ASCII)
_LOINC_PART = re.compile(r"L[APLG][0-9]{1,8}-([0-9])", re.ASCII)
_SCTID = re.compile(r"[1-9][0-9]{5,17}", re.ASCII)
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?[*†+]?", re.ASCII)
_UCUM = re.compile(r"[\x21-\x7e]{1,64}")
_DIGITS = re.compile(r"[0-9]{1,8}", re.ASCII)

_MULTIPLIED = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
"""Multiplication of the dihedral group D5 (Verhoeff 1969)."""
_PERMUTED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _loinc(code: str) -> bool:
    if _LOINC_PART.fullmatch(code):
        return True
    found = _LOINC_TERM.fullmatch(code)
    if found is None:
        return False
    total = 0
    for place, digit in enumerate(reversed(found[1])):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled // 10 + doubled % 10
    return -total % 10 == int(found[2])


def _sctid(code: str) -> bool:
    if not _SCTID.fullmatch(code):
        return False
    check = 0
    for place, digit in enumerate(reversed(code)):
        value = int(digit)
        for _ in range(place % 8):
            value = _PERMUTED[value]
        check = _MULTIPLIED[check][value]
    return check == 0


def _snomed(code: str) -> bool:
    """Return whether a code or each identifier of a postcoordinated expression may be one."""
    identifiers = re.findall(r"[0-9A-Za-z]+", re.sub(r"\|[^|]*\|", "", code))
    return bool(identifiers) and all(map(_sctid, identifiers))


def _ucum(code: str) -> bool:
    if not _UCUM.fullmatch(code):
        return False
    return all(code.count(begin) == code.count(end) for begin, end in ("()", "[]", "{}"))


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda code: pattern.fullmatch(code) is not None


FORMS: Final = MappingProxyType(
    {
        LOINC: (_loinc, "a LOINC code with its check digit"),
        SNOMED_CT: (_snomed, "a SNOMED CT identifier with its check digit"),
        UCUM: (_ucum, "a UCUM unit: ASCII without spaces, brackets closed"),
        ICD10: (_matches(_ICD10), "an ICD-10 code such as I10 or E11.9"),
        "http://hl7.org/fhir/sid/icd-10-cm": (_matches(_ICD10), "an ICD-10-CM code"),
        "http://hl7.org/fhir/sid/cvx": (_matches(_DIGITS), "a CVX code of digits"),
        "http://www.nlm.nih.gov/research/umls/rxnorm": (_matches(_DIGITS), "an RxCUI of digits"),
    }
)
"""System, whether a code has its form, and that form in words."""

MISNAMED: Final = MappingProxyType(
    {
        "https://loinc.org": LOINC,
        "http://loinc.org/": LOINC,
        "urn:oid:2.16.840.1.113883.6.1": LOINC,
        "LOINC": LOINC,
        "http://snomed.info": SNOMED_CT,
        "http://snomed.info/sct/": SNOMED_CT,
        "https://snomed.info/sct": SNOMED_CT,
        "urn:oid:2.16.840.1.113883.6.96": SNOMED_CT,
        "SNOMED-CT": SNOMED_CT,
        "http://unitsofmeasure.org/": UCUM,
        "https://unitsofmeasure.org": UCUM,
        "urn:oid:2.16.840.1.113883.6.8": UCUM,
        "UCUM": UCUM,
        "ICD-10": ICD10,
        "ICD10": ICD10,
        "http://hl7.org/fhir/sid/icd-10/": ICD10,
        "urn:oid:2.16.840.1.113883.6.3": ICD10,
    }
)
"""Names under which senders write a system that has another official address in FHIR R4."""
