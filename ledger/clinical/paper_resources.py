"""Referral papers and appointments of a book as FHIR R4: where each is, and not what it says.

What a facility has sent of a referral is a received resource of its own; this is the paper that a
facility takes in or not. Its diagnosis stands on the paper alone.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid5

from ledger.clinical.book_papers import BookPaper, PaperState, Place, left_words, state_words
from ledger.clinical.insurance_fhir_parts import own_system
from ledger.clinical.made_resources import IDS
from ledger.clinical.moments import VIETNAM
from ledger.clinical.sections import Section

TYPES: Final[Mapping[Section, str]] = {
    Section.REFERRALS: "ServiceRequest",
    Section.APPOINTMENTS: "Appointment",
}
_NAMES: Final[Mapping[Section, str]] = {
    Section.REFERRALS: "Phiếu chuyển cơ sở khám bệnh, chữa bệnh · Referral paper",
    Section.APPOINTMENTS: "Phiếu hẹn khám lại · Re-examination appointment",
}
_REFERRALS: Final[Mapping[PaperState, str]] = {
    PaperState.USABLE: "active",
    PaperState.PRESENTED: "active",
    PaperState.IN_USE: "active",
    PaperState.USED: "completed",
}
"""Others ended before they were used: ``revoked``. Source: FHIR R4, request-status."""
_APPOINTMENTS: Final[Mapping[PaperState, str]] = {
    PaperState.USABLE: "booked",
    PaperState.PRESENTED: "booked",
    PaperState.IN_USE: "arrived",
    PaperState.USED: "fulfilled",
    # That the day went by says that nobody has told of a visit, and not that nobody came.
    PaperState.MISSED: "booked",
}
"""Others will not be: ``cancelled``. Source: FHIR R4, appointmentstatus."""
_HEX: Final = 31
_PAPER: Final = "paper\n"


def paper_id(paper: BookPaper) -> str:
    """Return the identifier outside, of the form of `ledger.clinical.made_resources.fhir_id`."""
    return f"{paper.subject.hex}-{uuid5(IDS, _PAPER + str(paper.reference)).hex[:_HEX]}"


def paper_type(paper: BookPaper) -> str:
    """Return the type of the resource that the paper is."""
    return TYPES[paper.section]


def paper_resource(paper: BookPaper, patient: str) -> dict[str, Any]:
    """Return one paper as a resource about whom the reference ``patient`` leads to."""
    made = _appointment if paper.section is Section.APPOINTMENTS else _referral
    resource = {
        "resourceType": paper_type(paper),
        "id": paper_id(paper),
        "identifier": [{"system": own_system("paper"), "value": paper.number}],
        **made(paper, patient),
    }
    return {name: value for name, value in resource.items() if value not in ([], {}, "")}


def _referral(paper: BookPaper, patient: str) -> dict[str, Any]:
    return {
        "status": _REFERRALS.get(paper.state, "revoked"),
        "intent": "order",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://snomed.info/sct",
                        "code": "3457005",
                        "display": "Patient referral",
                    }
                ]
            }
        ],
        "code": {"text": _NAMES[paper.section]},
        "subject": {"reference": patient},
        "occurrencePeriod": {"end": paper.last_day.isoformat()},
        "authoredOn": _instant(paper),
        "requester": _facility(paper.issuer),
        "performer": [_facility(one) for one in paper.to],
        "note": [{"text": _stands(paper)}],
    }


def _appointment(paper: BookPaper, patient: str) -> dict[str, Any]:
    day = paper.last_day.isoformat()
    # A start is a moment and needs an end: a day without an hour is the whole day.
    begins = f"{day}T{paper.clock or '00:00'}:00+07:00"
    ends = begins if paper.clock else f"{day}T23:59:59+07:00"
    return {
        "status": _APPOINTMENTS.get(paper.state, "cancelled"),
        "serviceType": [{"text": _NAMES[paper.section]}],
        "start": begins,
        "end": ends,
        "created": _instant(paper),
        "comment": _stands(paper),
        "participant": [
            {"actor": {"reference": patient}, "required": "required", "status": "accepted"},
            *({"actor": _facility(one), "status": "accepted"} for one in paper.to),
        ],
    }


def _instant(paper: BookPaper) -> str:
    return paper.issued_at.astimezone(VIETNAM).isoformat(timespec="seconds")


def _stands(paper: BookPaper) -> str:
    said = [state_words(paper.state), left_words(paper)]
    known = [words for words in said if words is not None]
    languages = (", ".join(one.of(language) for one in known) for language in ("vi", "en"))
    return " · ".join(languages)


def _facility(place: Place) -> dict[str, Any]:
    return {
        "type": "Organization",
        "identifier": {"system": own_system("MA_CSKCB"), "value": place.code},
        "display": place.name,
    }
