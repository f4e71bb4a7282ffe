"""What the check on a device needs of this service: the same tables and the same words, as JSON.

A device runs the checks of `verify_api.verification` again, in its own language; which axis
decides, what that amounts to and how it is said stands in one place, and is given out from there.
Nothing in it is secret or about a person.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, TypeAlias

from ledger.calendar import WorkingCalendar
from ledger.certificates.kind import CertificateKind, Claim, Wording
from verify_api.acceptance import Acceptance
from verify_api.acceptance_words import ACCEPTANCES
from verify_api.key_reasons import JUDGED
from verify_api.verdict import (
    NOT_TAKEN,
    OVERALL,
    OVERRULED,
    PRECEDENCE,
    Authenticity,
    Axis,
    Logged,
    Standing,
    SubjectMatch,
)
from verify_api.wording import AXES, OVERALLS, REASONS, STATES
from verify_api.words import WORDS

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

_AXIS_NAMES: Final[tuple[tuple[type[Axis], str], ...]] = (
    (Authenticity, "authenticity"),
    (Standing, "standing"),
    (Logged, "logged"),
    (SubjectMatch, "subject"),
    (Acceptance, "acceptance"),
)
_WORDS_OF_ANSWERS: Final = ("verify.", "holder.", "sex.", "axis.", "row.", "source.", "offline.")
YEARS_AHEAD: Final = 2
"""Of rest days: longer than the longest term of a paper that is taken in."""


def axis_name(axis: Axis) -> str:
    """Return the axis and its value as one word, such as ``standing.revoked``."""
    return next(f"{name}.{axis.value}" for sort, name in _AXIS_NAMES if isinstance(axis, sort))


def answer_tables(kinds: Iterable[CertificateKind]) -> dict[str, Json]:
    """Return the tables that turn what a device finds into the answer that a person reads.

    A wording is a pair, Vietnamese first. ``kinds`` are those that the service verifies.
    """
    return {
        "precedence": [[axis_name(axis), state.value] for axis, state in PRECEDENCE.items()],
        "overall": {state.value: overall.value for state, overall in OVERALL.items()},
        "judged": {
            told.value: [axis_name(axis), int(check), reason.value]
            for told, (axis, check, reason) in JUDGED.items()
        },
        "not_taken": {axis.value: reason.value for axis, reason in NOT_TAKEN.items()},
        "overruled": {axis_name(axis): taken.value for axis, taken in OVERRULED.items()},
        "states": {
            state.value: {
                "heading": _pair(words.heading),
                "sentence": _pair(words.sentence),
                "next_step": _pair(words.next_step),
                "not_meaning": _pair(words.not_meaning),
            }
            for state, words in STATES.items()
        },
        "overalls": {overall.value: _pair(words) for overall, words in OVERALLS.items()},
        "axes": {axis_name(axis): _pair(words) for axis, words in AXES.items()},
        "reasons": {reason.value: _pair(words) for reason, words in REASONS.items()},
        "acceptances": {
            axis.value: {"text": _pair(words.text), "next_step": _pair(words.next_step)}
            for axis, words in ACCEPTANCES.items()
        },
        "kinds": {str(kind.document_type): _kind(kind) for kind in kinds},
    }


def page_words() -> dict[str, Json]:
    """Return the words around an answer, by key."""
    shown = {key: words for key, words in WORDS.items() if key.startswith(_WORDS_OF_ANSWERS)}
    return {key: _pair(words) for key, words in shown.items()}


def rest_days(calendar: WorkingCalendar, today: date) -> dict[str, Json]:
    """Return the days without work from the beginning of last year to the end of the next ones."""
    first, last = date(today.year - 1, 1, 1), date(today.year + YEARS_AHEAD, 12, 31)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {
        "from": first.isoformat(),
        "until": last.isoformat(),
        "restDays": [day.isoformat() for day in days if not calendar.is_working_day(day)],
    }


def _kind(kind: CertificateKind) -> dict[str, Json]:
    return {
        "code": kind.code,
        "title": _pair(kind.title),
        "caution": _pair(kind.caution),
        "claims": [_claim(claim) for claim in kind.claims],
        "taken_in": kind.taking is not None,
    }


def _claim(claim: Claim) -> dict[str, Json]:
    allowed: Mapping[int, Wording] = claim.allowed or {}
    return {
        "label": claim.label,
        "name": claim.name,
        "title": _pair(claim.title),
        "allowed": {str(value): _pair(words) for value, words in allowed.items()},
    }


def _pair(words: Wording) -> list[Json]:
    return [words.vi, words.en]
