"""Stewards judge whether two who are known apart are one person: a list, two side by side, a word.

The list shows pseudonyms. Whoever opens a pair sees two persons, and both of them can see that.
"""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request
from msgspec import to_builtins

from ledger.commands import cleaning
from ledger.errors import InvalidInputError
from ledger.facts import FactStore
from ledger.records.access import RecordKind
from ledger.records.cleaning import SURE, Judgement
from projections.cleaning_pairs import WAITING, PairRow
from projections.cleaning_queries import FIRST, STATES, Cursor, listed
from projections.columns import moment
from projections.view_store import ViewDatabase
from verify_api.access_rules import Disclosed, access
from verify_api.answers import json_answer, language, page, wants_page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.cleaning_json import JudgementBody, pair_answer
from verify_api.cleaning_words import CLEANING, GRADE_WORDS, STATE_WORDS
from verify_api.errors import MalformedRequestError
from verify_api.governing import act_of_caller
from verify_api.json_bodies import read_json
from verify_api.moments import day_words
from verify_api.ports import Seen
from verify_api.running import the_ports
from verify_api.said import tell

LEGAL_BASIS: Final = "91/2025/QH15"
"""The Personal Data Protection Law, on data being right (article 3): who mends them sees them."""
_LIST: Final = "/v1/cleaning/pairs"
_LONGEST: Final = len(str(SURE))

_steward = access(
    who_may(Action.CLEAN_DATA), scope=Reach.SERVICE, purpose="clean_data", reads_personal=False
)
_looks = access(
    who_may(Action.CLEAN_DATA), scope=Reach.SERVICE, purpose=cleaning.PURPOSE,
    reads_personal=True, legal_basis=LEGAL_BASIS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What these endpoints need of the house."""

    facts: FactStore
    views: ViewDatabase


def cleaning_routes(desk: Cleaning) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("cleaning", __name__)

    @blueprint.get(_LIST)
    @_steward
    def pairs() -> Response:
        """List pairs of persons that may be one, the likeliest first; pseudonyms only."""
        state, after = _state(), _after()
        with desk.views.reading() as session:
            found = listed(session, state=state, after=after)
        following = None if found.after is None else f"{found.after.likelihood}:{found.after.pair}"
        told = [_row(row) for row in found.pairs]
        if wants_page():
            return _page("cleaning.html", pairs=told, state=state, following=following)
        return json_answer({"pairs": told, "after": following})

    @blueprint.get(f"{_LIST}/<uuid:pair>")
    @_looks
    def show(pair: UUID) -> Disclosed:
        """Show two persons side by side, and how far they agree."""
        shown = cleaning.side_by_side(desk.facts, pair=pair)
        told = to_builtins(pair_answer(shown, language()))
        proposed = shown.state.proposed
        seen = tuple(Seen(RecordKind.PERSON, one) for one in (proposed.one, proposed.other))
        if wants_page():
            return Disclosed(_page("cleaning_pair.html", pair=told), seen)
        return Disclosed(json_answer(told), seen)

    @blueprint.post(f"{_LIST}/<uuid:pair>/judgement")
    @_steward
    def judge(pair: UUID) -> Response:
        """Say that two are the same, different, or that it is unsure; link or part their books."""
        body = _judgement()
        cleaning.judge(
            desk.facts, pair=pair, judgement=body.judgement, reason=body.reason,
            act=act_of_caller(LEGAL_BASIS),
        )  # fmt: skip
        if wants_page():
            answer = redirect(_LIST, HTTPStatus.SEE_OTHER, Response=Response)
            assert isinstance(answer, Response)
            tell(answer, "judged", https=the_ports().settings.https)
            return answer
        return json_answer({"pair": str(pair), "judgement": body.judgement.value})

    return blueprint


def _page(template: str, **values: Any) -> Response:
    return page(
        template, words=CLEANING, state_words=STATE_WORDS, grade_words=GRADE_WORDS,
        percent=_percent, birth=_birth, **values,
    )  # fmt: skip


def _birth(said: str) -> str:
    """Return a birth as the reader's language writes days; as it was said, where it is no day."""
    try:
        return day_words(date.fromisoformat(said), language())
    except ValueError:
        return said


def _percent(share: float) -> str:
    """Return a share as the reader's language writes it: 99,50 % or 99.50 %."""
    text = f"{share:.2%}".replace("%", "\N{NO-BREAK SPACE}%")
    return text.replace(".", ",") if language() == "vi" else text


def _row(row: PairRow) -> dict[str, object]:
    judged_at = None if row.judged_at is None else moment(row.judged_at).isoformat()
    return {
        "pair": row.pair,
        "one": row.one,
        "other": row.other,
        "likelihood": row.likelihood / SURE,
        "grade": row.grade,
        "state": row.state,
        "proposed_at": moment(row.proposed_at).isoformat(),
        "judged_at": judged_at,
        "judged_by": row.judged_by,
    }


def _state() -> str:
    state = request.args.get("state", WAITING)
    if state not in STATES:
        raise MalformedRequestError("state", f"state: expected one of {', '.join(STATES)}")
    return state


def _after() -> Cursor:
    typed = request.args.get("after")
    if typed is None:
        return FIRST
    likelihood, _, pair = typed.partition(":")
    digits = likelihood.isascii() and likelihood.isdigit() and len(likelihood) <= _LONGEST
    if not digits or "\x00" in pair:
        raise MalformedRequestError("after", "after: expected what the page before said")
    return Cursor(int(likelihood), pair)


def _judgement() -> JudgementBody:
    if request.mimetype != "application/x-www-form-urlencoded":
        return read_json(request, JudgementBody)
    request.max_content_length = LARGEST_TEXT
    try:
        judgement = Judgement(request.form.get("judgement", ""))
    except ValueError:
        expected = ", ".join(Judgement)
        raise InvalidInputError("judgement", "judgement", f"one of {expected}") from None
    return JudgementBody(judgement, request.form.get("reason", ""))
