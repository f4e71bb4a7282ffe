"""Signing in at the provider of identities, and signing out from there.

Addresses that come back carry a code and a state, which count once and for one browser; where a
browser goes on is never read from them.
"""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from keys.base64url import to_base64url
from ledger.errors import ConflictError, NotFoundError
from verify_api.access_rules import access, the_caller
from verify_api.accounts import Account
from verify_api.answers import json_answer, page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Caller, Reach, who_may
from verify_api.errors import NotSignedInError
from verify_api.governing import new_id
from verify_api.identification import cookie_name
from verify_api.identity.authentication import Authentication, Method
from verify_api.identity.errors import IdentityRefusedError, ProviderUnavailableError
from verify_api.identity.id_token import Identity as Shown
from verify_api.identity.journal import Deed
from verify_api.identity.links import SECRET_BYTES, Links
from verify_api.identity.relying_party import CALLBACK, RelyingParty
from verify_api.identity.visits import LIFE
from verify_api.identity.visits import SECRET_BYTES as VISIT_BYTES
from verify_api.identity_words import IDENTITY
from verify_api.ports import ServiceSettings
from verify_api.problems import problem_of
from verify_api.routes.session import begin_session, home_of, seen_other
from verify_api.running import the_ports
from verify_api.sessions import session_hash
from verify_api.step_up import nearest_page

_TOLD: Final = frozenset({"not_linked", "provider_refused", "assurance", "another_person"})
"""Rules that a person can do something about; all else is told in the same words."""

blueprint = Blueprint("oidc", __name__, url_prefix="/oidc")

_open = access(who_may(Action.SIGN_IN), scope=Reach.PUBLIC, purpose="sign_in", reads_personal=False)


@blueprint.get("/login")
@_open
def login() -> Response:
    """Send the browser to the provider of identities, to sign in."""
    return _sent(None, "/")


@blueprint.get("/step-up")
@_open
def again() -> Response:
    """Send the browser to the provider, to show again who is signed in."""
    if the_caller().authenticated_at is None:
        raise NotSignedInError("sign in first")
    cookie = request.cookies.get(cookie_name(the_ports().settings), "")
    return _sent(session_hash(cookie), nearest_page(request.args.get("to", "/")))


@blueprint.get(CALLBACK.removeprefix("/oidc"))
@_open
def callback() -> Response:
    """Take a browser back from the provider: begin a session, or note that one is fresh."""
    ports = the_ports()
    try:
        answer = _let_in()
    except (IdentityRefusedError, ProviderUnavailableError) as error:
        rule = error.rule if isinstance(error, IdentityRefusedError) else error.code
        ports.identity.journal.write_seldom(Deed.SIGN_IN_FAILED, rule, at=ports.clock())
        answer = _refusal(error)
    answer.delete_cookie(
        _browser(ports.settings), secure=ports.settings.https, httponly=True, samesite="Lax"
    )
    return answer


@blueprint.post("/backchannel-logout")
@_open
def ended() -> Response:
    """End the sessions that the provider says are over."""
    ports = the_ports()
    party, links = _party()
    request.max_content_length = LARGEST_TEXT
    at, journal = ports.clock(), ports.identity.journal
    try:
        over = party.ended(request.form.get("logout_token", ""), at=at)
    except IdentityRefusedError as error:
        # Back-Channel Logout 1.0, 2.8: what is wrong with it is told as OAuth tells it.
        journal.write_seldom(Deed.PROVIDER_TOKEN_REFUSED, error.rule, at=at)
        return json_answer({"error": "invalid_request"}, HTTPStatus.BAD_REQUEST)
    accounts = ports.sessions.end_of_provider(
        subject_hash=None if over.subject is None else links.subject_hash(over.subject),
        provider_session_hash=None
        if over.provider_session is None
        else links.session_hash(over.provider_session),
    )
    for account in accounts:
        journal.write(Deed.PROVIDER_ENDED_SESSIONS, at=at, account=account)
    return json_answer({})


@blueprint.get("/signed-out")
@_open
def farewell() -> Response:
    """Say that the session here is over, and offer to end the provider's."""
    party, _ = _party()
    there = party.farewell(at=the_ports().clock())
    return page("signed_out.html", words=IDENTITY, there=there, provider=party.provider.name)


def _sent(session: str | None, return_to: str) -> Response:
    ports = the_ports()
    party, _ = _party()
    browser = ports.random_bytes(VISIT_BYTES)
    try:
        address = party.begin(
            browser=browser, state=ports.random_bytes(VISIT_BYTES), session_hash=session,
            return_to=return_to, at=ports.clock(),
        )  # fmt: skip
    except ProviderUnavailableError as error:
        return _refusal(error)
    answer: AnyResponse = redirect(address, HTTPStatus.SEE_OTHER, Response=Response)
    assert isinstance(answer, Response)
    answer.set_cookie(
        _browser(ports.settings), to_base64url(browser), max_age=LIFE, secure=ports.settings.https,
        httponly=True, samesite="Lax", path="/",
    )  # fmt: skip
    return answer


def _let_in() -> Response:
    ports = the_ports()
    party, links = _party()
    at = ports.clock()
    browser = request.cookies.get(_browser(ports.settings), "")
    returned, shown = party.end(request.args, browser=browser, at=at)
    account = _account(links, shown)
    authentication = Authentication(
        shown.authenticated_at, Method.PROVIDER, shown.assurance,
        links.subject_hash(shown.subject),
        None if shown.provider_session is None else links.session_hash(shown.provider_session),
    )  # fmt: skip
    stepping_up = returned.session_hash is not None
    cookie = request.cookies.get(cookie_name(ports.settings), "")
    if stepping_up and (
        session_hash(cookie) != returned.session_hash or the_caller().account != account.account_id
    ):
        raise IdentityRefusedError("another_person", "somebody else was confirmed")
    ports.identity.journal.write(
        Deed.STEPPED_UP if stepping_up else Deed.SIGNED_IN, at=at, account=account.account_id,
        organisation=account.organisation, method=Method.PROVIDER.value,
        assurance=shown.assurance.value,
    )  # fmt: skip
    if not stepping_up:
        home = home_of(Caller(account.account_id, account.role))
        return begin_session(account, authentication, home)
    ports.sessions.renew(cookie, authentication)
    return seen_other(returned.return_to)


def _account(links: Links, shown: Shown) -> Account:
    """Return whose account it is: linked, or a citizen's whom the ledger knows by number."""
    ports = the_ports()
    subject = links.subject_hash(shown.subject)
    account = links.account(subject)
    if account is not None:
        return account
    person = links.person(shown)
    if person is None:
        raise IdentityRefusedError("not_linked", "no account and no record belongs to it")
    try:
        return links.open_citizen(
            subject, person, account_id=str(new_id()),
            secret=ports.random_bytes(SECRET_BYTES), at=ports.clock(),
        )  # fmt: skip
    except ConflictError as error:
        raise IdentityRefusedError("not_linked", "the account is closed") from error


def _party() -> tuple[RelyingParty, Links]:
    identity = the_ports().identity
    if identity.party is None or identity.links is None:
        raise NotFoundError("nobody signs in over a provider here")
    return identity.party, identity.links


def _refusal(error: IdentityRefusedError | ProviderUnavailableError) -> Response:
    problem = problem_of(error)
    rule = problem.members.get("rule", "")
    said = rule if rule in _TOLD else problem.code
    answer = page("identity_refused.html", words=IDENTITY, reason=said, status=problem.status)
    answer.headers.update(problem.headers)
    return answer


def _browser(settings: ServiceSettings) -> str:
    return "__Host-visit" if settings.https else "visit"
