"""Every word of the citizen's health pages is there, in both languages, and used."""

import re
from unicodedata import is_normalized

from ledger.categories import Category
from ledger.categories import Section as Part
from ledger.records.consent import ConsentPurpose
from ledger.records.erasure.decisions import Phase
from ledger.records.misuse import Finding
from ledger.records.rights import Right
from verify_api.my_health.filters import GROUPS
from verify_api.my_health.unusual import Mark
from verify_api.my_health.words import MY_HEALTH
from verify_api.my_health.words_papers import ALLOWS
from verify_api.my_health.words_rights import PROBLEMS
from verify_api.my_health.words_shared import SHARED
from verify_api.my_health.words_sharing import CATEGORIES, MARKS, PURPOSES
from verify_api.routes.my_health_book import LISTS
from verify_api.routes.my_health_consents import MEANING
from verify_api.routes.my_health_looks import SHOWN
from verify_api.routes.my_health_proof import FORMS
from verify_api.routes.my_health_shares import MINUTES
from verify_api.static_files import FOLDER

TEMPLATES = FOLDER.parent / "templates"
PARTS = (
    "timeline", "visits", "vitals", "notes", "then", "export", "appointments", "referrals",
    "shares", "consents", "looks", "people", "rights", "apps", "completeness",
)  # fmt: skip
STANDINGS = ("in_force", "not_yet", "ended", "withdrawn", "erased")
STATES = ("open", "completed", "refused", "withdrawn", "erased")


def built() -> set[str]:
    """Return the keys that templates put together."""
    return {
        *(f"section.{one}" for one in (*PARTS, *(part.value for part in LISTS))),
        *(f"section.{one.value}" for one in Part if one is not Part.VISITS),
        *(f"kind.{one or 'all'}" for one in GROUPS),
        *(f"papers.none_{one}" for one in ("referrals", "appointments")),
        *(f"export.{one}{more}" for one in FORMS for more in ("", "_for")),
        *(f"shares.minutes_{one}" for one in MINUTES),
        *(f"looks.{one}" for one in SHOWN),
        *(f"standing.{one}" for one in STANDINGS),
        *(f"finding.{one.value}" for one in Finding),
        *(f"relation.{one}" for one in ("parent", "guardian", "authorised")),
        *(f"right.{one.value}{more}" for one in Right for more in ("", "_hint")),
        *(f"state.{one}" for one in STATES),
        *(f"phase.{one.value}" for one in Phase),
        *MEANING,
        "papers.calendar_summary",
        "papers.calendar_note",
    }


def test_templates_use_the_words_that_there_are_and_no_other() -> None:
    files = [*TEMPLATES.glob("my_health_*.html"), TEMPLATES / "parts" / "my_health.html"]
    text = "".join(path.read_text("utf-8") for path in files)
    used = set(re.findall(r"""\bt\(["']([a-z_0-9.-]+)["']\)""", text))
    assert used <= set(MY_HEALTH)
    assert built() <= set(MY_HEALTH)
    assert set(MY_HEALTH) - used - built() == set()


def test_every_word_is_there_in_both_languages_and_composed() -> None:
    for table in (MY_HEALTH, ALLOWS, PROBLEMS, CATEGORIES, MARKS, PURPOSES, SHARED):
        for key, wording in table.items():
            assert wording.vi, key
            assert wording.en, key
            assert is_normalized("NFC", wording.vi), key


def test_the_page_of_shared_links_uses_its_words_and_no_other() -> None:
    page = (TEMPLATES / "shared.html").read_text("utf-8")
    script = (FOLDER / "shared.js").read_text("utf-8")
    used = set(re.findall(r"\bw\.([a-z_]+)", page)) | set(re.findall(r"\bwords\.([a-z_]+)", script))
    assert used == set(SHARED)


def test_every_choice_has_its_words() -> None:
    assert set(CATEGORIES) == {one.value for one in Category}
    assert set(PURPOSES) == {one.value for one in ConsentPurpose}
    assert set(MARKS) == {one.value for one in Mark}
