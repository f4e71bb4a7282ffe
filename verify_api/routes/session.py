"""Signing in and out."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from verify_api.access_rules import access, the_caller
from verify_api.accounts import Account
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
from verify_api.identity.authentication import Authentication, Method
from verify_api.identity.journal import Deed
from verify_api.identity_words import IDENTITY
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
    return seen_other(home_of(caller)) if caller.signed_in else _form(None)


@blueprint.post("/login")
@_sign_in
def sign_in() -> Response:
    """Begin a session under a new identifier, and go where the account begins."""
    ports = the_ports()
    require_same_site(request, ports.settings)
    request.max_content_length = LARGEST_TEXT
    at, journal = ports.clock(), ports.identity.journal
    name = request.form.get("name", "")
    try:
        account = ports.accounts.sign_in(
            name,
            request.form.get("password", ""),
            network=network_of(request.remote_addr),
            at=at,
        )
    except (SignInRefusedError, TooManyRequestsError) as error:
        problem = problem_of(error)
        # What was typed is not written down: it may be a password.
        tried = ports.accounts.named(name)
        known = None if tried is None else tried.account_id
        journal.write_seldom(Deed.SIGN_IN_FAILED, problem.code, at=at, account=known)
        refused = _form(problem.code, problem.status)
        refused.headers.update(problem.headers)
        return refused
    journal.write(
        Deed.SIGNED_IN, at=at, account=account.account_id, organisation=account.organisation,
        method=Method.PASSWORD.value,
    )  # fmt: skip
    return begin_session(account, None, home_of(Caller(account.account_id, account.role)))


def begin_session(account: Account, shown: Authentication | None, to: str) -> Response:
    """Begin a session under a new identifier, end the browser's former one, and go ``to``."""
    ports = the_ports()
    former = request.cookies.get(cookie_name(ports.settings))
    if former is not None:
        ports.sessions.end(former)
    identifier = ports.random_bytes(IDENTIFIER_BYTES)
    cookie = ports.sessions.begin(
        account, identifier=identifier, at=ports.clock(), authentication=shown
    )
    response = seen_other(to)
    set_session(response, cookie, ports.settings)
    return response


def _form(refused: str | None, status: HTTPStatus = HTTPStatus.OK) -> Response:
    party = the_ports().identity.party
    provider = None if party is None else party.provider.name
    return page(
        "login.html", refused=refused, provider=provider, identity=IDENTITY, status=status
    )  # fmt: skip


@blueprint.post("/logout")
@_sign_in
def sign_out() -> Response:
    """End the session, on the server and in the browser."""
    ports = the_ports()
    cookie, caller = request.cookies.get(cookie_name(ports.settings)), the_caller()
    if cookie is not None:
        ports.sessions.end(cookie)
    if caller.csrf is not None:
        ports.identity.journal.write(
            Deed.SIGNED_OUT, at=ports.clock(), account=caller.account,
            organisation=caller.organisation,
        )  # fmt: skip
    # A form's answer may not lead to another site: the page there has the link.
    response = seen_other("/oidc/signed-out" if caller.by_provider else "/")
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


def seen_other(address: str) -> Response:
    """Return the answer that sends a browser on to ``address`` of ours."""
    response: AnyResponse = redirect(address, HTTPStatus.SEE_OTHER, Response=Response)
    assert isinstance(response, Response)
    return response
