"""Paying: the page that sends the browser to the platform, its return, and the platform's notice.

A notice (GET or POST, as platforms differ) is answered in the platform's own words and needs no
sign-in: its signature says who speaks. The browser's return carries the same, and is believed for
the same reason; whichever comes first settles the fee, the other finds it done.
"""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.errors import ConflictError, RefusedError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import json_answer, language, page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, Role, who_may
from verify_api.citizen_desk import CitizenDesk
from verify_api.citizen_words import CITIZEN, ORDERS, vnd
from verify_api.desk.citizen_payments import HeardOf
from verify_api.payment import Heard, PaymentMessageError
from verify_api.payment_demo import Choice, DemoOrder, DemoPlatform, fields_of
from verify_api.ports import Seen
from verify_api.routes.citizen_requests import (
    acts_on_own,
    file_page,
    own,
    seen_other,
    words_of_problem,
)
from verify_api.running import the_ports
from verify_api.throttle import throttle

_platform = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="take_payment", reads_personal=False
)


def citizen_payment_routes(desk: CitizenDesk) -> tuple[Blueprint, ...]:
    """Return the endpoints, which ask ``desk``; the demonstration's own if it is played."""
    pay, platform = Blueprint("citizen_pay", __name__), Blueprint("payment", __name__)
    _paying(pay, desk)
    _hearing(platform, desk)
    if desk.demo is not None:
        _demonstration(platform, desk, desk.demo)
    return (pay, platform)


def _paying(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/my/requests/<uuid:request_id>/pay")
    @own
    def form(request_id: UUID) -> Disclosed:
        """Show what is due and how it is paid."""
        return _pay_page(desk, request_id)

    @blueprint.post("/my/requests/<uuid:request_id>/pay")
    @acts_on_own
    def order(request_id: UUID) -> Disclosed:
        """Order the payment; the page then leads to the platform."""
        request.max_content_length = LARGEST_TEXT
        throttle("own_request", the_ports().settings.rates.paper)
        try:
            desk.payments.order(the_scope(), the_caller(), request_id, at=_now())
        except (RefusedError, ConflictError) as error:
            return file_page(desk, request_id, error)
        return Disclosed(seen_other(f"/my/requests/{request_id}/pay"))


def _pay_page(desk: CitizenDesk, request_id: UUID) -> Disclosed:
    shown = desk.files.file(the_scope(), request_id, at=_now())
    provider, go = desk.payments.provider, None
    if "pay" in shown.acts:
        go = desk.payments.address(
            the_scope(), request_id, at=_now(), language=language(),
            client_address=request.remote_addr or "127.0.0.1",
        )  # fmt: skip
    answer = page(
        "request_pay.html", words=CITIZEN, shown=shown, go=go, orders=ORDERS, vnd=vnd,
        platform=None if provider is None else provider.title,
    )  # fmt: skip
    return Disclosed(answer, (Seen(RecordKind.REQUEST, the_scope().subject, reference=request_id),))


def _hearing(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/pay/return")
    @_platform
    def back() -> Response:
        """Take what the returning browser carries, and go on to the request."""
        return _returned(desk.payments.hear(request.args.items(multi=True), at=_now()))

    @blueprint.get("/pay/notice")
    @_platform
    def notice() -> Response:
        """Take the platform's notice; answered in its own words, with status 200."""
        return _noticed(desk, request.args.items(multi=True))

    @blueprint.post("/pay/notice")
    @_platform
    def posted_notice() -> Response:
        """Take the platform's notice from a form; answered in its own words, with status 200."""
        request.max_content_length = LARGEST_TEXT
        return _noticed(desk, request.form.items(multi=True))


def _noticed(desk: CitizenDesk, fields: Iterable[tuple[str, str]]) -> Response:
    heard = desk.payments.hear(fields, at=_now())
    provider = desk.payments.provider
    assert provider is not None, "who is heard is joined"
    return json_answer(dict(provider.acknowledgement(heard.heard)))


_SAID = {(True, True): "paid", (True, False): "payment_unowed", (False, True): "payment_failed"}
"""By whether money was taken, and whether it was owed."""


def _returned(heard: HeardOf) -> Response:
    believed = heard.heard in {Heard.TAKEN, Heard.KNOWN}
    if not believed or heard.request is None:
        return page("pay_return.html", words=CITIZEN, believed=False, status=HTTPStatus.BAD_REQUEST)
    if the_caller().role is not Role.CITIZEN:
        return page("pay_return.html", words=CITIZEN, believed=True)
    said = _SAID[heard.paid, heard.owed]
    address = f"/my/requests/{heard.request}"
    return seen_other(address if heard.paid else f"{address}/pay", said)


def _demonstration(blueprint: Blueprint, desk: CitizenDesk, platform: DemoPlatform) -> None:
    @blueprint.get("/pay/demo")
    @_platform
    def demo() -> Response:
        """Play the payment platform: show the order that a merchant's page came with."""
        try:
            order = platform.order(request.args.items(multi=True))
        except PaymentMessageError as error:
            return _demo_page(None, error)
        return _demo_page(order)

    @blueprint.post("/pay/demo")
    @_platform
    def play() -> Response:
        """Let the platform do what was chosen."""
        request.max_content_length = LARGEST_TEXT
        choice = request.form.get("choice", "")
        try:
            order = platform.order(fields_of(request.form.get("order", "")))
        except PaymentMessageError as error:
            return _demo_page(None, error)
        if choice not in set(Choice):
            return _demo_page(order)
        return _played(desk, platform, order, Choice(choice))


def _played(
    desk: CitizenDesk, platform: DemoPlatform, order: DemoOrder, choice: Choice
) -> Response:
    if choice is Choice.ABANDON:
        return seen_other("/my")
    told = platform.told(order, paid=choice is not Choice.FAIL, at=_now())
    desk.payments.hear(fields_of(told), at=_now())  # its server speaks before its page goes back
    if choice is Choice.CLOSE:
        return page("pay_demo.html", words=CITIZEN, order=None, refused=None, query="", closed=True)
    return seen_other(f"{order.return_address}?{told}")


def _demo_page(order: DemoOrder | None, error: Exception | None = None) -> Response:
    query = request.form.get("order") or request.query_string.decode("ascii", "replace")
    return page(
        "pay_demo.html", words=CITIZEN, order=order, query=query, closed=False,
        amount=None if order is None else vnd(order.amount),
        refused=None if error is None else words_of_problem(error),
        status=HTTPStatus.OK if error is None else HTTPStatus.BAD_REQUEST,
    )  # fmt: skip


def _now() -> datetime:
    return the_ports().clock()
