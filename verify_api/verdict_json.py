"""A verdict as JSON: what an API client matches on, and the words that a person reads.

Personal data leaves only with a valid answer: whoever must not accept a paper need not read it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, TypeAlias

from ledger.certificates.disclosure import mrz_name
from ledger.certificates.kind import CertificateKind, Claim, Token
from verify_api.acceptance import Accepting
from verify_api.acceptance_words import ACCEPTANCES
from verify_api.verdict import (
    OVERALL,
    Authenticity,
    Axis,
    Evidence,
    Overall,
    State,
    Verdict,
)
from verify_api.wording import AXES, OVERALLS, REASONS, STATES

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

LARGEST_NUMBER: Final = 2**53 - 1
"""Beyond it a number is written as text: most readers of JSON would change it (RFC 8259, 6)."""
HANOI: Final = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh; without daylight saving since 1975."""


def verdict_json(verdict: Verdict, language: str = "vi") -> dict[str, Json]:
    """Return ``verdict`` as JSON values, with words in ``language`` (``vi`` or ``en``).

    Times are ISO 8601 with the offset of Vietnam. ``certificate`` is null unless the paper is
    genuine; its ``holder`` and ``claims`` are null unless the answer is valid.
    """
    axes: tuple[Axis, ...] = (
        verdict.authenticity, verdict.standing, verdict.logged, verdict.subject,
    )  # fmt: skip
    if verdict.accepting is not None:
        axes = (*axes, verdict.accepting.axis)
    state = verdict.state
    valid = OVERALL[state] is Overall.VALID
    return {
        **_said(state, axes, language),
        "caution": None if verdict.kind is None else verdict.kind.caution.of(language),
        "reasons": [
            {"code": reason.value, "text": REASONS[reason].of(language)}
            for reason in verdict.reasons
        ],
        "failed_check": None if verdict.failed_check is None else int(verdict.failed_check),
        "profile": verdict.profile.value,
        "checked_at": _time(verdict.checked_at),
        "evidence": _evidence(verdict.evidence, verdict.checked_at),
        "issuer": _issuer(verdict, language),
        "certificate": _certificate(verdict, language, valid=valid),
        "acceptance": _acceptance(verdict.accepting, language),
    }


_AXES: Final = ("authenticity", "standing", "logged", "subject", "acceptance")


@lru_cache
def _said(state: State, axes: tuple[Axis, ...], language: str) -> dict[str, Json]:
    """Return what is said alike of all certificates in one state; many answers share it."""
    words, overall = STATES[state], OVERALL[state]
    named: list[tuple[str, Axis]] = list(zip(_AXES, axes, strict=False))
    return {
        "overall": overall.value,
        "overall_text": OVERALLS[overall].of(language),
        "state": state.value,
        "heading": words.heading.of(language),
        "sentence": words.sentence.of(language),
        "next_step": words.next_step.of(language),
        "not_meaning": words.not_meaning.of(language),
        "axes": {name: axis.value for name, axis in named},
        "rows": [
            {"axis": name, "value": axis.value, "text": AXES[axis].of(language)}
            for name, axis in named
        ],
    }


def _evidence(evidence: Evidence, at: datetime) -> dict[str, Json]:
    status, log = evidence.status, evidence.log
    return {
        "trust_list": None
        if evidence.trust_version is None
        else {"version": evidence.trust_version, "issued_at": _time(evidence.trust_issued)},
        "status": {
            "source": "register" if status.online else "signed_list",
            "value": None if status.status is None else status.status.name.lower(),
            "as_of": _time(status.as_of),
            "age_seconds": None
            if status.as_of is None
            else max(0, int((at - status.as_of).total_seconds())),
            "since": _time(status.since),
            "stale": status.stale,
            "superseded_by": [*status.superseded_by],
        },
        "log": {
            "index": log.index,
            "logged_at": _time(log.logged_at),
            "by": None if log.by is None else log.by.value,
            "size": log.size,
            "witnesses": log.witnesses,
        },
    }


def _acceptance(accepting: Accepting | None, language: str) -> dict[str, Json] | None:
    """Return whether and by whom the paper may be taken in; null for papers that are shown."""
    if accepting is None:
        return None
    words = ACCEPTANCES[accepting.axis]
    return {
        "value": accepting.axis.value,
        "text": words.text.of(language),
        "next_step": words.next_step.of(language),
        "places": [*accepting.places],
        "until": accepting.until.isoformat(),
        "days_left": accepting.days_left,
        "appointed_on": _day(accepting.appointed_on),
        "facility": accepting.facility,
        "used_by": accepting.used_by,
        "used_since": _time(accepting.used_since),
    }


def _issuer(verdict: Verdict, language: str) -> dict[str, Json] | None:
    issuer = verdict.issuer
    if issuer is None:
        return None
    return {
        "code": issuer.code,
        "name": issuer.name_en if language == "en" else issuer.name_vi,
    }


def _certificate(verdict: Verdict, language: str, *, valid: bool) -> dict[str, Json] | None:
    """Return what may be told of the certificate itself."""
    if verdict.authenticity is not Authenticity.GENUINE:
        return None
    if verdict.token is not None and verdict.kind is not None:
        return _native(verdict.token, verdict.kind, language, valid=valid)
    if verdict.foreign_claims is not None and valid:
        return {"claims": _plain(verdict.foreign_claims)}
    return None


def _native(token: Token, kind: CertificateKind, language: str, *, valid: bool) -> dict[str, Json]:
    holder = token.holder
    return {
        "kind": kind.code,
        "title": kind.title.of(language),
        "number": token.number,
        "issued_at": _time(token.issued_at),
        "expires_at": _time(token.expires_at),
        "holder": {
            "name": holder.name,
            "name_mrz": mrz_name(holder.name),
            "birth_date": holder.birth_date.isoformat(),
            "sex": holder.sex.name.lower(),
            "id_tail": holder.id_tail,
        }
        if valid
        else None,
        "claims": [
            _claim(claim, token.details[claim.label], language)
            for claim in kind.claims
            if claim.label in token.details
        ]
        if valid
        else None,
    }


def _claim(claim: Claim, value: object, language: str) -> Json:
    words = None
    if claim.allowed is not None and isinstance(value, int) and value in claim.allowed:
        words = claim.allowed[value].of(language)
    return {
        "name": claim.name,
        "title": claim.title.of(language),
        "value": _plain(value),
        "text": words,
    }


def _plain(value: object) -> Json:
    """Return ``value`` with nothing in it that JSON has no form for."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) <= LARGEST_NUMBER else str(value)
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return str(value)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _time(at: datetime | None) -> str | None:
    return None if at is None else _written(at)


@lru_cache(maxsize=4096)
def _written(at: datetime) -> str:
    """Return ``at`` as text: of the times of one second's answers most are the same."""
    return at.astimezone(HANOI).isoformat(timespec="seconds")
