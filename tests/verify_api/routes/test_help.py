"""Every role has a short guide in both languages, which says what the pages say."""

import re
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from unicodedata import is_normalized

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from app import build
from doors import join
from ledger.certificates.kind import Wording
from settings import Settings
from tests_support.documents import GUIDE
from tests_support.page_checks import SHOT_BYTES
from tests_support.role_guides import pictures, role_page
from tests_support.service_world import World
from verify_api.guides.form import Guide, parts, say
from verify_api.help_words import GUIDES, HELP
from verify_api.i18n import LANGUAGES
from verify_api.navigation import MENUS
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings

SHOTS = GUIDE / "screenshots"
SHOTS_BYTES = 300 * 1024
EACH = pytest.mark.parametrize("role", GUIDES)


def texts(guide: Guide) -> list[Wording]:
    found = [guide.title, guide.lead]
    for one in guide.sections:
        found += [one.title, *one.steps, *one.points, *chain.from_iterable(one.answers)]
        found += [] if one.text is None else [one.text]
        found += [] if one.picture is None else [one.picture.alt]
    return found


def named(kind: str) -> set[str]:
    return {
        piece
        for guide in GUIDES.values()
        for text in texts(guide)
        for language in LANGUAGES
        for sort, piece in parts(text.of(language))
        if sort == kind
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The service as it is composed, for its addresses."""
    system = build(Settings(tmp_path_factory.mktemp("home") / "home"))
    app = join(system, ServiceSettings("http://localhost"), read_codes, media_type_of)
    system.close()
    return app


def test_there_is_a_guide_for_each_who_works_here() -> None:
    assert set(GUIDES) == {"employer", "citizen", "officer", "hospital", "auditor", "operator"}


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_its_page_tells_all_of_it_and_its_document_too(
    world: World, role: str, language: str
) -> None:
    answer = world.client().get(f"/help/{role}?lang={language}")
    assert answer.status_code == HTTPStatus.OK
    shown = plain(answer.text)
    guide = GUIDES[role]
    alts = {picture.alt for picture in pictures(guide)}
    document = (GUIDE / "roles" / f"{role}.{language}.md").read_text("utf-8")
    assert document == role_page(role, language), "run `make docs`"
    assert 40 <= len(document.splitlines()) <= 90
    for text in set(texts(guide)) - alts:
        assert bare(text.of(language)) in shown


def plain(page: str) -> str:
    text = re.sub(r"<[^>]*>", "", page)
    return text.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")


def bare(text: str) -> str:
    return "".join(piece for _, piece in parts(text))


def test_the_list_leads_to_each_and_every_page_to_the_list(world: World) -> None:
    client = world.client()
    page = client.get("/help").text
    for role in GUIDES:
        assert f'href="/help/{role}"' in page
    assert '<a href="/help">' in client.get("/").text
    assert not world.noted.notes, "nobody's data is shown"


@pytest.mark.parametrize("role", ["nobody", "EMPLOYER", "..%2f", "%00"])
def test_another_role_has_none(world: World, role: str) -> None:
    assert world.client().get(f"/help/{role}").status_code == HTTPStatus.NOT_FOUND


@EACH
def test_its_words_are_there_in_both_languages_and_composed(role: str) -> None:
    for text in (*texts(GUIDES[role]), *HELP.values()):
        assert text.vi
        assert text.en
        assert is_normalized("NFC", text.vi)
        assert not re.search(r"[{}]", text.vi + text.en), "a quotation was not put in"


@EACH
def test_it_says_what_is_seen_what_it_means_what_if_and_who_sees(role: str) -> None:
    titles = [section.title.en for section in GUIDES[role].sections]
    assert titles[0] == "What you can do"
    assert titles[-2:] == ["When something is wrong", "Privacy"]
    assert "What a verdict means" in titles


def test_a_word_that_no_page_has_cannot_be_quoted() -> None:
    with pytest.raises(KeyError):
        say("{page:verify.gone}", "")


def test_every_address_that_a_guide_names_is_a_page(whole: Flask) -> None:
    addresses = whole.url_map.bind("localhost")
    wrong = []
    for address in sorted(named("address")):
        try:
            addresses.match(address, method="GET")
        except HTTPException:
            wrong.append(address)
    assert wrong == []
    assert len(named("address")) > len(MENUS)


def test_every_file_and_command_that_a_guide_names_is_there() -> None:
    commands = (GUIDE / "command-line.md").read_text("utf-8")
    for piece in named("code"):
        if piece.startswith("docs/"):
            assert (GUIDE.parents[1] / Path(piece)).is_file()
        else:
            assert piece == "records audit" or f"`{piece}`" in commands, piece


def test_every_picture_that_a_guide_shows_is_there_and_small() -> None:
    """A reader of a guide loads the pictures of that guide in one language."""
    for guide in GUIDES.values():
        for language in LANGUAGES:
            names = {f"{picture.of(language)}.png" for picture in pictures(guide)}
            sizes = [(SHOTS / name).stat().st_size for name in names]
            assert max(sizes, default=0) <= SHOT_BYTES
            assert sum(sizes) <= SHOTS_BYTES


def test_a_picture_is_one_that_a_test_takes() -> None:
    taken = "".join(
        path.read_text("utf-8") for path in (GUIDE.parents[1] / "tests" / "browser").glob("*.py")
    )

    def is_taken(name: str) -> bool:
        """Whole, or as the name of a page behind what all of its pictures begin with."""
        borders = [place for place, character in enumerate(name) if character == "-"]
        return name in taken or any(
            f"{name[:at]}-{{" in taken and f'"{name[at + 1 :]}"' in taken for at in borders
        )

    for guide in GUIDES.values():
        for picture in pictures(guide):
            name = re.sub(r"-(vi|en)-(phone|desk)-(light|dark)$", "", picture.vi)
            assert is_taken(name), name
