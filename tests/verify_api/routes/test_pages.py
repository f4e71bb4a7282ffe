import re
from hashlib import sha256
from http import HTTPStatus

import pytest

from tests_support.service_world import World
from tests_support.signed_certificates import code
from verify_api.static_files import FOLDER, static_address, static_files

PAGE = {"Accept": "text/html"}
SCANNER = FOLDER / "vendor" / "zxing-wasm-3.1.4"


def test_the_front_page_is_vietnamese_first_and_english_by_its_switch(world: World) -> None:
    client = world.client()
    assert '<html lang="vi">' in client.get("/", headers={"Accept-Language": "en"}).text
    switched = client.get("/?lang=en")
    assert '<html lang="en">' in switched.text
    assert "Check a paper" in switched.text
    assert '<html lang="en">' in client.get("/check").text
    assert '<html lang="vi">' in client.get("/check?lang=vi").text
    assert '<html lang="en">' not in client.get("/check").text


def test_a_language_that_is_none_changes_nothing(world: World) -> None:
    answer = world.client().get("/?lang=xx")
    assert '<html lang="vi">' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_only_the_scanning_page_may_use_the_camera_and_webassembly(world: World) -> None:
    client = world.client()
    front, check = client.get("/"), client.get("/check")
    assert "'wasm-unsafe-eval'" in front.headers["Content-Security-Policy"]
    assert "camera=(self)" in front.headers["Permissions-Policy"]
    assert "wasm" not in check.headers["Content-Security-Policy"]
    assert "camera=()" in check.headers["Permissions-Policy"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Địa chỉ này không có, hoặc tài khoản đang dùng không được biết."),
        ("en", "There is nothing at this address, or this account may not know of it."),
    ],
)
def test_a_problem_is_said_in_the_readers_language_and_its_detail_marked_as_english(
    world: World, language: str, said: str
) -> None:
    answer = world.client().get(f"/no-such-page?lang={language}", headers=PAGE)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert said in answer.text
    assert '<dd lang="en">nothing matches the given uri</dd>' in answer.text


def test_a_form_without_scripts_gets_the_whole_answer_as_a_page(world: World) -> None:
    answer = world.client().post("/v1/verify", data={"text": code()}, headers=PAGE)
    assert answer.mimetype == "text/html"
    assert "<title>Thật và còn hiệu lực" in answer.text
    assert 'role="status"' in answer.text
    assert "NGUYỄN VĂN MẪU" in answer.text
    assert "02/01/1990" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_dates_are_written_as_each_language_writes_them(world: World) -> None:
    client = world.client()
    client.get("/?lang=en")
    assert "2 January 1990" in client.post("/v1/verify", data={"text": code()}, headers=PAGE).text


def test_what_a_stranger_sends_is_never_markup(world: World) -> None:
    client = world.client()
    for text in ("<script>alert(1)</script>", '"><img src=x>'):
        page = client.post("/v1/verify", data={"text": text}, headers=PAGE).text
        assert text not in page
    assert "alert(1)" not in client.get("/%3Cscript%3Ealert(1)", headers=PAGE).text


def test_the_demonstration_says_so_on_every_page(world: World) -> None:
    for address in ("/", "/check", "/login"):
        assert "trình diễn" in world.client().get(address).text


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("records.css", "text/css; charset=utf-8"),
        ("verify.js", "text/javascript; charset=utf-8"),
        ("vendor/zxing-wasm-3.1.4/reader/zxing_reader.wasm", "application/wasm"),
        ("mark.svg", "image/svg+xml"),
    ],
)
def test_parts_of_pages_have_their_type_and_are_kept_for_ever(
    world: World, name: str, media_type: str
) -> None:
    answer = world.client().get(static_address(name))
    assert answer.status_code == HTTPStatus.OK
    assert answer.content_type == media_type
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.data == (FOLDER / name).read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "/static/000000000000/records.css",
        static_address("records.css") + "x",
        static_address("records.css").replace("records.css", "../service.py"),
        static_address("records.css").replace("records.css", "vendor/README.md"),
    ],
)
def test_nothing_else_is_served(world: World, address: str) -> None:
    assert world.client().get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_page_asks_no_other_site_for_anything(world: World) -> None:
    own = [content for name, (content, _) in static_files().items() if "vendor" not in name]
    pages = [world.client().get(address).data for address in ("/", "/check", "/login")]
    for content in (*own, *pages):
        addresses = re.findall(rb"https?://[a-z0-9.]+", content)
        # Names of a namespace and of a credential's type; nothing is asked for under them.
        assert set(addresses) <= {b"http://www.w3.org", b"https://smarthealth.cards"}


def test_no_page_needs_an_inline_script_or_style(world: World) -> None:
    for address in ("/", "/check", "/login"):
        page = world.client().get(address).text
        assert not re.search(r"<script(?![^>]*src=)|<style|style=|\son[a-z]+=", page)


def test_the_vendored_scanner_is_what_its_readme_says() -> None:
    listed = re.findall(
        r"^    ([0-9a-f]{64})  (\S+)$", (FOLDER / "vendor" / "README.md").read_text(), re.MULTILINE
    )
    assert {name for _, name in listed} == {
        path.relative_to(SCANNER).as_posix() for path in SCANNER.rglob("*") if path.is_file()
    }
    for digest, name in listed:
        assert sha256((SCANNER / name).read_bytes()).hexdigest() == digest
