"""What officers do on a file: one act a form, once for each form, never on a file that moved on.

The acts come from the procedure's step table through the port; this file knows none by name.
Signatures ask for the password again.
"""

from datetime import date
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request

from ledger.errors import ConflictError, InvalidInputError, LedgerError, NotFoundError, RefusedError
from verify_api.access_rules import Disclosed, the_caller, the_scope
from verify_api.answers import language
from verify_api.bodies import LARGEST_TEXT
from verify_api.errors import ForbiddenError, MalformedRequestError, SignInRefusedError
from verify_api.identification import CSRF_FIELD
from verify_api.moments import day_words
from verify_api.officer_asks import address, read_ask
from verify_api.officer_desk import OfficerDesk
from verify_api.officer_page import SIGNATURES, officer_page, show_file, works, works_unseen
from verify_api.officer_words import CONSEQUENCES
from verify_api.ports import Deed, Field, FieldSort, Offer
from verify_api.problems import problem_of
from verify_api.running import the_ports
from verify_api.said import tell
from verify_api.step_up import confirm_again

ONCE_FIELD: Final = "once"
"""Holds the idempotency key of a form."""
SEEN_FIELD: Final = "seen"
"""Says up to which fact the file was shown."""
PASSWORD_FIELD: Final = "password"  # noqa: S105  the field's name
_NOT_VALUES: Final = frozenset({ONCE_FIELD, CSRF_FIELD, SEEN_FIELD, PASSWORD_FIELD})
_LONGEST_SEEN: Final = 18


def officer_act_routes(desk: OfficerDesk) -> Blueprint:
    """Return the endpoints of acts over ``desk``."""
    blueprint = Blueprint("officer_acts", __name__)

    @blueprint.post("/work/<uuid:request_id>/<act>/check")
    @works_unseen
    def confirm(request_id: UUID, act: str) -> Response:
        """Show once more what is about to be done, before what cannot be taken back."""
        request.max_content_length = LARGEST_TEXT
        offer = _offered(desk, request_id, act)
        coded = next(iter(desk.codes(the_scope(), [request_id])), None)
        if coded is None:
            raise NotFoundError("there is no such file")
        values = _values()
        return officer_page(
            "file_confirm.html",
            coded=coded,
            offer=offer,
            values=values,
            shown=[
                (one.title, _shown(one, values[one.name]))
                for one in offer.fields
                if one.name in values
            ],
            once=_once(),
            seen=_seen_until(),
            points=CONSEQUENCES.get(act, ()),
            ask=read_ask(request.args),
        )

    @blueprint.post("/work/<uuid:request_id>/<act>")
    @works
    def do(request_id: UUID, act: str) -> Disclosed:
        """Do one act, then show the file again; a form that is sent twice acts once."""
        request.max_content_length = LARGEST_TEXT
        key = f"{the_caller().account}:{_once()}"
        deed = Deed(request_id, act, _values(), key, _seen_until())
        try:
            if act in SIGNATURES:
                _confirm_signer(desk, request_id, act)
            desk.act(the_scope(), the_caller(), deed, at=the_ports().clock())
        except (RefusedError, InvalidInputError, ConflictError) as error:
            return show_file(desk, request_id, problem_of(_reason(desk, deed, error)), deed)
        answer = redirect(
            address(f"/work/{request_id}", read_ask(request.args)),
            HTTPStatus.SEE_OTHER,
            Response=Response,
        )
        assert isinstance(answer, Response)
        tell(answer, "done", https=the_ports().settings.https)
        return Disclosed(answer)

    return blueprint


def _reason(desk: OfficerDesk, deed: Deed, error: LedgerError) -> LedgerError:
    """Return why an act was refused: that another was faster goes before what follows from it.

    Raises:
        ForbiddenError: It is nothing that this role may do now.
    """
    if not isinstance(error, RefusedError):
        return error
    at, scope, caller = the_ports().clock(), the_scope(), the_caller()
    if deed.seen is not None and desk.case(scope, caller, deed.request, at=at).seen > deed.seen:
        return ConflictError("the file has moved on since it was shown")
    offered = desk.offers(scope, caller.role, deed.request, at=at)
    if deed.act not in {offer.act for offer in offered}:
        raise ForbiddenError("your role may not do this, or not now") from error
    return error


def _confirm_signer(desk: OfficerDesk, request_id: UUID, act: str) -> None:
    """Let the officer say again who they are.

    Raises:
        ForbiddenError: It is not theirs to sign, or not now, whatever the password.
        InvalidInputError: Rule ``password_wrong``.
        TooManyRequestsError: Too many have failed.
        InsufficientAuthenticationError: They sign in at a provider, and did so too long ago.
    """
    typed = request.form.get(PASSWORD_FIELD, "")
    try:
        confirm_again(typed)
    except SignInRefusedError as error:
        _offered(desk, request_id, act)
        expected = "the password of this account"
        raise InvalidInputError(PASSWORD_FIELD, "password_wrong", expected) from error


def _offered(desk: OfficerDesk, request_id: UUID, act: str) -> Offer:
    at = the_ports().clock()
    for offer in desk.offers(the_scope(), the_caller().role, request_id, at=at):
        if offer.act == act:
            return offer
    raise ForbiddenError("your role may not do this, or not now")


def _values() -> dict[str, str]:
    """Return what was typed into an act's own fields."""
    return {
        name: value.strip()
        for name, value in request.form.items()
        if name not in _NOT_VALUES and value.strip()
    }


def _shown(field: Field, typed: str) -> str:
    """Return what was typed into a field as a reader has it: a choice in words, a day as days are.

    What fits no such form is shown as it was typed; the act itself will refuse it.
    """
    if field.sort is FieldSort.CHOICE:
        return next((text.of(language()) for value, text in field.choices if value == typed), typed)
    if field.sort is FieldSort.DATE:
        try:
            return day_words(date.fromisoformat(typed), language())
        except ValueError:
            return typed
    return typed


def _once() -> str:
    key = request.form.get(ONCE_FIELD, "")
    if not key:
        raise MalformedRequestError("once_missing", "expected the form's own key: load it again")
    return key


def _seen_until() -> int | None:
    typed = request.form.get(SEEN_FIELD, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_SEEN):
        raise MalformedRequestError("seen", "seen: expected what the form said")
    return int(typed)
