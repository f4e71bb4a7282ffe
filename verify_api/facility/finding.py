"""Which paper on file a checked code is about, and what its page offers next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.commands import certificates
from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import FactStore
from verify_api.acceptance import Acceptance
from verify_api.callers import Caller
from verify_api.checking import checker_of
from verify_api.running import the_ports
from verify_api.verdict import Overall, Verdict

KINDS: Final = frozenset({REFERRAL.code, APPOINTMENT.code})
_ACCEPTS: Final = frozenset({Acceptance.ACCEPTABLE, Acceptance.APPOINTMENT_NEEDED})
_EARLY: Final = Acceptance.BEFORE_ITS_DAY
_LATE: Final = Acceptance.DAY_WENT_BY


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a code is about."""

    kind: str
    reference: UUID
    accepts: bool
    """Whether it may be accepted now, for all that is known."""
    needs_appointment: bool = False
    early: bool = False
    """An appointment before its day: only with abnormal signs."""
    late: bool = False
    """An appointment whose day went by: if the facility agrees."""
    rejects: bool = False
    unsure: bool = False
    """Nothing can be told now: the patient is admitted, and that is reported."""


def paper_of(facts: FactStore, verdict: Verdict) -> Paper | None:
    """Return the paper on file that ``verdict`` is about; None if it is about none here."""
    token, issuer, kind = verdict.token, verdict.issuer, verdict.kind
    if token is None or issuer is None or kind is None or kind.code not in KINDS:
        return None
    reference = certificates.find_by_number(
        facts, authority=issuer.code, year=local_day(token.issued_at).year, number=token.number
    )
    if reference is None or verdict.accepting is None:
        return None
    axis, unsure = verdict.accepting.axis, verdict.overall is Overall.CANNOT_TELL
    own = axis in {_EARLY, _LATE} and kind.code == APPOINTMENT.code
    accepts = not unsure and (axis in _ACCEPTS or own)
    return Paper(
        kind.code, reference, accepts, axis is Acceptance.APPOINTMENT_NEEDED,
        axis is _EARLY, axis is _LATE, accepts and kind.code == REFERRAL.code,
        unsure or axis is Acceptance.USE_UNKNOWN,
    )  # fmt: skip


def paper_in(facts: FactStore, caller: Caller, text: str, place: str) -> Paper:
    """Return the paper whose code somebody scanned or pasted into a field.

    Raises:
        InvalidInputError: ``code_unknown_here``: no paper that is on file.
    """
    at = the_ports().clock()
    verdict = the_ports().verify(text, at=at, checker=checker_of(caller, None))
    found = paper_of(facts, verdict)
    if found is None:
        raise InvalidInputError(place, "code_unknown_here", "the code of a paper on file")
    return found


def by_number(facts: FactStore, values: Mapping[str, str]) -> UUID:
    """Return the referral with a printed number, its issuer's code and its year of issue.

    Raises:
        InvalidInputError: A value is none.
        NotFoundError: There is no such paper.
    """
    year = values.get("year", "")
    if not (year.isascii() and year.isdigit() and len(year) == 4):  # noqa: PLR2004  digits
        raise InvalidInputError("year", "year_form", "a year such as 2026")
    found = certificates.find_by_number(
        facts, authority=values.get("issuer", "").upper(), year=int(year),
        number=values.get("number", ""),
    )  # fmt: skip
    if found is None or certificates.load(facts, found).certificate.drafted.kind != REFERRAL.code:
        raise NotFoundError("no referral is known under this number")
    return found


def offers(kind: str, state: Mapping[str, Any], facility: str) -> frozenset[str]:
    """Return what may be done with a paper that stands so, for ``facility``; by acts' names."""
    return _of_appointment(state) if kind == APPOINTMENT.code else _of_referral(state, facility)


def _of_referral(state: Mapping[str, Any], facility: str) -> frozenset[str]:
    stage, addressed = state["stage"], facility in state["to"]
    waits = stage in {"available", "presented"}
    may = {
        "accept": (waits and addressed and not state["lapsed"]) or (
            waits and facility in state["presented_at"]),
        "present": waits and addressed and not state["lapsed"]
        and facility not in state["presented_at"],
        "reject": waits and addressed,
        "close": stage == "in-use" and state["in_use_by"] == facility,
        "use": stage == "in-use" and state["in_use_by"] == facility,
        "cancel": waits and state["from"] == facility,
    }  # fmt: skip
    return frozenset(act for act, allowed in may.items() if allowed)


def _of_appointment(state: Mapping[str, Any]) -> frozenset[str]:
    if state["stage"] not in {"issued", "missed"}:
        return frozenset()
    missed = frozenset() if state["stage"] == "missed" else frozenset({"miss"})
    return frozenset({"consume", "reschedule", "cancel"}) | missed
