"""Setting a forgotten passcode anew: as a page and as JSON, by who has just shown who they are.

`verify_api.step_up` lets only a fresh session come here. Being locked out by wrong ones is no
hindrance; being somebody else is one: every endpoint is about the caller's own passcode.
"""

from http import HTTPStatus

from flask import Blueprint, Response, request
from msgspec import Struct

from ledger.errors import InvalidInputError, RefusedError
from verify_api.access_rules import Disclosed, the_caller, the_scope
from verify_api.answers import json_answer, page
from verify_api.bodies import LARGEST_TEXT
from verify_api.citizen_desk import CitizenDesk
from verify_api.citizen_form_words import WRONG
from verify_api.citizen_words import CITIZEN
from verify_api.identification import cookie_name
from verify_api.json_bodies import read_json
from verify_api.routes.citizen_requests import acts_on_own, own, seen_other
from verify_api.running import the_ports
from verify_api.throttle import throttle


class ResetBody(Struct, forbid_unknown_fields=True):
    """The new passcode, typed twice."""

    passcode: str
    again: str


class ResetTold(Struct):
    """That it was set anew."""

    reset_at: str
    sessions_ended: int
    """The account's other sessions, which ended with the former passcode."""


def passcode_reset_routes(desk: CitizenDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("passcode_reset", __name__)

    @blueprint.get("/my/passcode/reset")
    @own
    def form() -> Disclosed:
        """Show the form that sets a forgotten passcode anew, and say what ends with the former."""
        return Disclosed(_form(desk, {}))

    @blueprint.post("/my/passcode/reset")
    @acts_on_own
    def reset() -> Disclosed:
        """Set a forgotten passcode anew."""
        request.max_content_length = LARGEST_TEXT
        typed = {name: request.form.get(name, "").strip() for name in ("passcode", "again")}
        try:
            _reset(desk, ResetBody(**typed))
        except (InvalidInputError, RefusedError) as error:
            return Disclosed(_form(desk, _faults(error)))
        return Disclosed(seen_other("/my", "passcode_reset"))

    @blueprint.post("/v1/my/passcode/reset")
    @acts_on_own
    def reset_json() -> Disclosed:
        """Set a forgotten passcode anew; the former one and other sessions end at once."""
        told = _reset(desk, read_json(request, ResetBody, largest=LARGEST_TEXT))
        answer = {"reset_at": told.reset_at, "sessions_ended": told.sessions_ended}
        return Disclosed(json_answer(answer))

    return blueprint


def _reset(desk: CitizenDesk, typed: ResetBody) -> ResetTold:
    ports, caller = the_ports(), the_caller()
    throttle("passcode", ports.settings.rates.paper)
    at = ports.clock()
    desk.codes.reset(the_scope(), caller, passcode=typed.passcode, again=typed.again, at=at)
    cookie = request.cookies.get(cookie_name(ports.settings), "")
    ended = ports.sessions.end_others(cookie, caller.account)
    return ResetTold(at.isoformat(), ended)


def _faults(error: InvalidInputError | RefusedError) -> dict[str, str]:
    """Return what was wrong, by field; a rule's words where it has some."""
    if isinstance(error, RefusedError):
        return {"passcode": error.rule}
    return {error.place: error.rule if error.rule in WRONG else error.place}


def _form(desk: CitizenDesk, faults: dict[str, str]) -> Response:
    return page(
        "passcode_reset.html", words=CITIZEN, wrong=WRONG, faults=faults,
        has_one=desk.codes.has_passcode(the_scope()),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
    )  # fmt: skip
