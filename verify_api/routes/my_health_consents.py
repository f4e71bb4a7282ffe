"""Pages of consents: what one means, given, taken back at once; and of closed categories."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request

from keys.base64url import to_base64url
from ledger.calendar import VIETNAM_TIME
from ledger.categories import WITHHELD, Category
from ledger.commands import books
from ledger.errors import InvalidInputError
from ledger.personal import readable
from ledger.records.consent import ConsentPurpose, Method, RecipientKind
from verify_api.access_rules import Disclosed
from verify_api.book_questions import moments_from
from verify_api.i18n import page_language
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import (
    REFUSALS,
    Wrong,
    bounded_form,
    done,
    my_page,
    once_id,
    typed_fields,
    typed_text,
    wrong,
)
from verify_api.my_health.whose import Whose, alone, whose, whose_form
from verify_api.my_health.words import MY_HEALTH
from verify_api.my_health.words_sharing import CATEGORIES, PURPOSES, RECIPIENTS
from verify_api.routes.consents import (
    ConsentBody,
    RecipientBody,
    give_consent,
    told_consents,
    withdraw_consent,
)
from verify_api.routes.my_health_rules import manages
from verify_api.running import the_ports

MEANING: Final = (
    "consents.means_1", "consents.means_2", "consents.means_3", "consents.means_4",
    "consents.agree",
)  # fmt: skip
"""The text that is shown before a consent is given: its digest proves which."""
_HERE: Final = "/my/health/consents"


def consent_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""

    @blueprint.get("/consents")
    @manages
    def consents() -> Disclosed:
        """Show the consents and what is closed, and the form that gives one."""
        return _consents(my, whose(my))

    @blueprint.post("/consents")
    @manages
    def consent_given() -> Disclosed:
        """Give a consent."""
        bounded_form()
        chosen = whose_form(my)
        named = once_id()
        try:
            given = give_consent(my.governing, chosen.managed, _body(named, chosen))
        except REFUSALS as error:
            return _consents(my, chosen, wrong(error))
        return done(_HERE, "consent_given", *given.seen)

    @blueprint.post("/consents/<uuid:consent>/withdraw")
    @manages
    def consent_withdrawn(consent: UUID) -> Disclosed:
        """Take a consent back, at once and without a reason."""
        bounded_form()
        chosen = whose_form(my)
        taken = withdraw_consent(my.governing, chosen.managed, consent)
        return done(_HERE, "taken_back", *taken.seen)

    @blueprint.post("/closings")
    @manages
    def closed() -> Disclosed:
        """Close a category to care providers, or open it again."""
        bounded_form()
        managed = alone(whose_form(my)).managed
        try:
            category = Category(request.form.get("category", ""))
        except ValueError:
            raise InvalidInputError("category", "choice", "a category of the list") from None
        closing = request.form.get("closed") == "yes"
        change = books.close_section if closing else books.open_section_again
        change(my.governing.facts, subject=managed.subject, category=category, act=managed.act)
        return done(_HERE, "category_closed" if closing else "category_opened")


def text_digest(language: str) -> bytes:
    """Return the digest of the text that is shown before a consent is given."""
    return sha256("\n".join(MY_HEALTH[key].of(language) for key in MEANING).encode()).digest()


def _body(named: UUID, chosen: Whose) -> ConsentBody:
    """Return the consent that a form gives.

    Raises:
        InvalidInputError: A choice is none of those offered, or the day is none.
    """
    form = request.form
    try:
        purpose = ConsentPurpose(form.get("purpose", ""))
    except ValueError:
        raise InvalidInputError("purpose", "choice", "a purpose of the list") from None
    try:
        kind = RecipientKind(form.get("kind", ""))
    except ValueError:
        raise InvalidInputError("kind", "choice", "a sort of the list") from None
    try:
        categories = [Category(one) for one in form.getlist("categories")]
    except ValueError:
        raise InvalidInputError("categories", "choice", "categories of the list") from None
    return ConsentBody(
        purpose, categories, RecipientBody(kind, typed_text("reference")),
        to_base64url(text_digest(page_language(request))), Method.ELECTRONIC,
        explicit=form.get("agree") == "yes", channel="web", since=chosen.managed.act.at,
        until=_until(), id=named,
    )  # fmt: skip


def _until() -> datetime | None:
    """Return the first moment after the last day that was typed; None: until it is taken back."""
    typed = request.form.get("until", "").strip()
    if not typed:
        return None
    last = moments_from(None, typed, the_ports().clock()).effective
    assert last is not None, "a day was typed"
    after = last + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=VIETNAM_TIME)


def _consents(my: MyHealth, chosen: Whose, refused: Wrong | None = None) -> Disclosed:
    managed = chosen.managed
    told = told_consents(my.governing, managed)["consents"]
    closed = _closed(my, managed.subject)
    offered = [one for one in Category if managed.may_see({one})]
    answer = my_page(
        "my_health_consents.html", chosen,
        consents=[_shown(my, one) for one in told],
        meaning=MEANING[:-1],
        purposes=PURPOSES, recipients=RECIPIENTS, category_words=CATEGORIES,
        offered=[(one.value, CATEGORIES[one.value]) for one in offered],
        closings=[
            {"name": one.value, "closed": one in closed, "withheld": one in WITHHELD}
            for one in Category
        ],
        refused=refused, typed=_typed() if refused else {"categories": []},
    )  # fmt: skip
    return Disclosed(answer, (managed.seen(),))


def _shown(my: MyHealth, told: dict[str, Any]) -> dict[str, Any]:
    """Return a consent with what its recipient is called."""
    to = told.get("recipient")
    if to is None or to["kind"] == RecipientKind.PERSON.value:
        return {**told, "who": None}
    return {**told, "who": my.facility(to["reference"])}


def _closed(my: MyHealth, subject: UUID) -> set[Category]:
    closed = [
        readable(category, None)
        for each in books.subjects_of(my.governing.facts, subject)
        for category, _ in books.load_book(my.governing.facts, each).state.closed
    ]
    return {one for one in closed if one is not None}


def _typed() -> dict[str, Any]:
    return {
        **typed_fields("purpose", "kind", "reference", "until"),
        "categories": request.form.getlist("categories"),
    }
