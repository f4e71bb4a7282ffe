"""What pages share beside their templates: menus, sorted lists, numbers, days, messages."""

from datetime import date

import pytest
from flask import Flask, Response, request

from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError
from tests_support.service_world import World
from verify_api.access_rules import rule_of
from verify_api.callers import Role
from verify_api.day_parts import read_day_parts
from verify_api.errors import MalformedRequestError
from verify_api.navigation import BESIDE, MENUS, PAGES, menu
from verify_api.number_words import number_words, percent_words
from verify_api.said import SAID, tell, told
from verify_api.tables import Column, Order, columns, read_order

COLUMNS = (
    Column("since", Wording("Từ lúc", "Since"), sortable=True),
    Column("copies", Wording("Số bản", "Copies"), sortable=True, number=True),
    Column("stage", Wording("Giai đoạn", "Stage")),
)


def path_of(endpoint: str) -> str:
    return {"pages.front": "/"}.get(endpoint, f"/{endpoint}")


def test_every_menu_names_pages_that_have_words_and_each_once() -> None:
    for role, pages in MENUS.items():
        assert set(pages) <= set(PAGES), role
        assert len(set(pages)) == len(pages), role
    assert set(Role) - set(MENUS) == {Role.PORTAL_SYSTEM, Role.FACILITY_SYSTEM}


def test_a_menu_offers_nothing_that_its_role_may_not_open(world: World) -> None:
    views = world.app.view_functions
    for role, pages in MENUS.items():
        for endpoint in set(pages) & set(views):
            rule = rule_of(views[endpoint])
            assert rule is not None
            assert role in rule.roles, (role, endpoint)


def test_a_page_that_the_service_does_not_have_is_not_offered() -> None:
    shown = menu(Role.CITIZEN, "/", running={"pages.front"}, address=path_of)
    assert [link.address for link in shown.first] == ["/"]
    assert menu(Role.PORTAL_SYSTEM, "/", running=PAGES, address=path_of).first == ()


def test_a_menu_says_where_the_reader_is_also_below_a_page() -> None:
    def here(path: str) -> dict[str, str]:
        shown = menu(Role.CITIZEN, path, running=PAGES, address=path_of)
        return {link.address: link.here for link in (*shown.first, *shown.more) if link.here}

    assert here("/") == {"/": "page"}
    assert here("/citizen.mine") == {"/citizen.mine": "page"}
    assert here("/citizen.mine/paper") == {"/citizen.mine": "true"}
    assert here("/citizen.mines") == {}


def test_an_officers_tools_are_below_the_queue() -> None:
    def address(endpoint: str) -> str:
        return "/work" if endpoint == "officer.queue" else path_of(endpoint)

    shown = menu(Role.SIGNER, "/officer/sign", running=PAGES, address=address)
    assert {one.address: one.here for one in shown.first}["/work"] == "true"


def test_a_long_menu_is_folded_behind_its_first_pages() -> None:
    pages = tuple(f"page.{number}" for number in range(BESIDE + 2))
    words = {page: Wording(page, page) for page in pages}
    menus = {Role.AUDITOR: pages}
    shown = menu(Role.AUDITOR, "/", running=pages, address=path_of, menus=menus, pages=words)
    assert len(shown.first) == BESIDE - 1
    assert [link.title.en for link in (*shown.first, *shown.more)] == list(pages)


def test_a_list_is_sorted_by_its_address_and_turned_round_by_the_same_link() -> None:
    assert read_order(None, COLUMNS) == Order("since")
    assert read_order("-copies", COLUMNS) == Order("copies", descending=True)
    kept = {"state": "đang chờ"}
    shown = columns(COLUMNS, Order("copies"), "/work", kept, "en")
    assert [column.order for column in shown] == ["", "ascending", ""]
    assert shown[0].sort == "/work?state=%C4%91ang+ch%E1%BB%9D&order=since"
    assert shown[1].sort.endswith("&order=-copies")
    assert (shown[2].sort, shown[2].title) == ("", "Stage")
    turned = columns(COLUMNS, Order("copies", descending=True), "/work", {}, "vi")
    assert (turned[1].order, turned[1].sort) == ("descending", "/work?order=copies")


@pytest.mark.parametrize("typed", ["", "-", "stage", "--since", "since;drop"])
def test_an_order_by_no_sortable_column_is_refused(typed: str) -> None:
    with pytest.raises(MalformedRequestError, match="expected one of since, copies"):
        read_order(typed, COLUMNS)


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert number_words(1234567.5, "vi", 1) == "1.234.567,5"
    assert number_words(1234567.5, "en", 1) == "1,234,567.5"
    assert number_words(-3, "vi") == "\N{MINUS SIGN}3"
    assert percent_words(0.995, "vi") == "99,5\N{NO-BREAK SPACE}%"
    assert percent_words(0.995, "en", 0) == "100\N{NO-BREAK SPACE}%"


def typed(day: str, month: str, year: str) -> dict[str, str]:
    return {"birth-day": day, "birth-month": month, "birth-year": year}


def test_a_day_is_read_from_its_three_fields() -> None:
    assert read_day_parts(typed("24", " 11", "1990"), "birth") == date(1990, 11, 24)
    assert read_day_parts(typed("", "", " "), "birth") is None
    assert read_day_parts({}, "birth") is None


@pytest.mark.parametrize(
    "parts",
    [
        ("30", "2", "1990"),
        ("24", "", "1990"),
        ("x", "1", "1990"),
        ("٣", "1", "1990"),
        ("-1", "1", "1990"),
    ],
)
def test_what_is_no_day_is_refused_at_its_place(parts: tuple[str, str, str]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_day_parts(typed(*parts), "birth")
    assert refused.value.place == "birth"


def test_a_message_is_a_key_that_we_wrote_and_nothing_else() -> None:
    app, answer = Flask(__name__), Response()
    tell(answer, "done", https=True)
    assert {"said=done", "HttpOnly", "Secure"} <= set(answer.headers["Set-Cookie"].split("; "))
    with app.test_request_context(headers={"Cookie": "said=done"}):
        assert told(request) is SAID["done"]
    with app.test_request_context(headers={"Cookie": "said=<script>"}):
        assert told(request) is None
    with pytest.raises(AssertionError, match="nobody"):
        tell(answer, "nobody wrote this", https=True)


def test_a_message_is_shown_once(world: World) -> None:
    client = world.client()
    client.set_cookie("said", "done")
    first = client.get("/check?lang=en")
    assert SAID["done"].text.en in first.text
    assert SAID["done"].text.en not in client.get("/check").text


def test_who_signs_out_is_told_so_on_the_next_page(world: World) -> None:
    client, csrf = world.signed_in("tiepnhan")
    client.post("/logout", data={"csrf": csrf})
    assert SAID["signed_out"].text.vi in client.get("/").text
    assert SAID["signed_out"].text.vi not in client.get("/").text
