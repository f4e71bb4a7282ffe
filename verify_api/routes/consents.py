"""A person's consents and what they close: given, taken back, listed; by them, or for them.

Taking back is as easy as giving: one request, without a reason, at once.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, request
from msgspec import Meta, Struct

from keys.base64url import from_base64url, to_base64url
from ledger.categories import Category
from ledger.commands import books, consents
from ledger.errors import InvalidInputError
from ledger.personal import Erased
from ledger.records.consent import EMPTY as NO_CONSENTS
from ledger.records.consent import (
    ConsentEvidence,
    ConsentGranted,
    ConsentPurpose,
    Consents,
    ConsentTerms,
    Method,
    Recipient,
    RecipientKind,
)
from ledger.records.consent import withdraw as decide_withdrawal
from verify_api.access_rules import Disclosed, access
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import (
    Governing,
    Managed,
    act_of_caller,
    done,
    my_subject,
    new_id,
    own,
    plain,
)
from verify_api.json_bodies import read_json

Moment = Annotated[datetime, Meta(tz=True)]

manages_own = access(
    who_may(Action.MANAGE_OWN), scope=Reach.OWN, purpose="manage_own", reads_personal=True
)
"""The rule of every endpoint by which a person governs what is theirs."""


class RecipientBody(Struct, forbid_unknown_fields=True):
    """To whom."""

    kind: RecipientKind
    reference: str


class ConsentBody(Struct, forbid_unknown_fields=True):
    """A consent as the person gives it."""

    purpose: ConsentPurpose
    categories: list[Category]
    recipient: RecipientBody
    text_digest: str
    """SHA-256 of the text that was shown, base64url."""
    method: Method
    explicit: bool
    """Whether the person did something to say yes."""
    channel: str = "app"
    since: Moment | None = None
    until: Moment | None = None
    id: UUID | None = None
    """Chosen by the caller, so that sending twice is one consent."""


class ClosingBody(Struct, forbid_unknown_fields=True):
    """A category or a visit, closed to care providers or opened again."""

    closed: bool
    category: Category | None = None
    visit: UUID | None = None


def consent_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("consents", __name__, url_prefix="/v1/records/me")

    @blueprint.get("/consents")
    @manages_own
    def list_consents() -> Disclosed:
        """Return the caller's consents, and whether each stands."""
        return listed_consents(desk, own())

    @blueprint.post("/consents")
    @manages_own
    def grant() -> Disclosed:
        """Give a consent."""
        return give_consent(desk, own(), read_json(request, ConsentBody))

    @blueprint.delete("/consents/<uuid:consent>")
    @manages_own
    def withdraw(consent: UUID) -> Disclosed:
        """Take a consent back, at once."""
        return withdraw_consent(desk, own(), consent)

    @blueprint.post("/closings")
    @manages_own
    def close() -> Disclosed:
        """Close a category or a visit to care providers, or open it again."""
        body = read_json(request, ClosingBody)
        change = books.close_section if body.closed else books.open_section_again
        change(
            desk.facts, subject=my_subject(), category=body.category, visit=body.visit,
            act=act_of_caller(),
        )  # fmt: skip
        return done({"closed": body.closed})

    return blueprint


def listed_consents(desk: Governing, managed: Managed) -> Disclosed:
    """Return the consents that the caller may see, and whether each stands."""
    return managed.shown(told_consents(desk, managed))


def told_consents(desk: Governing, managed: Managed) -> dict[str, Any]:
    """Return those consents as values."""
    state = consents.load_consents(desk.facts, managed.subject).state
    shown = {named: one for named, one in state.granted.items() if _may_see(managed, one)}
    return {"consents": list(_told(replace(state, granted=shown), managed.act.at))}


def give_consent(desk: Governing, managed: Managed, body: ConsentBody) -> Disclosed:
    """Give a consent for the person."""
    named = new_id(body.id)
    managed.check_may_open(body.categories, body.until)
    consents.grant(
        desk.facts, subject=managed.subject, consent_id=named,
        terms=_terms(body, body.since or managed.act.at),
        evidence=ConsentEvidence(_digest(body.text_digest), body.channel, body.method),
        explicit=body.explicit, act=managed.act,
    )  # fmt: skip
    return managed.did({"consent": str(named)}, status=HTTPStatus.CREATED)


def withdraw_consent(desk: Governing, managed: Managed, consent: UUID) -> Disclosed:
    """Take back a consent that the caller may see."""
    given = consents.load_consents(desk.facts, managed.subject).state.granted.get(consent)
    if given is not None and not _may_see(managed, given):
        # In the words of one that was never given: it is the person's own affair.
        decide_withdrawal(NO_CONSENTS, consent=consent)
    consents.withdraw(desk.facts, subject=managed.subject, consent_id=consent, act=managed.act)
    return managed.did({"consent": str(consent), "standing": "withdrawn"})


def _may_see(managed: Managed, given: ConsentGranted) -> bool:
    if managed.representation is None:
        return True
    return not isinstance(given.terms, Erased) and managed.may_see(given.terms.categories)


def _terms(body: ConsentBody, since: datetime) -> ConsentTerms:
    recipient = Recipient(body.recipient.kind, body.recipient.reference)
    return ConsentTerms(body.purpose, tuple(body.categories), recipient, since, body.until)


def _digest(text: str) -> bytes:
    try:
        return from_base64url(text)
    except ValueError as error:
        raise InvalidInputError("text_digest", "digest", "SHA-256 in base64url") from error


def _told(state: Consents, at: datetime) -> Iterable[dict[str, Any]]:
    """Yield each consent, the newest first; of an erased one only that there was one."""
    for named, granted in reversed(list(state.granted.items())):
        standing = "withdrawn" if named in state.withdrawn else _standing(granted, at)
        told: dict[str, Any] = {"consent": str(named), "standing": standing}
        if not isinstance(granted.terms, Erased):
            terms = granted.terms
            told |= {
                "purpose": terms.purpose.value,
                "categories": [category.value for category in terms.categories],
                "recipient": {
                    "kind": terms.recipient.kind.value, "reference": terms.recipient.reference,
                },
                "since": plain(terms.since),
                "until": plain(terms.until),
            }  # fmt: skip
        if not isinstance(granted.evidence, Erased):
            told["text_digest"] = to_base64url(granted.evidence.text_digest)
            told["method"] = granted.evidence.method.value
        yield told


def _standing(granted: ConsentGranted, at: datetime) -> str:
    if isinstance(granted.terms, Erased):
        return "erased"
    if at < granted.terms.since:
        return "not_yet"
    ended = granted.terms.until is not None and at >= granted.terms.until
    return "ended" if ended else "in_force"
