"""Vital signs: the code that says which one, units that can be compared, values a body can have.

Source of codes and units: FHIR R4 4.0.1, observation-vitalsigns, and its value set of UCUM units.
The widest plausible values are our choice: beyond them stands a slip of unit or comma, as no
reported patient has had them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ledger.clinical.code_forms import LOINC, UCUM
from ledger.clinical.fhir_terminology import codes_of, warning
from ledger.clinical.fhir_walk import Held
from ledger.clinical.findings import Finding

_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_PROFILES: Final = "http://hl7.org/fhir/StructureDefinition/"


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign: by UCUM unit, the least and the greatest plausible value."""

    units: Mapping[str, tuple[float, float]]


def _sign(**units: tuple[float, float]) -> Sign:
    return Sign(MappingProxyType({_UNITS.get(name, name): span for name, span in units.items()}))


_UNITS: Final = {
    "per_min": "/min",
    "percent": "%",
    "deg_f": "[degF]",
    "inch": "[in_i]",
    "pound": "[lb_av]",
    "kg_m2": "kg/m2",
    "mm_hg": "mm[Hg]",
}
_PRESSURE: Final = _sign(mm_hg=(0, 370))
_LENGTH: Final = _sign(cm=(10, 280), inch=(4, 110))
SIGNS: Final[Mapping[str, Sign]] = MappingProxyType(
    {
        "9279-1": _sign(per_min=(0, 150)),
        "8867-4": _sign(per_min=(0, 400)),
        "2708-6": _sign(percent=(0, 100)),
        "59408-5": _sign(percent=(0, 100)),
        "8310-5": _sign(Cel=(13, 47), deg_f=(55, 117)),
        "8302-2": _LENGTH,
        "9843-4": _sign(cm=(10, 90), inch=(4, 36)),
        "29463-7": _sign(g=(150, 700_000), kg=(0.15, 700), pound=(0.3, 1550)),
        "39156-5": _sign(kg_m2=(4, 250)),
        "8480-6": _PRESSURE,
        "8462-4": _PRESSURE,
    }
)
"""By LOINC code."""
_OF_PROFILE: Final = MappingProxyType(
    {
        "resprate": "9279-1",
        "heartrate": "8867-4",
        "oxygensat": "2708-6",
        "bodytemp": "8310-5",
        "bodyheight": "8302-2",
        "headcircum": "9843-4",
        "bodyweight": "29463-7",
        "bmi": "39156-5",
        "bp": "85354-9",
        "vitalspanel": "85353-1",
    }
)
"""The code that a profile of R4 asks for, by the last part of its address."""


def vital_findings(held: Held) -> Iterator[Finding]:
    """Yield what is odd about an Observation that is, or says that it is, a vital sign."""
    value = held.value
    if value["resourceType"] != "Observation":
        return
    yield from _profiles(held)
    categories = value.get("category", ())
    vital = any("vital-signs" in codes_of(one, _CATEGORY) for one in categories)
    if vital and not codes_of(value.get("code"), LOINC):
        yield warning(f"{held.place}.code", "vital_code", "the LOINC code of the vital sign")
    if vital and not any(name.startswith("effective") for name in value):
        yield warning(f"{held.place}.effective", "vital_time", "when it was measured")
    yield from _measured(value, held.place)
    for index, component in enumerate(value.get("component", ())):
        place = f"{held.place}.component[{index}]"
        yield from _measured(component, place)
        if vital and not _answers(component):
            yield warning(place, "vs-3", "a value, or the reason why there is none")
    if vital and not _answers(value) and not {"component", "hasMember"} & value.keys():
        yield warning(held.place, "vs-2", "a value, components, or the reason why there is none")


def _answers(value: Mapping[str, Any]) -> bool:
    return any(name.startswith(("value", "dataAbsentReason")) for name in value)


def _profiles(held: Held) -> Iterator[Finding]:
    for profile in held.value.get("meta", {}).get("profile", ()):
        name = str(profile).split("|")[0].removeprefix(_PROFILES)
        wanted = _OF_PROFILE.get(name)
        if wanted is not None and wanted not in codes_of(held.value.get("code"), LOINC):
            expected = f"the LOINC code {wanted}, which the profile {name} asks for"
            yield warning(f"{held.place}.code", "vital_profile", expected)


def _measured(value: Mapping[str, Any], place: str) -> Iterator[Finding]:
    quantity = value.get("valueQuantity")
    known = [SIGNS[code] for code in codes_of(value.get("code"), LOINC) if code in SIGNS]
    if quantity is None or not known or "value" not in quantity:
        return
    units = known[0].units
    unit = quantity.get("code")
    if quantity.get("system") != UCUM or unit not in units:
        expected = f"a UCUM unit, one of {', '.join(units)}"
        yield warning(f"{place}.valueQuantity.code", "vital_unit", expected)
        return
    least, greatest = units[unit]
    if not least <= quantity["value"] <= greatest:
        expected = f"a value that a body can have: {least:g} to {greatest:g} {unit}"
        yield warning(f"{place}.valueQuantity.value", "implausible", expected)
