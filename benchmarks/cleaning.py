"""What is found of persons who are known twice, how right that is, and how its cost grows.

People are generated with the truth about them; the seed is another one than those of the tests.
Among them are twins, and strangers with the same name and day of birth: far more than there are.
Splink's cost is compared with that of judging the same pairs one by one in Python.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from uuid import UUID

from benchmarks.table import Row
from ledger.cleaning.blocks import blocked
from ledger.cleaning.comparing import compare
from ledger.cleaning.likelihood import DEFAULT_THRESHOLD
from ledger.cleaning.matching import Linked
from ledger.cleaning.traits import Traits, traits_of
from ledger.linkage import SplinkMatcher
from tests_support.doubled_people import Town, town

FEW = 10_000
MANY = 100_000
SEED = 14
THRESHOLDS = (0.5, 0.8, 0.9, 0.95, DEFAULT_THRESHOLD, 0.999)
PRECISION_BAR = 0.99
GROWTH_BAR = 1.5
"""Of the cost a person, at ten times as many."""


def rows() -> Iterator[Row]:
    """Measure, and yield the rows."""
    small, large = town(FEW, seed=SEED), town(MANY, seed=SEED + 1)
    few, many = _traits(small), _traits(large)
    _, few_seconds = _linked(few)
    found, many_seconds = _linked(many)
    yield from (_right(large, many, found, threshold) for threshold in THRESHOLDS)
    yield _mistaken(large, many, found)
    yield Row(
        f"cleaning: comparing {MANY:,} persons",
        f"{many_seconds / len(many) * 1e6:.0f} µs a description, {many_seconds:.0f} s in all",
        f"{few_seconds / len(few) * 1e6:.0f} µs at {FEW:,}",
        (many_seconds / len(many)) / (few_seconds / len(few)),
        GROWTH_BAR,
        at_most=True,
    )
    yield _one_by_one(many, many_seconds)


def _traits(people: Town) -> list[Traits]:
    return [traits_of(one) for one in people.described]


def _linked(traits: Sequence[Traits]) -> tuple[Linked, float]:
    start = time.process_time()
    found = SplinkMatcher().link(traits, least=min(THRESHOLDS))
    return found, time.process_time() - start


def _proposed(traits: Sequence[Traits], found: Linked, threshold: float) -> set[frozenset[UUID]]:
    return {
        frozenset({traits[pair.one].subject, traits[pair.other].subject})
        for pair in found.pairs
        if pair.probability >= threshold
    }


def _right(people: Town, traits: Sequence[Traits], found: Linked, threshold: float) -> Row:
    proposed = _proposed(traits, found, threshold)
    right = len(proposed & people.same)
    default = threshold == DEFAULT_THRESHOLD
    return Row(
        f"cleaning: pairs at threshold {threshold:g}{' (default)' if default else ''}",
        f"precision {right / len(proposed):.2%}, {len(proposed):,} proposed",
        f"recall {right / len(people.same):.1%} of {len(people.same):,}",
        right / len(proposed),
        PRECISION_BAR if default else None,
        at_most=False,
    )


def _mistaken(people: Town, traits: Sequence[Traits], found: Linked) -> Row:
    wrong = _proposed(traits, found, DEFAULT_THRESHOLD) - people.same
    kinds = Counter(people.kinds.get(pair, "strangers") for pair in wrong)
    planted = Counter(kind for kind in people.kinds.values() if kind in {"twins", "namesakes"})
    told = ", ".join(f"{kinds[kind]} of {planted[kind]} {kind}" for kind in sorted(planted))
    return Row(
        "cleaning: two persons proposed as one at the default",
        told,
        f"{kinds['strangers']} other strangers",
        len(wrong) / sum(planted.values()),
        None,
        at_most=True,
    )


def _one_by_one(traits: Sequence[Traits], seconds: float) -> Row:
    start = time.process_time()
    places: dict[str, list[int]] = {}
    for place, names in enumerate(blocked(traits).names):
        for name in names:
            places.setdefault(name, []).append(place)
    pairs = {
        pair
        for inside in places.values()
        for pair in combinations(inside, 2)
        if traits[pair[0]].subject != traits[pair[1]].subject
    }
    for one, other in pairs:
        compare(traits[one], traits[other])
    alone = time.process_time() - start
    return Row(
        f"cleaning: {len(pairs):,} pairs compared of {len(traits):,} descriptions",
        f"{seconds:.1f} s",
        f"{alone:.1f} s one by one in Python",
        seconds / alone,
        None,
        at_most=True,
    )
