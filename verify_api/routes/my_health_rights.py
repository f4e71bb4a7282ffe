"""Pages of requests about one's data, with their days; and of the apps that show the book."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request

from ledger.calendar import local_day
from ledger.clinical.sections import Section
from ledger.commands import integration
from ledger.commands.books import load_book
from ledger.commands.erasure_requests import withdraw
from ledger.errors import InvalidInputError, NotFoundError
from ledger.records.rights import Right
from verify_api.access_rules import Disclosed
from verify_api.book_questions import seen
from verify_api.governing import Managed
from verify_api.my_health.desk import APPS, MyHealth
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
from verify_api.routes.my_health_book import read
from verify_api.routes.my_health_rules import manages, reads
from verify_api.routes.rights import RightsBody, ask_right, told_rights

_HERE: Final = "/my/health/rights"
_APPS: Final = "/my/health/apps"


def right_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""
    _rights(blueprint, my)
    _apps(blueprint, my)


def _rights(blueprint: Blueprint, my: MyHealth) -> None:
    @blueprint.get("/rights")
    @reads
    def rights() -> Disclosed:
        """Show the requests with their days, what the law retains, and the form that asks."""
        return _page(my, alone(whose(my)))

    @blueprint.post("/rights")
    @reads
    def right_asked() -> Disclosed:
        """Ask to view, correct, be provided with, withdraw, restrict or erase."""
        bounded_form()
        chosen, named = alone(whose_form(my)), once_id()
        try:
            ask_right(my.governing, chosen.subject, _body(named))
        except REFUSALS as error:
            return _page(my, chosen, wrong(error))
        return done(_HERE, "right_asked")

    @blueprint.get("/rights/<uuid:rights_request>/withdraw")
    @manages
    def ask_take_back(rights_request: UUID) -> Disclosed:
        """Ask whether a request is to be taken back."""
        return _confirm(my, alone(whose(my)), rights_request)

    @blueprint.post("/rights/<uuid:rights_request>/withdraw")
    @manages
    def right_taken_back(rights_request: UUID) -> Disclosed:
        """Take a request back; an erasure that nobody approved yet is stopped with it."""
        bounded_form()
        chosen = alone(whose_form(my))
        managed = chosen.managed
        try:
            withdraw(
                my.governing.facts, subject=managed.subject, request=rights_request,
                act=managed.act,
            )  # fmt: skip
        except REFUSALS as error:
            return _confirm(my, chosen, rights_request, wrong(error))
        return done(_HERE, "taken_back")


def _body(named: UUID) -> RightsBody:
    """Return what a form asks for.

    Raises:
        InvalidInputError: No right, or no visit.
    """
    try:
        right = Right(request.form.get("right", ""))
    except ValueError:
        raise InvalidInputError("right", "right_unknown", "a right of the list") from None
    visit = request.form.get("visit", "")
    try:
        about = UUID(visit) if visit else None
    except ValueError:
        raise InvalidInputError("visit", "choice", "a visit of the list") from None
    return RightsBody(right, typed_text("words"), about, named)


def _page(my: MyHealth, chosen: Whose, refused: Wrong | None = None) -> Disclosed:
    told = told_rights(my.governing, chosen.subject)
    reading = read(my, "right", "visit", chosen=chosen)
    visits = reading.shower.rows(reading.items(Section.VISITS))
    lifts = told["restricted"]
    offered = [
        one.value for one in Right
        if one not in {Right.LIFT_RESTRICTION, Right.RESTRICT}
        or (one is Right.LIFT_RESTRICTION) == lifts
    ]  # fmt: skip
    asked = {"right": request.args.get("right", ""), "visit": request.args.get("visit", "")}
    typed = typed_fields("right", "words", "visit") if refused else asked
    answer = my_page(
        "my_health_rights.html", chosen, requests=told["requests"], restricted=lifts,
        offered=offered, visits=visits, retained=_retained(my, chosen.managed), refused=refused,
        typed=typed,
    )  # fmt: skip
    return Disclosed(answer, (chosen.managed.seen(), *seen(reading.opened)))


def _retained(my: MyHealth, managed: Managed) -> dict[str, Any]:
    """Return until which year the law keeps the person's health data."""
    desk = my.governing
    kept = desk.retained(desk.facts, managed.subject)
    return {
        "keeps": kept.keeps(local_day(managed.act.at)),
        "year": None if kept.free_from is None else kept.free_from.year - 1,
    }


def _confirm(my: MyHealth, chosen: Whose, named: UUID, refused: Wrong | None = None) -> Disclosed:
    told = told_rights(my.governing, chosen.subject)["requests"]
    found = next((one for one in told if one["request"] == str(named)), None)
    if found is None:
        raise NotFoundError("no request is known under this reference")
    answer = my_page("my_health_right.html", chosen, one=found, refused=refused)
    return Disclosed(answer, (chosen.managed.seen(),))


def _apps(blueprint: Blueprint, my: MyHealth) -> None:
    @blueprint.get("/apps")
    @manages
    def apps() -> Disclosed:
        """Show in which apps the book is shown, and those that may be chosen."""
        chosen = alone(whose(my))
        known = load_book(my.governing.facts, chosen.subject).state.apps
        rows = [
            {"name": name, "title": APPS.get(name), "shown": name in known}
            for name in [*APPS, *sorted(known - set(APPS))]
        ]
        answer = my_page("my_health_apps.html", chosen, rows=rows)
        return Disclosed(answer, (chosen.managed.seen(),))

    @blueprint.post("/apps/<app>")
    @manages
    def app_changed(app: str) -> Disclosed:
        """Show the book in an app, or there no longer."""
        bounded_form()
        managed = alone(whose_form(my)).managed
        shows = request.form.get("shown") == "yes"
        change = integration.integrate if shows else integration.end_integration
        change(my.governing.facts, subject=managed.subject, app=app, act=managed.act)
        return done(_APPS, "app_shown" if shows else "app_left")
