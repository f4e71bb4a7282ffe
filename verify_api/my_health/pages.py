"""How the citizen's health pages are answered: in one frame, once, or again with what was wrong."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Response, redirect, request

from ledger.certificates.kind import Wording
from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    RefusedError,
)
from ledger.facts import Idempotency
from verify_api.access_rules import Disclosed
from verify_api.answers import page
from verify_api.ask_words import ASK_PROBLEMS
from verify_api.errors import BodyTooLargeError, MalformedRequestError
from verify_api.governing import new_id
from verify_api.i18n import page_language
from verify_api.my_health.whose import FIELD, Whose
from verify_api.my_health.words import MY_HEALTH
from verify_api.my_health.words_rights import PROBLEMS
from verify_api.ports import Seen
from verify_api.problems import problem_of
from verify_api.running import the_ports
from verify_api.said import tell

LARGEST_FORM: Final = 64 * 1024
"""Bytes: 4,000 characters of a note, each as long as a browser may encode it."""
ONCE: Final = "once"
REFUSALS: Final = (InvalidInputError, RefusedError, ConflictError, IdempotencyMismatchError)
"""What is told beside the form, not on a page of its own."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a form was refused."""

    status: int
    place: str
    """The field; empty for the whole form."""
    text: Wording


def wrong(error: Exception) -> Wrong:
    """Return what to tell of ``error``, one of `REFUSALS`."""
    problem = problem_of(error)
    rule = problem.members.get("rule", problem.code)
    title = problem.title
    otherwise = Wording(title.vi, f"{title.en}: {problem.detail}")
    text = PROBLEMS.get(rule) or ASK_PROBLEMS.get(rule, otherwise)
    return Wrong(problem.status, problem.members.get("place", ""), text)


def my_page(
    template: str,
    chosen: Whose,
    *,
    refused: Wrong | None = None,
    typed: Mapping[str, Any] | None = None,
    **values: Any,
) -> Response:
    """Return a page about whom ``chosen`` names.

    Args:
        template: Its file.
        chosen: For whom.
        refused: Why its form was refused, if it was.
        typed: What was typed then, by field; never a passcode.
        values: What it shows.
    """
    tongue = page_language(request)

    def t(key: str) -> str:
        return MY_HEALTH[key].of(tongue)

    return page(
        template,
        status=HTTPStatus.OK if refused is None else refused.status,
        t=t,
        whose=chosen,
        acting_field=FIELD,
        once=str(new_id()),
        refused=refused,
        typed=typed or {},
        **values,
    )


def done(address: str, said: str, *seen: Seen) -> Disclosed:
    """Return the way to the page that says what was done, after the looks that it was."""
    response = redirect(address, HTTPStatus.SEE_OTHER, Response=Response)
    assert isinstance(response, Response)
    tell(response, said, https=the_ports().settings.https)
    return Disclosed(response, seen)


def bounded_form() -> None:
    """Refuse a form that is longer than the pages' own forms are.

    Raises:
        BodyTooLargeError: It is.
    """
    if (request.content_length or 0) > LARGEST_FORM:
        raise BodyTooLargeError(LARGEST_FORM)


def typed_text(name: str) -> str:
    """Return a field as it is kept: composed letters, plain line breaks."""
    return unicodedata.normalize("NFC", request.form.get(name, "").replace("\r\n", "\n")).strip()


def typed_fields(*names: str) -> dict[str, str]:
    """Return fields as they were typed, to show them again."""
    return {name: request.form.get(name, "") for name in names}


def once_id() -> UUID:
    """Return the form's own identifier: what is sent twice acts once.

    Raises:
        MalformedRequestError: ``once_missing``.
    """
    try:
        return UUID(request.form.get(ONCE, ""))
    except ValueError:
        message = "expected the form's own key: load it again"
        raise MalformedRequestError("once_missing", message) from None


def once_key(chosen: Whose, what: str) -> Idempotency:
    """Return the key under which a form acts once, and the digest of what it says."""
    fields = sorted((name, value) for name, value in request.form.items(multi=True))
    digest = sha256(repr(fields).encode("utf-8", "surrogatepass")).digest()
    return Idempotency(f"page:{what}:{chosen.subject}:{once_id()}", digest)


def typed_number(name: str) -> int:
    """Return a whole number of a form; -1 for what is none, which the decision refuses."""
    text = request.form.get(name, "").strip()
    plain = text.isascii() and text.isdigit() and len(text) <= len("10080") + 1
    return int(text) if plain else -1
