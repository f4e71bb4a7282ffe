"""What weighs most asks again who one is: the one table of that, and the page that asks.

A session whose person showed who they are within five minutes goes on. An older one is asked for
the account's password, or sent to the provider of identities; a program is told by RFC 9470. What
was typed into the form is kept and sent along, except what is secret. Signatures of officers ask
for the password with every signature, by `confirm_again`.
"""

from http import HTTPStatus
from typing import Final

from flask import Response, current_app, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from verify_api.access_rules import rule_of, the_caller
from verify_api.answers import page, wants_page
from verify_api.callers import Caller
from verify_api.errors import SignInRefusedError, TooManyRequestsError
from verify_api.identification import CSRF_FIELD, cookie_name
from verify_api.identity.authentication import FRESH_FOR, Authentication, Method
from verify_api.identity.errors import InsufficientAuthenticationError
from verify_api.identity.journal import Deed
from verify_api.identity_words import IDENTITY
from verify_api.problems import problem_of
from verify_api.running import the_ports

WEIGHTY: Final = frozenset({
    "emergencies.break_glass", "facility_patients.break_glass", "facility_signing.sign",
    "citizen_code.opened_code", "citizen_code.opened_paper",
    "passcode_reset.form", "passcode_reset.reset", "passcode_reset.reset_json",
    "organisation.invite", "organisation.remove",
})  # fmt: skip
"""Endpoints that only a fresh session reaches. Systems, which have no session, sign each call."""

FIELD: Final = "step_up_password"
_SECRET: Final = frozenset({"password", "passcode", "former", "again", FIELD})
"""Fields that are never written into a page."""


def require_fresh() -> Response | None:
    """Ask again who one is, if this request's endpoint wants that and it was too long ago.

    Raises:
        InsufficientAuthenticationError: To a program.
    """
    if request.endpoint not in WEIGHTY:
        return None
    caller = the_caller()
    rule = rule_of(current_app.view_functions[request.endpoint])
    if caller.authenticated_at is None or rule is None or caller.role not in rule.roles:
        return None  # no session, or nothing for them: the endpoint's own rule answers
    typed = request.form.get(FIELD)
    refused = None
    if typed is not None:
        # What follows sees the form as it was sent the first time.
        request.__dict__["form"] = ImmutableMultiDict(_kept())
        refused = _refusal_of(caller, typed)
        if refused is None:
            return None
    elif _is_fresh(caller):
        return None
    if not wants_page():
        raise _insufficient()
    kept = _kept() if request.method == "POST" else None
    return asking_page(caller, kept=kept, secret=_has_secret(), refused=refused)


def confirm(caller: Caller, password: str) -> None:
    """Let who is signed in show again who they are, and note it.

    Raises:
        SignInRefusedError: Another password.
        TooManyRequestsError: Too many have failed; nothing was compared.
    """
    ports = the_ports()
    at = ports.clock()
    try:
        ports.accounts.confirm(caller.account, password, at=at)
    except SignInRefusedError:
        ports.identity.journal.write_seldom(
            Deed.STEP_UP_FAILED, "password", at=at, account=caller.account,
            organisation=caller.organisation,
        )  # fmt: skip
        raise
    ports.identity.journal.write(
        Deed.STEPPED_UP, at=at, account=caller.account, organisation=caller.organisation,
        method=Method.PASSWORD.value,
    )  # fmt: skip
    cookie = request.cookies.get(cookie_name(ports.settings), "")
    ports.sessions.renew(cookie, Authentication(at, Method.PASSWORD))


def confirm_again(password: str) -> None:
    """Let a signature's form have its password, or a fresh sign-in at the provider.

    Raises:
        SignInRefusedError: Another password.
        TooManyRequestsError: Too many have failed.
        InsufficientAuthenticationError: Who signs in at the provider did so too long ago.
    """
    caller = the_caller()
    if not caller.by_provider:
        confirm(caller, password)
    elif not _is_fresh(caller):
        raise _insufficient()


def asking_page(
    caller: Caller, *, kept: list[tuple[str, str]] | None = None, secret: bool = False,
    refused: str | None = None, to: str | None = None,
) -> Response:  # fmt: skip
    """Return the page that asks again.

    Args:
        caller: Who is signed in.
        kept: What the refused form said, to be sent along.
        secret: Whether it said something that is not kept: then it is filled in again.
        refused: Code of the problem with what was typed just now.
        to: Where it goes on, if no form is sent along.
    """
    to = to or nearest_page(request.path)
    along = kept is not None and not secret and not caller.by_provider
    answer = page(
        "step_up.html", words=IDENTITY, by_provider=caller.by_provider, refused=refused, to=to,
        action=request.path if along else "/step-up", kept=kept if along else None, field=FIELD,
        minutes=int(FRESH_FOR.total_seconds()) // 60, status=HTTPStatus.UNAUTHORIZED,
    )  # fmt: skip
    answer.headers.update(problem_of(_insufficient()).headers)
    return answer


def nearest_page(path: str) -> str:
    """Return ``path`` if it is a page of ours, else the nearest above it.

    Whatever comes in: only a path of this service comes out, so that nobody is sent elsewhere.
    """
    routes = current_app.url_map.bind("")
    while path.startswith("/") and path.isprintable() and "\\" not in path and "//" not in path:
        try:
            routes.match(path, method="GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return path
    return "/"


def _refusal_of(caller: Caller, typed: str) -> str | None:
    try:
        confirm(caller, typed)
    except (SignInRefusedError, TooManyRequestsError) as error:
        return problem_of(error).code
    return None


def _is_fresh(caller: Caller) -> bool:
    shown = caller.authenticated_at
    return shown is not None and the_ports().clock() < shown + FRESH_FOR


def _insufficient() -> InsufficientAuthenticationError:
    return InsufficientAuthenticationError("show again who you are, then repeat this")


def _kept() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _SECRET and name != CSRF_FIELD
    ]


def _has_secret() -> bool:
    return any(request.form.get(name) for name in _SECRET - {FIELD})
