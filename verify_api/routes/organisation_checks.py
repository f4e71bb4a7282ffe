"""What one's own organisation has checked: a page, JSON, and a file for a spreadsheet.

Every member sees all of it, and learns which checks were their own; who made the others is told to
who administers the organisation. Nothing here is about a person on a paper.
"""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from itertools import chain
from typing import Any, Final

from flask import Blueprint, Response, request, stream_with_context
from msgspec import to_builtins

from ledger.calendar import local_day
from ledger.errors import InvalidInputError, RefusedError
from projections.check_queries import CheckLine, ChecksPart, Sieve
from verify_api.access_rules import access, the_caller, the_scope
from verify_api.answers import VARY, json_answer, language, page
from verify_api.callers import Action, Reach, who_may
from verify_api.check_history_asks import STATES, HistoryAsk, place_text, read_ask
from verify_api.check_history_json import (
    ChecksTold,
    Reader,
    check_told,
    file_of,
    kind_words,
)
from verify_api.check_history_words import ANSWERS, COMPARED, HISTORY, WRONG
from verify_api.desk.check_history import CheckHistory
from verify_api.running import the_ports
from verify_api.spreadsheets import MEDIA_TYPE
from verify_api.verdict import OVERALL, Overall

PAGE: Final = "/organisation/checks"
_BADGES: Final = {Overall.VALID: "good", Overall.NOT_VALID: "bad", Overall.CANNOT_TELL: "unsure"}
BADGES: Final = {state.value: _BADGES[overall] for state, overall in OVERALL.items()}
"""The shape that a state is shown with; what is not here is not known."""

_sees = access(
    who_may(Action.SEE_CHECKS), scope=Reach.ORGANISATION, purpose="see_checks",
    reads_personal=False,
)  # fmt: skip


def organisation_check_routes(history: CheckHistory) -> Blueprint:
    """Return the endpoints, which ask ``history``."""
    blueprint = Blueprint("organisation_checks", __name__)

    @blueprint.get(PAGE)
    @_sees
    def show() -> Response:
        """Show the checks of one's own organisation, the newest first."""
        try:
            ask = read_ask(request.args)
        except InvalidInputError as error:
            return _page(history, HistoryAsk(), None, error)
        return _page(history, ask, history.part(_sieve(ask), before=ask.before))

    @blueprint.get(f"/v1{PAGE}")
    @_sees
    def listed() -> Response:
        """List the checks of one's own organisation, the newest first."""
        ask, reader = read_ask(request.args), _reader()
        found = history.part(_sieve(ask), before=ask.before)
        told = [check_told(history, one, reader) for one in found.lines]
        return json_answer(to_builtins(ChecksTold(told, _following(found))))

    @blueprint.get(f"/v1{PAGE}.csv")
    @_sees
    def file() -> Response:
        """Give all checks of one's own organisation as a table."""
        reader = _reader()
        every = history.every(_sieve(read_ask(request.args)))
        # The first is read before anything is sent, so that an outage is a problem and no file.
        first = next(every, None)
        lines = every if first is None else chain((first,), every)
        day = local_day(the_ports().clock()).isoformat()
        return Response(
            stream_with_context(file_of(history, lines, reader)), content_type=MEDIA_TYPE,
            headers={
                "Content-Disposition": f'attachment; filename="checks-{day}.csv"', "Vary": VARY,
            },
        )  # fmt: skip

    return blueprint


def _page(
    history: CheckHistory, ask: HistoryAsk, found: ChecksPart | None,
    wrong: InvalidInputError | None = None,
) -> Response:  # fmt: skip
    reader = _reader()
    following = None if found is None else _following(found)
    return page(
        "organisation_checks.html", words=HISTORY, own=ask.own, query=ask.query(),
        checks=[] if found is None else [_row(history, one, reader) for one in found.lines],
        following="" if following is None else f"{PAGE}?{ask.query(before=following)}",
        later="before" in request.args, compared=COMPARED, today=_today(),
        states={state: ANSWERS[state] for state in STATES},
        everybody=replace(ask, own=False).query(), mine=replace(ask, own=True).query(),
        typed=_typed(ask) if wrong is None else request.args,
        wrong={} if wrong is None else {wrong.place: WRONG[wrong.rule]},
        status=HTTPStatus.OK if wrong is None else HTTPStatus.UNPROCESSABLE_ENTITY,
    )  # fmt: skip


def _typed(ask: HistoryAsk) -> dict[str, str]:
    """Return what the form of the filter has in its fields."""
    days = {"since": ask.since, "until": ask.until}
    shown = {name: day.isoformat() for name, day in days.items() if day is not None}
    return {**shown, "state": ask.state}


def _row(history: CheckHistory, line: CheckLine, reader: Reader) -> dict[str, Any]:
    told = check_told(history, line, reader)
    return {
        "told": told,
        "at": datetime.fromisoformat(told.at),
        "badge": BADGES.get(told.state, "unsure"),
        "kind": kind_words(told.kind, reader.language),
        "who": reader.who(line.check.account),
    }


def _sieve(ask: HistoryAsk) -> Sieve:
    organisation = the_scope().organisation
    assert organisation is not None, "the endpoint's reach is the organisation"
    return ask.sieve(organisation, the_caller().account)


def _reader() -> Reader:
    account = the_caller().account
    try:
        titles = the_ports().identity.organisations.titles(account)
    except RefusedError:
        titles = None
    return Reader(account, titles, language())


def _following(found: ChecksPart) -> str | None:
    return place_text(found.lines[-1].place) if found.more else None


def _today() -> str:
    return local_day(the_ports().clock()).isoformat()
