import re
from pathlib import Path

import pytest

from tests_support.documents import GUIDE, PAGES, ROOT


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_drawn_page_tells_what_the_code_does_now(name: str) -> None:
    assert (GUIDE / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_every_decision_record_is_numbered_and_titled() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    for number, record in enumerate(records, 1):
        assert record.name.startswith(f"{number:04}-")
        assert record.read_text("utf-8").startswith(f"# {number}. ")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_to_files_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (ROOT / Path(target)).exists(), f"{page}: {target}"
