"""Members of one's own organisation: who is in it, who is let in, who is let go.

The page and the JSON are one address each. Who may at all stands in the access rule; that they
administer their organisation is asked of every one of these.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, request

from ledger.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError
from verify_api.access_rules import access, the_caller
from verify_api.answers import json_answer, page, wants_page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import new_id
from verify_api.identification import require_same_site
from verify_api.identity.organisations import CODE_BYTES, ROLES, Organisations
from verify_api.identity_words import IDENTITY, KIND_WORDS, ROLE_WORDS, WRONG
from verify_api.passwords import SALT_BYTES
from verify_api.routes.session import seen_other
from verify_api.running import the_ports
from verify_api.said import tell
from verify_api.throttle import throttle

_PAGE: Final = "/organisation"
Refusal = InvalidInputError | ConflictError | RefusedError

blueprint = Blueprint("organisation", __name__)

_manages = access(
    who_may(Action.MANAGE_MEMBERS), scope=Reach.ORGANISATION, purpose="manage_members",
    reads_personal=False,
)  # fmt: skip
_joins = access(who_may(Action.SIGN_IN), scope=Reach.PUBLIC, purpose="join", reads_personal=False)


@blueprint.get(_PAGE)
@_manages
def members() -> Response:
    """List the members and the open invitations of one's own organisation."""
    desk = the_ports().identity.organisations
    if wants_page():
        return _listed(desk)
    account, at = the_caller().account, _now()
    known = desk.administered(account)
    return json_answer({
        "organisation": known.code, "kind": known.kind.value,
        "members": [
            {
                "account": one.account.account_id, "name": one.account.name,
                "title": one.account.title, "role": one.account.role.value,
                "administers": one.administers,
            }
            for one in desk.members(account)
        ],
        "invitations": [
            {
                "invitation": one.invitation_id, "name": one.name, "title": one.title,
                "role": one.role.value, "until": one.expires_at,
            }
            for one in desk.invitations(account, at=at)
        ],
    })  # fmt: skip


@blueprint.post(f"{_PAGE}/invitations")
@_manages
def invite() -> Response:
    """Invite somebody in a role that members may have, and show the code this once."""
    request.max_content_length = LARGEST_TEXT
    ports = the_ports()
    desk, typed = ports.identity.organisations, _typed("name", "title", "role")
    try:
        code = desk.invite(
            the_caller().account, **typed, invitation_id=str(new_id()),
            secret=ports.random_bytes(CODE_BYTES), at=ports.clock(),
        )  # fmt: skip
    except (InvalidInputError, ConflictError, RefusedError) as error:
        if not wants_page() or _stranger(error):
            raise
        return _listed(desk, typed=typed, refused=error)
    if wants_page():
        # A code that stood in an address would be kept by the browser: no redirect here.
        return page("organisation_invited.html", words=IDENTITY, code=code, name=typed["name"])
    return json_answer({"code": code}, HTTPStatus.CREATED)


@blueprint.post(f"{_PAGE}/invitations/<invitation>/withdraw")
@_manages
def withdraw(invitation: str) -> Response:
    """End an open invitation."""
    desk = the_ports().identity.organisations
    desk.withdraw(the_caller().account, invitation, at=_now())
    return _done({"invitation": invitation})


@blueprint.get(f"{_PAGE}/members/<member>")
@_manages
def member(member: str) -> Response:
    """Ask whether a member is to be let go."""
    found = next(
        (
            one
            for one in the_ports().identity.organisations.members(the_caller().account)
            if one.account.account_id == member and one.removable
        ),
        None,
    )
    if found is None:
        raise NotFoundError("the organisation has no such member")
    return page("organisation_member.html", words=IDENTITY, member=found.account, roles=ROLE_WORDS)


@blueprint.post(f"{_PAGE}/members/<member>/remove")
@_manages
def remove(member: str) -> Response:
    """Let a member sign in no more, and end their sessions."""
    the_ports().identity.organisations.remove(the_caller().account, member, at=_now())
    return _done({"account": member})


@blueprint.get("/join")
@_joins
def join_form() -> Response:
    """Show the form for who was invited."""
    return page("join.html", words=IDENTITY, wrong={}, joined=None)


@blueprint.post("/join")
@_joins
def join() -> Response:
    """Open the account of who was invited: the code counts once."""
    ports = the_ports()
    require_same_site(request, ports.settings)
    request.max_content_length = LARGEST_TEXT
    throttle("join", ports.settings.rates.paper)
    typed = _typed("code", "password")
    try:
        account = ports.identity.organisations.join(
            typed["code"], request.form.get("password", ""), account_id=str(new_id()),
            salt=ports.random_bytes(SALT_BYTES), at=ports.clock(),
        )  # fmt: skip
    except (InvalidInputError, ConflictError, RefusedError) as error:
        place = error.place if isinstance(error, InvalidInputError) else "code"
        wrong = {place: _words_of(error)}
        return page(
            "join.html", words=IDENTITY, wrong=wrong, joined=None, status=_status(error)
        )  # fmt: skip
    return page("join.html", words=IDENTITY, wrong={}, joined=account.name)


def _listed(
    desk: Organisations, *, typed: Mapping[str, str] | None = None, refused: Refusal | None = None
) -> Response:
    account = the_caller().account
    try:
        known = desk.administered(account)
    except RefusedError:
        return page("organisation.html", words=IDENTITY, known=None)
    place = refused.place if isinstance(refused, InvalidInputError) else "name"
    return page(
        "organisation.html", words=IDENTITY, known=known, kinds=KIND_WORDS, role_words=ROLE_WORDS,
        members=desk.members(account), invitations=desk.invitations(account, at=_now()),
        roles={one.value: ROLE_WORDS[one] for one in ROLES[known.kind]}, typed=typed or {},
        wrong={} if refused is None else {place: _words_of(refused)},
        status=HTTPStatus.OK if refused is None else _status(refused),
    )  # fmt: skip


def _done(told: Mapping[str, Any]) -> Response:
    if not wants_page():
        return json_answer(told)
    answer = seen_other(_PAGE)
    tell(answer, "done", https=the_ports().settings.https)
    return answer


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in names}


def _stranger(error: Refusal) -> bool:
    return isinstance(error, RefusedError) and error.rule == "not_an_administrator"


def _words_of(error: Refusal) -> Any:
    return WRONG[error.code if isinstance(error, ConflictError) else error.rule]


def _status(error: Refusal) -> HTTPStatus:
    invalid = isinstance(error, InvalidInputError)
    return HTTPStatus.UNPROCESSABLE_ENTITY if invalid else HTTPStatus.CONFLICT


def _now() -> datetime:
    return the_ports().clock()
