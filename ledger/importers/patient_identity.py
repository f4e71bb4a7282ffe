"""From a FHIR Patient to whom a facility says it treated: numbers by kind, name, birth date.

National numbers count by their form and the kind that the sender gives them. Every other number
means somebody within this facility and this system of numbers alone: two hospitals, or two wards,
number their patients from one.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from keys.blind_index import Number
from ledger.clinical.insurance_fhir_parts import INSURANCE_CARDS, PERSONAL_NUMBERS
from ledger.commands.patients import own_number
from ledger.identifiers import (
    INSURANCE_CARD,
    OLD_IDENTITY_CARD,
    PERSONAL_NUMBER,
    SOCIAL_INSURANCE_NUMBER,
    VIETNAMESE_PASSPORT,
    Pattern,
)
from ledger.names import normalise_name
from ledger.records.health_book import book
from ledger.records.health_book.facts import AssertedIdentity, AssertedNumber

Resource = Mapping[str, Any]

UNNAMED: Final = "Không rõ tên"
"""Newborns and people who were found unconscious have no name yet."""
LOGICAL_ID: Final = "Patient"
"""System of the ids that a sender's own server gives its Patient resources."""
_LONG_ID: Final = 20
"""A shorter id, such as ``example``, is seldom one person's alone."""
_LONGEST: Final = 100
_ADDRESS: Final = 300
_SEX: Final = {"male": 1, "female": 2, "other": 3}
_KINDS: Final[Mapping[str, tuple[tuple[str, Pattern], ...]]] = {
    "NI": (("personal", PERSONAL_NUMBER), ("old-identity-card", OLD_IDENTITY_CARD)),
    "NNVNM": (("personal", PERSONAL_NUMBER), ("old-identity-card", OLD_IDENTITY_CARD)),
    "HC": (("insurance-card", INSURANCE_CARD),),
    "SB": (("social-insurance", SOCIAL_INSURANCE_NUMBER),),
    "SS": (("social-insurance", SOCIAL_INSURANCE_NUMBER),),
    "PPN": (("passport", VIETNAMESE_PASSPORT),),
    PERSONAL_NUMBERS: (("personal", PERSONAL_NUMBER),),
    INSURANCE_CARDS: (("insurance-card", INSURANCE_CARD),),
}
"""Kinds by the type of number (HL7 v2 table 0203) or its system, with the form each must have."""


def patient_identity(patient: Resource, *, facility: str, by_id: bool = False) -> AssertedIdentity:
    """Return whom ``patient``, a Patient that has the form of R4, means.

    With ``by_id`` the resource's id is one of the numbers: what else comes refers to it so.

    Raises:
        InvalidInputError: Rule ``patient_number``, or a part has the wrong form.
    """
    identity = AssertedIdentity(
        name=_name(patient),
        birth=patient.get("birthDate"),
        sex=_SEX.get(str(patient.get("gender"))),
        numbers=tuple(_numbers(patient, facility, by_id=by_id))[: book.MAX_NUMBERS],
        address=_address(patient),
        phone=_phone(patient),
    )
    book.assert_identity(book.EMPTY, identity=identity)
    return identity


def id_number(facility: str, patient_id: str) -> Number:
    """Return the number under which a patient is known by the id of the Patient resource."""
    return own_number(facility, patient_id, system=LOGICAL_ID)


def number_of(identifier: Resource, facility: str) -> Number:
    """Return the number that an Identifier with a value means; the surest one."""
    value = " ".join(str(identifier["value"]).split())
    return next(_of_identifier(identifier, value, facility))


def _numbers(patient: Resource, facility: str, *, by_id: bool) -> Iterator[AssertedNumber]:
    seen: set[Number] = set()
    for number in _all_numbers(patient, facility, by_id=by_id):
        if number not in seen:
            seen.add(number)
            yield AssertedNumber(*number)


def _all_numbers(patient: Resource, facility: str, *, by_id: bool) -> Iterator[Number]:
    own = patient.get("id")
    said = False
    if isinstance(own, str) and (by_id or len(own) >= _LONG_ID):
        said = True
        yield id_number(facility, own)
    for identifier in patient.get("identifier", ()):
        value = " ".join(str(identifier.get("value", "")).split())
        if value and len(value) <= _LONGEST:
            said = True
            yield from _of_identifier(identifier, value, facility)
    if not said and isinstance(own, str):
        yield id_number(facility, own)


def _of_identifier(identifier: Resource, value: str, facility: str) -> Iterator[Number]:
    system = str(identifier.get("system", ""))
    codings = identifier.get("type", {}).get("coding", ())
    names = (system, *(str(coding.get("code")) for coding in codings))
    for kind, form in (pair for name in names for pair in _KINDS.get(name, ())):
        if form.matches(value):
            yield kind, value
            if kind == "insurance-card" and SOCIAL_INSURANCE_NUMBER.matches(value[5:]):
                yield "social-insurance", value[5:]
            return
    yield own_number(facility, value, system=system[:_LONGEST])


def _name(patient: Resource) -> str:
    names = patient.get("name", ())
    chosen = next((one for one in names if one.get("use") == "official"), None)
    for name in (chosen, *names):
        if name is None:
            continue
        parts = [str(name.get("family", "")), *(str(given) for given in name.get("given", ()))]
        text = normalise_name(str(name.get("text", "")) or " ".join(parts))
        if text:
            return text
    return UNNAMED


def _address(patient: Resource) -> str | None:
    for address in patient.get("address", ()):
        places = ("line", "district", "city", "state", "country")
        parts: list[str] = []
        for place in places:
            value = address.get(place, ())
            parts += [value] if isinstance(value, str) else [str(line) for line in value]
        text = normalise_name(str(address.get("text", "")) or ", ".join(filter(None, parts)))
        if text:
            return text[:_ADDRESS]
    return None


def _phone(patient: Resource) -> str | None:
    for contact in patient.get("telecom", ()):
        if contact.get("system") == "phone" and contact.get("value"):
            return normalise_name(str(contact["value"]))[:_LONGEST]
    return None
