"""The style page shows every component, and nobody's data."""

import re
from http import HTTPStatus
from unicodedata import is_normalized

import pytest

from tests_support.service_world import World
from verify_api.static_files import FOLDER
from verify_api.style_words import PARTS, STYLE
from verify_api.verdict import State

TEMPLATES = FOLDER.parent / "templates"
CSS_BYTES = 40 * 1024
# Fields that are part of others, or that stand around a form of the page's own.
BUILT_IN = {"forms.csrf", "forms.once", "forms.tick", "verdict.icon", "verdict.heading",
            "verdict.holder", "verdict.checked", "cards.sign", "tables.first", "tables.cell",
            "tables.link"}  # fmt: skip


def test_every_component_is_named_and_shown() -> None:
    there = {
        f"{path.stem}.{name}"
        for path in (TEMPLATES / "parts").glob("*.html")
        if path.stem in {"cards", "charts", "file", "forms", "tables", "verdict"}
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text())
    }
    named = {name for part in PARTS.values() for name in part.macros.split(" · ")}
    assert there - named - BUILT_IN == set()
    used = (TEMPLATES / "style.html").read_text()
    for key in PARTS:
        assert f'show("{key}")' in used, key


def test_every_word_is_used_and_there_in_both_languages() -> None:
    text = (TEMPLATES / "style.html").read_text()
    samples = (FOLDER.parent / "style_samples.py").read_text()
    for key, wording in STYLE.items():
        assert wording.vi, key
        assert wording.en, key
        assert is_normalized("NFC", wording.vi), key
    said = set(re.findall(r"""(?:eg\(|words\.|STYLE\[)["']?([a-z_0-9]+)""", text + samples))
    built = {f"notice_{kind}" for kind in ("good", "info", "unsure")}
    built |= {"good", "bad", "unsure", "info", "wait", "lock"}
    assert set(STYLE) - said - built == set()


def test_it_is_public_and_shows_every_state_of_a_verdict(world: World) -> None:
    answer = world.client().get("/style")
    assert answer.status_code == HTTPStatus.OK
    for state in State:
        assert f'data-state="{state}"' in answer.text
    assert not world.noted.notes, "nobody's data is shown"


def test_its_list_is_sorted_by_its_links(world: World) -> None:
    client = world.client()

    def order(address: str) -> list[str]:
        return re.findall(r"H26-261124-(\d{4})</a>", client.get(address).text)

    assert order("/style") == sorted(order("/style"))
    assert order("/style?order=-dossier") == sorted(order("/style"), reverse=True)
    assert client.get("/style?order=nothing").status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("name", ["records.css"])
def test_the_sheet_stays_small_and_keeps_its_promises(name: str) -> None:
    sheet = (FOLDER / name).read_text()
    assert len(sheet.encode()) <= CSS_BYTES
    for media in (
        "prefers-color-scheme: dark",
        "prefers-contrast: more",
        "forced-colors: active",
        "prefers-reduced-motion: no-preference",
        "print",
    ):
        assert f"@media ({media})" in sheet or f"@media {media}" in sheet


def test_no_page_has_a_style_of_its_own(world: World) -> None:
    page = world.client().get("/style").text
    assert not re.search(r"<script|<style|style=|\son[a-z]+=", page)
