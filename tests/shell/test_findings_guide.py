"""The guide to findings: what it tells to do can be done, and what it links to is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli import main
from ledger.audit.document.meaning import Section
from ledger.audit.document.meanings import CHECKS, MEANINGS

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
PAGES = ("findings.md", "findings.vi.md")


def text_of(page: str) -> str:
    return (GUIDE / page).read_text("utf-8")


def commands_in(text: str) -> list[list[str]]:
    """Return the words of every command that stands in code, after ``records``."""
    told = [
        *re.findall(r"`(records [^`]+)`", text),
        *re.findall(r"^\s+(records .+)$", text, re.MULTILINE),
    ]
    return [one.split()[1:] for one in told]


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words name, and the options that they give it."""
    command: click.Command = main
    options = [word for word in words if word.startswith("--")]
    names = words[2:] if words[0] == "--home" else words
    for name in names:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), name)
        assert found is not None, words
        command = found
    return command, options


def texts() -> Iterator[str]:
    yield from (text_of(page) for page in PAGES)
    for meaning in MEANINGS.values():
        yield from (meaning.means.en, meaning.next_step.en, meaning.next_step.vi)
        yield from (meaning.not_meaning.en, meaning.not_meaning.vi)
    for check in CHECKS.values():
        yield from (check.checked.en, check.checked.vi)


def test_every_command_that_is_told_exists_with_its_options() -> None:
    told = [words for text in texts() for words in commands_in(text)]
    assert len(told) > 60
    for words in told:
        command, options = resolved(words)
        assert not isinstance(command, click.Group), words
        known = {name for one in (*command.params, *main.params) for name in one.opts}
        assert set(options) <= known, words


@pytest.mark.parametrize("page", PAGES)
def test_the_guide_has_every_section_that_a_meaning_names(page: str) -> None:
    found = re.findall(r'<a id="([a-z0-9]+)"></a>', text_of(page))
    assert found == [one.value for one in Section]


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_guide_lead_somewhere(page: str) -> None:
    text = text_of(page)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        assert (GUIDE / (file or page)).exists(), target
        assert f'<a id="{anchor}"></a>' in text or not anchor, target


@pytest.mark.parametrize("page", PAGES)
def test_the_guide_names_no_code_that_there_is_not(page: str) -> None:
    named = set(re.findall(r"`(C\d+\.[a-z_]+)`", text_of(page)))
    assert len(named) > 20
    assert named <= MEANINGS.keys()


def test_both_languages_say_the_same_commands_and_codes_in_the_same_order() -> None:
    english, vietnamese = map(text_of, PAGES)
    for pattern in (r"`(C\d+(?:\.[a-z_]+)?)`", r"<a id=\"([a-z0-9]+)\">", r"^#+ "):
        assert re.findall(pattern, english, re.MULTILINE) == re.findall(
            pattern, vietnamese, re.MULTILINE
        )
    assert [" ".join(one) for one in commands_in(english)] == [
        " ".join(one) for one in commands_in(vietnamese)
    ]
