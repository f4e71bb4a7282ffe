"""Replay of views that opened facts: drift is found, and an erasure is not taken for drift."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.audit.raw_facts import RawFacts
from ledger.audit.rows import open_rows
from ledger.commands.seals import all_seals, seal_day
from ledger.personal import Purpose
from ledger.records.erasure.facts import DestroyedKey, SubjectErased
from ledger.store.sealed_parts import SealedParts
from projections import health_entries, health_index, stream_heads
from projections.day_state import day_state
from projections.replay import Evidence, Outcome, replay
from projections.seal_files import SealFiles
from projections.shadow import Shadow
from projections.view_database import open_views
from projections.view_store import ViewStore, physical_name
from tests_support.health_world import AT, HealthWorld, bundle, health_world, read_plain
from tests_support.replayed import blind
from verify_api.desk.narrow_seals import NarrowParts

ANN, BEN = UUID(int=0xA), UUID(int=0xB)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
        return url, url
    return f"sqlite:///{tmp_path / 'ledger.db'}", f"sqlite:///{tmp_path / 'views.db'}"


@pytest.fixture
def world(place: tuple[str, str], tmp_path: Path) -> Iterator[HealthWorld]:
    with health_world(*place, tmp_path) as opened_world:
        yield opened_world


def problem(name: str, number: str = "p1") -> dict[str, Any]:
    return {"resourceType": "Condition", "id": number, "code": {"text": name}}


@contextmanager
def replayed(world: HealthWorld, place: tuple[str, str], folder: Path) -> Iterator[Outcome]:
    world.catch_up()
    views = [health_index.VIEW, health_entries.view(world.keys, read_plain)]
    plain, secret = open_rows(place[0]), open_rows(place[0])
    database = open_views(f"sqlite:///{folder / f'shadow-{world.facts.head()}.db'}")
    seals = NarrowParts(SealedParts(world.keys, bytes), health_entries.TOPICS)
    shadow = Shadow(database, views, RawFacts(plain), opened=RawFacts(secret, seals))
    known = world.keys.for_reading_many
    evidence = Evidence(
        place[1], all_seals(world.facts), SealFiles(folder / "seals"),
        lambda key_id: known([key_id]).get(key_id, b"") is None,
    )  # fmt: skip
    try:
        yield replay(shadow, evidence, report=lambda _position: None)
    finally:
        database.close()
        plain.close()
        secret.close()


def seal(world: HealthWorld, folder: Path) -> None:
    """Seal the day; this world has no view of stream heads, so one is made beside it."""
    world.catch_up()
    views = [*world.projector.store.views.values(), stream_heads.view(blind)]
    store = ViewStore(world.projector.store.database, views)
    store.prepare()
    state = day_state(store, last=None, files=SealFiles(folder / "seals"))
    seal_day(
        world.facts, day=AT.date(), views=state.views, heads=state.heads, log=None,
        act=world.act(),
    )  # fmt: skip


def erase(world: HealthWorld, subject: UUID) -> int:
    """Forget somebody's health data; return the fact's position."""
    world.keys.forget(subject, [Purpose.HEALTH.value], batch=UUID(int=9))
    key = DestroyedKey(Purpose.HEALTH, b"k" * 16, b"c" * 32)
    fact = SubjectErased(
        request=UUID(int=1), keys=(key,), legal_basis="13/2023", approvals=("a", "b"), old_root=1,
        new_root=2, provider="test", copy=None, assurance="software",
    )  # fmt: skip
    return world.say(UUID(int=0xE), subject, fact)


def test_what_opened_facts_made_is_made_again(
    world: HealthWorld, place: tuple[str, str], tmp_path: Path
) -> None:
    visit = world.record(ANN, "1", bundle(problem("Hen")))
    world.correct(ANN, visit, bundle(problem("Hen phế quản")))
    world.record(BEN, "2", bundle(problem("Ho")))
    seal(world, tmp_path)
    world.reassign(BEN, ANN, visit, bundle(problem("Ho")))
    with replayed(world, place, tmp_path) as outcome:
        assert outcome.findings == []
        assert outcome.is_whole
        assert {one.equal for one in outcome.seals} == {True}


@pytest.mark.parametrize("erased", [False, True])
def test_a_changed_sealed_row_is_drift_also_of_somebody_forgotten(
    world: HealthWorld, place: tuple[str, str], tmp_path: Path, *, erased: bool
) -> None:
    world.record(ANN, "1", bundle(problem("Hen")))
    world.record(BEN, "2", bundle(problem("Ho")))
    world.catch_up()
    if erased:
        erase(world, ANN)
        world.catch_up()
    table = physical_name(health_entries.ENTRIES, 1)
    with world.projector.store.database.transaction() as session:
        session.execute(f"UPDATE {table} SET entries = ? WHERE subject = ?", (bytes(80), str(BEN)))  # noqa: S608 (our own names)
    with replayed(world, place, tmp_path) as outcome:
        [found] = outcome.findings
        assert (found.code, found.place["column"]) == ("C7.changed", "entries")


def test_an_erasure_leaves_the_live_views_as_the_facts_make_them(
    world: HealthWorld, place: tuple[str, str], tmp_path: Path
) -> None:
    world.record(ANN, "1", bundle(problem("Hen")))
    world.record(BEN, "2", bundle(problem("Ho")))
    seal(world, tmp_path)
    position = erase(world, ANN)
    with replayed(world, place, tmp_path) as outcome:
        assert outcome.findings == []
        assert outcome.is_whole
        told = {one.view: one for one in outcome.seals}
    assert told["health_index"].equal is True
    entries = told["health_entries"]
    assert entries.equal is None
    assert entries.why == f"not reproducible since the erasure at position {position}"


def test_a_row_whose_key_was_destroyed_is_counted_and_no_drift(
    world: HealthWorld, place: tuple[str, str], tmp_path: Path
) -> None:
    first = problem("Hen")
    hidden = problem("Nhiễm HIV", "p2")
    world.record_in_parts(ANN, "1", bundle(first), bundle(first, hidden))
    world.catch_up()
    world.keys.forget(ANN, [Purpose.HEALTH_RESTRICTED.value], batch=UUID(int=1))
    with replayed(world, place, tmp_path) as outcome:
        assert outcome.findings == []
        [entries] = [one for one in outcome.views if one.view == "health_entries"]
        assert (entries.erased, entries.differing) == (1, 0)
