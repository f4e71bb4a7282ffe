"""Signing in and out."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from verify_api.access_rules import access, the_caller
from verify_api.answers import page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Caller, Reach, Role, who_may
from verify_api.errors import SignInRefusedError, TooManyRequestsError
from verify_api.identification import (
    clear_session,
    cookie_name,
    require_same_site,
    set_session,
)
from verify_api.limiter import network_of
from verify_api.problems import problem_of
from verify_api.running import the_ports
from verify_api.said import tell
from verify_api.sessions import IDENTIFIER_BYTES

blueprint = Blueprint("session", __name__)

_sign_in = access(
    who_may(Action.SIGN_IN), scope=Reach.PUBLIC, purpose="sign_in", reads_personal=False
)


@blueprint.get("/login")
@_sign_in
def form() -> Response:
    """Show the form, or where the account begins if somebody is signed in already."""
    caller = the_caller()
    return _seen_other(home_of(caller)) if caller.signed_in else page("login.html", refused=None)


@blueprint.post("/login")
@_sign_in
def sign_in() -> Response:
    """Begin a session under a new identifier, and go where the account begins."""
    ports = the_ports()
    require_same_site(request, ports.settings)
    request.max_content_length = LARGEST_TEXT
    at = ports.clock()
    try:
        account = ports.accounts.sign_in(
            request.form.get("name", ""),
            request.form.get("password", ""),
            network=network_of(request.remote_addr),
            at=at,
        )
    except (SignInRefusedError, TooManyRequestsError) as error:
        problem = problem_of(error)
        refused = page("login.html", refused=problem.code, status=problem.status)
        refused.headers.update(problem.headers)
        return refused
    cookie = ports.sessions.begin(account, identifier=ports.random_bytes(IDENTIFIER_BYTES), at=at)
    response = _seen_other(home_of(Caller(account.account_id, account.role)))
    set_session(response, cookie, ports.settings)
    return response


@blueprint.post("/logout")
@_sign_in
def sign_out() -> Response:
    """End the session, on the server and in the browser."""
    ports = the_ports()
    cookie = request.cookies.get(cookie_name(ports.settings))
    if cookie is not None:
        ports.sessions.end(cookie)
    response = _seen_other("/")
    clear_session(response, ports.settings)
    tell(response, "signed_out", https=ports.settings.https)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def home_of(caller: Caller) -> str:
    """Return the address at which ``caller`` begins."""
    if caller.role is Role.CITIZEN:
        return "/my"
    if caller.role in who_may(Action.CLEAN_DATA):
        return "/v1/cleaning/pairs"
    if caller.role in who_may(Action.AUDIT):
        return "/audit"
    if caller.role in who_may(Action.TAKE_HEALTH_PAPERS) | who_may(Action.SIGN_HEALTH_PAPERS):
        return "/facility"
    return "/work" if caller.role in who_may(Action.SEE_WORK) else "/"


def _seen_other(address: str) -> Response:
    response: AnyResponse = redirect(address, HTTPStatus.SEE_OTHER, Response=Response)
    assert isinstance(response, Response)
    return response
