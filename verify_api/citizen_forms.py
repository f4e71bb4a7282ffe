"""What a citizen typed, read whole: a value, or for each field what was wrong with it. Pure.

Names of faults are keys of `verify_api.citizen_form_words.WRONG`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeAlias

from ledger.certificates.request_filing import MAX_COPIES
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Declaration, FeeGroup, Form
from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import EMAIL, PHONE
from ledger.personal_details import ContactDetails, Stay
from verify_api.citizen_form_words import FEE_GROUPS, FORMS, OTHER_PURPOSE, PURPOSES, RECEIVINGS
from verify_api.desk.citizen_requests import AskedRequest, Receiving, Registered, Supplement

Faults: TypeAlias = Mapping[str, str]
"""By field, what was wrong."""

LONGEST_TEXT: Final = 500
STAY_LINES: Final = 3
"""Lines of the residence history that the page offers beside those that are there."""
MOST_STAY_LINES: Final = 20
ASKED_FIELDS: Final = (
    "form", "post_bans", "purpose", "purpose_words", "authority", "receiving", "copies", "address",
    "phone", "email", "fee_group",
)  # fmt: skip
"""Of the form, as they are posted."""

_PLACES: Final = MappingProxyType({
    "contact.phone": "phone", "contact.email": "email", "contact.current_address": "address",
    "declaration.purpose": "purpose_words", "purpose": "purpose", "copies": "copies",
    "province": "authority", "authority": "authority",
    "declaration.birthplace": "birthplace", "declaration.other_names": "other_names",
})  # fmt: skip
"""The ledger's places, and the fields that they were filled from."""
_SPACING: Final = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """The form as it was read."""

    asked: AskedRequest | None
    """None if anything was wrong."""
    faults: Faults


def read_request(typed: Mapping[str, str]) -> ReadRequest:
    """Return what is asked for, or what was wrong with each field."""
    faults = dict(_chosen_faults(typed))
    receiving, purpose = typed.get("receiving", ""), typed.get("purpose", "")
    words = _text(typed, "purpose_words")
    if (purpose == OTHER_PURPOSE and words is None) or _too_long(words):
        faults["purpose_words"] = "purpose_words"
    address = _text(typed, "address") if receiving == Receiving.POST else None
    if (receiving == Receiving.POST and address is None) or _too_long(address):
        faults["address"] = "address"
    wants_paper = receiving in {Receiving.POST, Receiving.COUNTER}
    copies = _copies(typed.get("copies", "")) if wants_paper else 0
    if copies is None:
        faults["copies"] = "copies"
    phone, email = read_contact(typed, faults)
    if faults:
        return ReadRequest(None, faults)
    asked = AskedRequest(
        form=Form(int(typed["form"])),
        post_bans=typed.get("post_bans") == "yes",
        purpose=purpose,
        purpose_words=words,
        authority=typed["authority"],
        receiving=Receiving(receiving),
        copies=copies or 0,
        address=address,
        phone=phone,
        email=email,
        fee_group=FeeGroup(typed["fee_group"]),
    )
    return ReadRequest(asked, {})


def faults_of(error: InvalidInputError | RefusedError) -> Faults:
    """Return which field a decision's refusal is about; nothing if it is about none."""
    if isinstance(error, RefusedError):
        waiver = error.rule == Rule.WAIVER_NEEDS_NATIONAL_PORTAL
        return {"fee_group": "fee_waiver"} if waiver else {}
    if error.place.startswith("declaration.stays"):
        return {"stays": "stays"}
    field = _PLACES.get(error.place)
    return {} if field is None else {field: field}


def read_contact(typed: Mapping[str, str], faults: dict[str, str]) -> tuple[str | None, str | None]:
    """Return phone and e-mail, adding to ``faults`` what was wrong with them."""
    phone = _SPACING.sub("", typed.get("phone", "")) or None
    if phone is not None and not PHONE.matches(phone):
        faults["phone"] = "phone"
    email = _text(typed, "email")
    if email is not None and not EMAIL.matches(email):
        faults["email"] = "email"
    return phone, email


@dataclass(frozen=True, slots=True)
class ReadSupplement:
    """An answer to what is missing, as it was read."""

    given: Supplement | None
    faults: Faults


def read_supplement(typed: Mapping[str, str], known: Registered) -> ReadSupplement:
    """Return the answer, or what was wrong with each field."""
    faults: dict[str, str] = {}
    phone, email = read_contact(typed, faults)
    texts = {name: _text(typed, name) for name in ("birthplace", "other_names", "purpose_words")}
    faults |= {name: name for name, text in texts.items() if _too_long(text)}
    stays = _stays(typed)
    if stays is None:
        faults["stays"] = "stays"
    if faults or stays is None:
        return ReadSupplement(None, faults)
    contact: ContactDetails = replace(known.contact, phone=phone, email=email)
    given = Supplement(
        texts["birthplace"], texts["other_names"], texts["purpose_words"], stays, contact
    )
    return ReadSupplement(given, {})


def typed_of(declared: Declaration, contact: ContactDetails) -> dict[str, str]:
    """Return a declaration as the supplement's form is filled with it."""
    details = declared.details
    typed = {
        "birthplace": details.birthplace, "other_names": details.other_names,
        "purpose_words": declared.purpose, "phone": contact.phone, "email": contact.email,
    }  # fmt: skip
    for number, stay in enumerate(declared.stays):
        typed |= {
            f"since-{number}": stay.since, f"until-{number}": stay.until,
            f"place-{number}": stay.place, f"occupation-{number}": stay.occupation,
        }  # fmt: skip
    return {name: value for name, value in typed.items() if value}


def _chosen_faults(typed: Mapping[str, str]) -> Faults:
    offered = {
        "form": FORMS, "purpose": PURPOSES, "receiving": RECEIVINGS, "fee_group": FEE_GROUPS,
    }  # fmt: skip
    faults = {name: name for name, values in offered.items() if typed.get(name) not in values}
    return faults if typed.get("authority") else {**faults, "authority": "authority"}


def _copies(text: str) -> int | None:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_COPIES))):
        return None
    return int(digits) if 1 <= int(digits) <= MAX_COPIES else None


def _stays(typed: Mapping[str, str]) -> tuple[Stay, ...] | None:
    """Return the lines that were filled in; None if one has no beginning or no place."""
    stays: list[Stay] = []
    for number in range(MOST_STAY_LINES):
        line = {
            name: _text(typed, f"{name}-{number}")
            for name in ("since", "until", "place", "occupation")
        }
        if not any(line.values()):
            continue
        since, place = line["since"], line["place"]
        if since is None or place is None or _too_long(place) or _too_long(line["occupation"]):
            return None
        stays.append(Stay(since, line["until"], place, line["occupation"]))
    return tuple(stays)


def _text(typed: Mapping[str, str], name: str) -> str | None:
    return typed.get(name, "").strip() or None


def _too_long(text: str | None) -> bool:
    return text is not None and len(text) > LONGEST_TEXT
