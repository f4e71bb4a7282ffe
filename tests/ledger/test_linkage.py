"""Splink finds what the pure rules say, always the same, and leaves no trace."""

from itertools import combinations
from pathlib import Path
from uuid import UUID

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cleaning.comparing import Level, Trait, compare
from ledger.cleaning.likelihood import DEFAULT_THRESHOLD, DOUBLED, LEAST, expected
from ledger.cleaning.matching import Linked
from ledger.cleaning.slips import slips
from ledger.cleaning.traits import Described, Traits, traits_of
from ledger.errors import RefusedError
from ledger.linkage import METHOD, SplinkMatcher
from tests_support.doubled_people import Town, town

PEOPLE = 3_000
TOWN_SEED = 20_261


@pytest.fixture(scope="module")
def small() -> Town:
    return town(PEOPLE, seed=TOWN_SEED, doubled=0.05)


@pytest.fixture(scope="module")
def traits(small: Town) -> list[Traits]:
    return [traits_of(one) for one in small.described]


@pytest.fixture(scope="module")
def found(traits: list[Traits]) -> Linked:
    return SplinkMatcher().link(traits, least=0.000_1)


def subjects(traits: list[Traits], found: Linked, least: float) -> set[frozenset[UUID]]:
    return {
        frozenset({traits[pair.one].subject, traits[pair.other].subject})
        for pair in found.pairs
        if pair.probability >= least
    }


def test_every_level_is_the_one_that_the_pure_rules_find(
    traits: list[Traits], found: Linked
) -> None:
    for pair in found.pairs:
        assert compare(traits[pair.one], traits[pair.other]).levels == pair.levels
    met = {(trait, level) for pair in found.pairs for trait, level in pair.levels.items()}
    assert {
        (Trait.NAME, Level.UNMARKED), (Trait.NAME, Level.MARKED_OTHERWISE),
        (Trait.NAME, Level.REORDERED), (Trait.NAME, Level.ONE_SLIP), (Trait.BIRTH, Level.SWAPPED),
        (Trait.BIRTH, Level.AS_FAR_AS_SAID), (Trait.BIRTH, Level.ONE_SLIP),
        (Trait.PERSONAL_NUMBER, Level.ONE_SLIP), (Trait.PERSONAL_NUMBER, Level.OTHER),
        (Trait.OTHER_NUMBERS, Level.SAME), (Trait.HOUSEHOLD, Level.PARTLY),
    } <= met  # fmt: skip


def test_at_the_default_threshold_what_is_proposed_is_right(
    small: Town, traits: list[Traits], found: Linked
) -> None:
    proposed = subjects(traits, found, DEFAULT_THRESHOLD)
    right = proposed & small.same
    assert len(right) / len(proposed) >= 0.98
    assert len(right) / len(small.same) >= 0.70


def test_a_lower_threshold_finds_more(small: Town, traits: list[Traits], found: Linked) -> None:
    most = subjects(traits, found, 0.5)
    assert most > subjects(traits, found, DEFAULT_THRESHOLD)
    assert len(most & small.same) / len(small.same) >= 0.85


def test_the_same_descriptions_give_the_same_pairs(traits: list[Traits], found: Linked) -> None:
    assert SplinkMatcher(threads=2).link(traits, least=0.000_1) == found


def test_nobody_is_paired_with_themselves(traits: list[Traits]) -> None:
    twice = [*traits[:50], *traits[:50]]
    pairs = SplinkMatcher().link(twice, least=0.000_1).pairs
    assert all(twice[pair.one].subject != twice[pair.other].subject for pair in pairs)


def test_no_descriptions_and_strangers_give_no_pairs() -> None:
    assert SplinkMatcher().link([], least=0.5).pairs == ()
    strangers = [
        traits_of(Described(UUID(int=1), "Trần Văn Mẫu", "1950-01-01")),
        traits_of(Described(UUID(int=2), "Lê Thị Mẫu", "1999-01-01")),
    ]
    assert SplinkMatcher().link(strangers, least=0.000_1).pairs == ()


def test_a_block_that_is_too_large_is_told_of() -> None:
    crowd = [traits_of(Described(UUID(int=n), "Trần Văn Mẫu", "1950")) for n in range(1, 9)]
    assert SplinkMatcher(largest=5).link(crowd, least=0.000_1) == Linked((), 1)


def test_nothing_is_written_anywhere(
    traits: list[Traits], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    SplinkMatcher().link(traits, least=0.5)
    assert not list(tmp_path.rglob("*"))


def test_what_does_not_fit_into_memory_is_refused_and_not_written_to_a_disk(
    traits: list[Traits], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RefusedError) as caught:
        SplinkMatcher(memory="1MB").link(traits, least=0.5)
    assert caught.value.rule == "comparison_failed"
    assert "SELECT" not in str(caught.value).upper()
    assert not list(tmp_path.rglob("*"))


def test_a_memory_that_is_none_is_refused(traits: list[Traits]) -> None:
    with pytest.raises(RefusedError):
        SplinkMatcher(memory="much").link(traits, least=0.5)


def test_the_method_names_library_and_figures() -> None:
    assert METHOD.startswith("splink-5.")
    assert SplinkMatcher().method == METHOD


def test_what_is_expected_falls_with_the_number_of_people() -> None:
    assert expected(1) == expected(LEAST) == 2 * DOUBLED / LEAST
    assert expected(10 * LEAST) == expected(LEAST) / 10


@given(st.lists(st.text("abcn hu", max_size=9), min_size=2, max_size=6))
def test_slips_are_counted_as_the_database_counts_them(words: list[str]) -> None:
    for one, other in combinations(words, 2):
        row = duckdb.execute("SELECT damerau_levenshtein(?, ?)", [one, other]).fetchone()
        assert row == (slips(one, other),)
