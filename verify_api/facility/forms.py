"""What the forms of a facility's pages share: who may, acts that happen once, what was refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, redirect, request

from keys.base64url import to_base64url
from ledger.calendar import VIETNAM_TIME
from ledger.certificates.kind import Wording
from ledger.errors import ConflictError, InvalidInputError, RefusedError
from ledger.facts import Act, Idempotency
from verify_api.access_rules import Arguments, Released, access, the_caller, the_scope
from verify_api.answers import language, page
from verify_api.ask_words import ASK_PROBLEMS
from verify_api.bodies import LARGEST_FORM, LARGEST_TEXT
from verify_api.callers import Action, Reach, Role, who_may
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.facility.words import PLACES, WORDS
from verify_api.facility.words_rules import RULES
from verify_api.health_paper_acts import LEGAL_BASIS, LONGEST_KEY
from verify_api.identification import CSRF_FIELD
from verify_api.problems import problem_of
from verify_api.running import the_ports
from verify_api.said import tell

ONCE: Final = "once"
ONCE_BYTES: Final = 16
LARGEST_ORDER_FORM: Final = 256 * 1024
"""Bytes of an order typed into a form: thirty fields, some of them long."""
PEOPLE: Final = frozenset({Role.CLINICIAN, Role.FACILITY_SIGNER})
"""Who works with pages; a facility's system does not."""
REFUSALS: Final = (InvalidInputError, RefusedError, ConflictError, MalformedRequestError)
"""What is said on the form itself."""
_LONGEST_VERSION: Final = 6
_FORM_PLACES: Final = {
    "patient.number": "patient_number", "patient.kind": "number_kind", "reason.text": "what",
}  # fmt: skip
"""Places whose fields have another name on forms, where several forms have one of that name."""

TAKERS: Final = who_may(Action.TAKE_HEALTH_PAPERS) & PEOPLE
DRAFTERS: Final = who_may(Action.PREPARE_HEALTH_PAPERS) & PEOPLE
SIGNERS: Final = who_may(Action.SIGN_HEALTH_PAPERS) & PEOPLE


def at_desk(
    roles: frozenset[Role], *, purpose: str = "read_paper", personal: bool = False
) -> Callable[[Callable[Arguments, Released]], Callable[Arguments, Response]]:
    """Return the rule of a page about papers, for people of the caller's facility alone."""
    return access(
        roles, scope=Reach.ORGANISATION, purpose=purpose, reads_personal=personal,
        legal_basis=LEGAL_BASIS if personal else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """What was wrong with a form, as its page says it."""

    status: int
    text: Wording
    place: str
    """The field, as its form names it; empty if it is about none."""


def refused(error: Exception, *, at: str = "") -> Refused:
    """Return what a form says to ``error``; ``at`` is the field that it is about if it names none.

    A rule without words of its own is told as the interface tells it, which is in English.
    """
    problem = problem_of(error)
    place = problem.members.get("place", "") or at
    place = _FORM_PLACES.get(place) or place.rpartition(".")[2].split("[")[0]
    rule = problem.members.get("rule", "")
    plain = Wording(f"{problem.title.vi} ({problem.detail})", problem.detail)
    text = RULES.get(rule) or ASK_PROBLEMS.get(rule, plain)
    title = PLACES.get(place)
    if title is not None:
        text = Wording(f"{title.vi}: {text.vi}", f"{title.en}: {text.en}")
    return Refused(int(problem.status), text, place)


def typed(*, most: int = LARGEST_TEXT) -> dict[str, str]:
    """Return what was typed into the form, without what forms carry themselves.

    Raises:
        BodyTooLargeError: Longer than ``most`` bytes.
    """
    request.max_content_length = most
    return {
        name: value.strip() for name, value in request.form.items()
        if name not in {CSRF_FIELD, ONCE} and value.strip()
    }  # fmt: skip


def uploaded(name: str = "file") -> bytes | None:
    """Return the file that was sent with the form; None without one."""
    request.max_content_length = LARGEST_FORM
    file = request.files.get(name)
    return None if file is None or not file.filename else file.read()


def facility() -> str:
    """Return the code of the caller's facility."""
    code = the_scope().organisation or the_caller().organisation
    if code is None:
        raise ForbiddenError("the account belongs to no facility")
    return code


def act_now(legal_basis: str | None = None) -> Act:
    """Return an act of now by who sends this request."""
    caller = the_caller()
    return Act(
        the_ports().clock(), caller.account, caller.role.value, caller.organisation,
        legal_basis=legal_basis,
    )  # fmt: skip


def once_only() -> Idempotency:
    """Return what makes this form one act, however often it is sent.

    Raises:
        MalformedRequestError: The form has no key.
    """
    key = request.form.get(ONCE, "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise MalformedRequestError("once_missing", "expected the form's own key: load it again")
    pairs = sorted(
        (name, value) for name, value in request.form.items(multi=True) if name != CSRF_FIELD
    )
    content = urlencode([("", request.path), *pairs]).encode()
    return Idempotency(f"facility:{the_caller().account}:{key}", sha256(content).digest())


def seen_version() -> int | None:
    """Return the version that the page showed, so that nobody decides on an older one.

    Raises:
        MalformedRequestError: It is none.
    """
    said = request.form.get("version", "")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= _LONGEST_VERSION):
        raise MalformedRequestError("version", "version: expected what the page showed")
    return int(said)


def show(template: str, *, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """Return a page of the facility with the words that all of them share."""
    return page(
        template, status=status, words=WORDS, code=facility(),
        once=to_base64url(the_ports().random_bytes(ONCE_BYTES)), tongue=language(), **values,
    )  # fmt: skip


def go_on(address: str, key: str) -> Response:
    """Return the way to the next page, which says ``key``."""
    answer = redirect(address, HTTPStatus.SEE_OTHER, Response=Response)
    assert isinstance(answer, Response)
    tell(answer, key, https=the_ports().settings.https)
    return answer


def local_moment(values: Mapping[str, str], name: str) -> datetime:
    """Return a day and a time of it in Vietnam, typed as ``name`` and ``name-time``.

    Raises:
        InvalidInputError: One of them is none.
    """
    text = f"{values.get(name, '')}T{values.get(f'{name}-time', '')}"
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M")  # noqa: DTZ007  its zone follows
    except ValueError:
        raise InvalidInputError(name, "moment_form", "a day and a time such as 08:30") from None
    return at.replace(tzinfo=VIETNAM_TIME)


def required(values: Mapping[str, str], names: Iterable[str]) -> None:
    """Refuse a form in which one of ``names`` is empty.

    Raises:
        InvalidInputError: ``missing``, with the first of them as the place.
    """
    for name in names:
        if not values.get(name):
            raise InvalidInputError(name, "missing", "a value")
