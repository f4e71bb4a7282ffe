"""What the endpoints of referrals and appointments share: acts, versions, keys, answers."""

from collections.abc import Iterable
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from flask import Response, request

from ledger.errors import InvalidInputError, NotFoundError
from ledger.facts import Act, Idempotency
from ledger.identifiers import INSURANCE_CARD, NumberKind, Pattern, check_number
from ledger.records.access import RecordKind
from ledger.records.book_access import Basis
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, Role, who_may
from verify_api.desk.health_papers import KINDS, HealthPaperDesk, Order, Shown, holder_named
from verify_api.errors import (
    BodyTooLargeError,
    ForbiddenError,
    MalformedRequestError,
    UnsupportedMediaError,
)
from verify_api.json_bodies import MOST_WORDS, read_json
from verify_api.ports import Seen
from verify_api.running import the_ports

LEGAL_BASIS: Final = "01/2025/TT-BYT"
"""The circular under which papers go between facilities."""
LARGEST_ORDER: Final = 1 << 20
LONGEST_KEY: Final = 200
LONGEST_VERSION: Final = 6
XML: Final = frozenset({"application/xml", "text/xml"})
FACILITY_ROLES: Final[frozenset[Role]] = (
    who_may(Action.PREPARE_HEALTH_PAPERS)
    | who_may(Action.SIGN_HEALTH_PAPERS)
    | who_may(Action.TAKE_HEALTH_PAPERS)
)

Body = TypeVar("Body", bound=msgspec.Struct)

prepares = access(
    who_may(Action.PREPARE_HEALTH_PAPERS), scope=Reach.ORGANISATION, purpose="issue_paper",
    reads_personal=False,
)  # fmt: skip
signs = access(
    who_may(Action.SIGN_HEALTH_PAPERS), scope=Reach.ORGANISATION, purpose="sign_paper",
    reads_personal=False,
)  # fmt: skip
issues = access(
    who_may(Action.PREPARE_HEALTH_PAPERS) | who_may(Action.SIGN_HEALTH_PAPERS),
    scope=Reach.ORGANISATION, purpose="issue_paper", reads_personal=False,
)  # fmt: skip
takes = access(
    who_may(Action.TAKE_HEALTH_PAPERS), scope=Reach.ORGANISATION, purpose="take_paper",
    reads_personal=False,
)  # fmt: skip
reads = access(
    FACILITY_ROLES, scope=Reach.ORGANISATION, purpose="read_paper", reads_personal=True,
    legal_basis=LEGAL_BASIS,
)  # fmt: skip


reads_or_holds = access(
    FACILITY_ROLES | who_may(Action.FOLLOW_OWN), scope=Reach.GRANTED, purpose="read_paper",
    reads_personal=True, legal_basis=LEGAL_BASIS,
)  # fmt: skip
"""For facilities that a paper concerns, and for whom it was issued to: `paper_document` decides."""


class PatientBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whom a paper is for; they are found by the number, or become known by it."""

    name: str
    birth_date: str
    """YYYY-MM-DD."""
    sex: int
    """1 male, 2 female, 3 other."""
    number: str
    kind: str = "personal"
    """``personal``, ``passport``, ``old-identity-card`` or ``insurance-card``."""


class OrderBody(msgspec.Struct, forbid_unknown_fields=True):
    """A paper: whom for, and what it says, field by field."""

    patient: PatientBody
    content: dict[str, Any]


class AppointmentShown(msgspec.Struct, forbid_unknown_fields=True):
    """An appointment that is shown with a referral, from its second episode on."""

    id: str
    abnormal_signs: bool = False
    agreed: bool = False


def act_of_facility() -> Act:
    """Return an act of now by who sends this request."""
    caller = the_caller()
    return Act(the_ports().clock(), caller.account, caller.role.value, caller.organisation)


def order_of(desk: HealthPaperDesk, kind: str) -> Order:
    """Return the order in the body: JSON, or the insurance table in XML.

    Raises:
        MalformedRequestError: The JSON is another one.
        InvalidInputError: A value has another form.
        UnsupportedMediaError: Neither JSON nor XML.
        BodyTooLargeError: Longer than `LARGEST_ORDER`.
    """
    if request.mimetype in XML:
        return desk.read_table(kind, _bytes())
    return order_from(body_of(OrderBody, largest=LARGEST_ORDER))


def order_from(body: OrderBody) -> Order:
    """Return an order as it was sent in JSON.

    Raises:
        InvalidInputError: The patient's number, birth date or sex is none.
    """
    patient = body.patient
    number = _checked_number(patient.kind, patient.number)
    holder = holder_named(patient.name, patient.birth_date, patient.sex, number)
    return Order(holder, patient.kind, number, body.content)


_CARDS: Final[dict[str, Pattern]] = {"insurance-card": INSURANCE_CARD}


def _checked_number(kind: str, number: str) -> str:
    place = "patient.number"
    if kind in _CARDS:
        return _CARDS[kind].check(number, place=place)
    if kind not in set(NumberKind):
        expected = "personal, passport, old-identity-card or insurance-card"
        raise InvalidInputError("patient.kind", "number_kind", expected)
    return check_number(number, NumberKind(kind), place=place)


def body_of(form: type[Body], *, largest: int = MOST_WORDS) -> Body:
    """Return the body as ``form``; its bytes stay, for `idempotency_of` looks at them, too.

    Raises:
        MalformedRequestError: It is not of that form.
        UnsupportedMediaError: It is not JSON.
        BodyTooLargeError: Longer than ``largest``.
    """
    _bytes(largest)
    try:
        return read_json(request, form, largest=largest)
    except RecursionError:
        raise MalformedRequestError("json", "expected JSON that is not nested so deeply") from None


def _bytes(largest: int = LARGEST_ORDER) -> bytes:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaError("expected a body that is not compressed")
    if (request.content_length or 0) > largest:
        raise BodyTooLargeError(largest)
    request.max_content_length = largest
    return request.get_data()


def expected_version() -> int | None:
    """Return the version that the caller decided on, of ``If-Match``.

    Raises:
        MalformedRequestError: It is none.
    """
    said = request.headers.get("If-Match")
    if said is None:
        return None
    number = said.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_VERSION):
        raise MalformedRequestError("if_match", 'expected a version such as W/"2"')
    return int(number)


def idempotency_of(act: Act) -> Idempotency | None:
    """Return what makes this request once, however often it is sent: its ``Idempotency-Key``.

    Raises:
        MalformedRequestError: It is empty or too long.
    """
    return once_for(f"paper:{act.organisation}")


def once_for(whose: str) -> Idempotency | None:
    """Return what makes this request once among those of ``whose``: its ``Idempotency-Key``.

    Raises:
        MalformedRequestError: It is empty or too long.
    """
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return None
    if not 0 < len(said) <= LONGEST_KEY:
        expected = f"expected a key of at most {LONGEST_KEY} characters"
        raise MalformedRequestError("idempotency_key", expected)
    content = request.path.encode() + b"\0" + request.get_data()
    return Idempotency(f"{whose}:{said}", sha256(content).digest())


def drafted(told: dict[str, Any]) -> Response:
    """Return the answer to an order."""
    return json_answer(told, HTTPStatus.CREATED)


def where(shown: Shown) -> Response:
    """Return where a paper is after an act, with its version."""
    return _tagged(json_answer(shown.body), shown)


def read(kind: str, shown: Shown, reference: Any, answer: Response | None = None) -> Disclosed:
    """Return a paper as an answer that is a look at its holder's data."""
    response = _tagged(answer or json_answer(shown.body), shown)
    record = RecordKind.REFERRAL if kind == "referral" else RecordKind.APPOINTMENT
    who = shown.representative
    basis = None if who is None else Basis.REPRESENTATIVE.value
    seen = Seen(record, shown.subject, reference=reference, legal_basis=basis, basis=who)
    return Disclosed(response, (seen,))


def paper_document(desk: HealthPaperDesk, kind: str, reference: UUID) -> Disclosed:
    """Return a paper's signed PDF to its holder, who acts for them, or a facility it concerns.

    Raises:
        ForbiddenError: The account belongs to no person and to no facility.
        NotFoundError: There is none that the caller may see.
    """
    caller = the_caller()
    if caller.role in who_may(Action.FOLLOW_OWN):
        return holders_document(desk, reference, kinds=(kind,))
    if caller.organisation is None:
        raise ForbiddenError("the account belongs to no facility")
    return _document(kind, desk.pdf(kind, reference, act=act_of_facility()), reference)


def holders_document(
    desk: HealthPaperDesk, reference: UUID, *, kinds: Iterable[str] = KINDS
) -> Disclosed:
    """Return a paper of one of these kinds to its holder, or to who acts for them.

    Raises:
        ForbiddenError: The account belongs to no person.
        NotFoundError: There is none that the caller may see.
    """
    reader, at = the_caller().subject, the_ports().clock()
    if reader is None:
        raise ForbiddenError("the account belongs to nobody whose papers could be shown")
    unknown = NotFoundError("no paper is known under this reference")
    for kind in kinds:
        try:
            shown = desk.holders_pdf(kind, reference, reader=reader, at=at)
        except NotFoundError as error:
            unknown = error
            continue
        return _document(kind, shown, reference)
    raise unknown


def _document(kind: str, shown: Shown, reference: UUID) -> Disclosed:
    return read(kind, shown, reference, file_answer(shown, "application/pdf", f"{reference}.pdf"))


def file_answer(shown: Shown, media_type: str, name: str) -> Response:
    """Return a document to be saved under ``name``."""
    answer = Response(shown.body, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _tagged(answer: Response, shown: Shown) -> Response:
    answer.headers["ETag"] = f'W/"{shown.version}"'
    return answer
