"""Stream heads as a view: what the facts say, brute force; the tree now, and as it was."""

import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from ledger.facts import RecordedFact
from ledger.transparency.stream_heads import (
    Head,
    chain,
    person_blind,
    secret_message,
    stream_blind,
    tree_of,
)
from projections.head_queries import (
    all_rows,
    count_rows,
    head_of,
    moved_tree,
    own_streams,
    tree_at,
    tree_of_rows,
)
from tests_support.replayed import SealedTown, blind, places_of, sealed_town


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SealedTown]:
    folder = tmp_path_factory.mktemp("town")
    ledger, views = places_of(request, folder)
    with sealed_town(ledger, views, folder, seed=21) as made:
        made.go(200)
        yield made


def facts_of(town: SealedTown, until: int | None = None) -> list[RecordedFact]:
    return town.reading.read(after=0, limit=until or 100_000)


def brute(facts: list[RecordedFact]) -> set[Head]:
    """Return the leaves that ``facts`` make, without any view."""
    last = {one.stream_id: one for one in facts}
    own: dict[UUID, dict[UUID, None]] = {}
    for one in facts:
        if one.subject is not None:
            own.setdefault(one.subject, {})[one.stream_id] = None
    names = {name: stream_blind(name, blind(secret_message(name))) for name in last}
    streams = {
        Head(names[name], one.version, sha256(one.entry).digest()) for name, one in last.items()
    }
    persons = {
        Head(person_blind(name), len(some), chain((stream, names[stream]) for stream in some))
        for name, some in own.items()
    }
    return streams | persons


def head_at(town: SealedTown, stream: UUID, position: int) -> tuple[int, bytes] | None:
    known = [one for one in town.reading.history(stream).recorded if one.position <= position]
    return (known[-1].version, sha256(known[-1].entry).digest()) if known else None


def test_there_is_one_leaf_a_stream_and_a_person(town: SealedTown) -> None:
    with town.store.database.reading() as session:
        rows = list(all_rows(session))
        assert {head_of(row) for row in rows} == brute(facts_of(town))
        assert [row.blind for row in rows] == sorted(row.blind for row in rows)
        tree, count = tree_of_rows(rows)
        assert count == count_rows(session) == len(rows)
    assert tree.root == tree_of(brute(facts_of(town))).root


@pytest.mark.many_cases
@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_the_tree_of_an_earlier_position_is_made_again(town: SealedTown, part: float) -> None:
    position = int(part * town.reading.head())
    with town.store.database.reading() as session:
        found = tree_at(session, position, lambda stream, at: head_at(town, stream, at))
    before = facts_of(town)[:position]
    assert found.root == tree_of(brute(before)).root


def test_only_changed_buckets_are_needed_to_go_on(town: SealedTown) -> None:
    position = town.reading.head() // 3
    before = tree_of(brute(facts_of(town)[:position]))
    with town.store.database.reading() as session:
        moved = moved_tree(session, before, position)
        assert moved.root == tree_of_rows(all_rows(session))[0].root


def test_a_person_s_streams_are_all_that_facts_name(town: SealedTown) -> None:
    facts = facts_of(town)
    subject = random.Random(1).choice([one.subject for one in facts if one.subject])
    for until in (facts[-1].position // 2, facts[-1].position):
        wanted = dict.fromkeys(
            str(one.stream_id) for one in facts if one.subject == subject and one.position <= until
        )
        with town.store.database.reading() as session:
            found = own_streams(session, subject, until=until)
        assert [row.stream for row in found] == list(wanted)


def test_seals_hold_the_tree_as_it_is(tmp_path: Path) -> None:
    with sealed_town(None, f"sqlite:///{tmp_path / 'views.db'}", tmp_path, seed=2) as made:
        for steps in (60, 5, 40):
            made.go(steps)
            with made.store.database.reading() as session:
                root = tree_of_rows(all_rows(session))[0].root
            assert made.seal().heads.root == root
        made.files.prune(())
        made.go(10)
        head = made.reading.head()
        assert made.seal().heads.root == tree_of(brute(facts_of(made)[:head])).root
