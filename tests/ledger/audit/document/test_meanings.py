from unicodedata import is_normalized

import pytest

from ledger.audit.document.meaning import GRAVITIES, Gravity, Section
from ledger.audit.document.meanings import CHECKS, MEANINGS, check_of, class_of, meaning_of
from ledger.certificates.kind import Wording
from tests_support.finding_codes import FAMILIES, all_codes, families_in_source

PARTS = ("seen", "means", "not_meaning", "next_step")


def wordings() -> list[Wording]:
    told = [getattr(one, part) for one in MEANINGS.values() for part in PARTS]
    told += [
        getattr(one, part) for one in CHECKS.values() for part in ("title", "checked", "clean")
    ]
    return [*told, *GRAVITIES.values()]


def test_every_code_that_the_source_can_give_has_a_meaning() -> None:
    assert all_codes() - MEANINGS.keys() == set()


def test_no_meaning_is_of_a_code_that_nothing_gives() -> None:
    assert MEANINGS.keys() - all_codes() == set()


def test_the_families_of_codes_are_all_followed_to_their_rules() -> None:
    assert families_in_source() == FAMILIES.keys()


def test_rules_are_followed_through_a_function_that_is_only_named() -> None:
    assert {"C3.signature_form", "C3.quorum_missed", "C8.other_root", "C4.base64"} <= all_codes()
    assert "C4.quorum_missed" not in all_codes()


def test_every_class_of_check_is_explained_and_so_is_every_gravity() -> None:
    assert list(CHECKS) == [f"C{number}" for number in range(1, 11)]
    assert {class_of(code) for code in MEANINGS} == CHECKS.keys()
    assert GRAVITIES.keys() == set(Gravity)


def test_words_are_there_in_both_languages_in_normal_form_and_are_sentences() -> None:
    for words in wordings():
        assert words.vi != words.en
        for text in (words.vi, words.en):
            assert text.strip() == text != ""
            assert is_normalized("NFC", text)
            assert "  " not in text
        assert words.en.isascii(), words.en


@pytest.mark.parametrize("part", PARTS)
def test_what_is_told_of_a_code_ends_as_a_sentence(part: str) -> None:
    for code, meaning in MEANINGS.items():
        words = getattr(meaning, part)
        assert words.vi.endswith((".", ")")), code
        assert words.en.endswith((".", ")")), code


def test_a_code_of_a_newer_program_is_told_in_the_words_of_its_class() -> None:
    told = meaning_of("C2.something_new")
    assert CHECKS["C2"].title.vi in told.seen.vi
    assert told.section is Section.C2
    assert meaning_of("X9.other").section is Section.RECOVERY
    assert check_of("X9").title.en == "A newer check"
