"""Units as people read them, and values with them; machines get the codes that were sent.

Source of the codes: UCUM (ucum.org), as FHIR R4 wants them for vital signs. A unit that is not here
stays as it was sent.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording


def _alike(text: str) -> Wording:
    return Wording(text, text)


UNITS: Final[Mapping[str, Wording]] = MappingProxyType({
    "mm[Hg]": _alike("mmHg"),
    "/min": Wording("lần/phút", "per minute"),
    "{beats}/min": Wording("lần/phút", "per minute"),
    "{breaths}/min": Wording("lần/phút", "per minute"),
    "Cel": _alike("°C"),
    "[degF]": _alike("°F"),
    "kg/m2": _alike("kg/m²"),
    "10*3/uL": _alike("10³/µL"),
    "10*6/uL": _alike("10⁶/µL"),
    "10*9/L": _alike("10⁹/L"),
    "10*12/L": _alike("10¹²/L"),
})  # fmt: skip
"""By UCUM code."""
_NUMBER: Final = re.compile(r"[<>=]*-?[0-9]+\.[0-9]+", re.ASCII)


def unit_words(unit: str, language: str) -> str:
    """Return ``unit`` as people write it."""
    known = UNITS.get(unit)
    return unit if known is None else known.of(language)


def measured_words(value: str, unit: str, language: str) -> str:
    """Return a value and its unit: all digits that were sent, and the mark that the language has.

    Empty where there is no value.
    """
    if not value:
        return ""
    if language != "en" and _NUMBER.fullmatch(value):
        value = value.replace(".", ",")
    return f"{value} {unit_words(unit, language)}".strip()
