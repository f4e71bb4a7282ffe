"""The health book's views: what they know, what they forget, and that a rebuild is the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from keys.key_store_errors import SealBrokenError
from ledger.clinical.book import Book, Event
from ledger.commands.reading import Moments, read_book
from ledger.facts import Change
from ledger.personal import Purpose
from ledger.records.erasure.facts import DestroyedKey, SubjectErased
from projections.health_digests import opened
from tests_support.health_world import HealthWorld, bundle, cut_life, health_world

ANN, BEN = UUID(int=0xA), UUID(int=0xB)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HealthWorld]:
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    views = f"sqlite:///{tmp_path / 'views.db'}"
    if request.param == "postgresql":
        ledger = views = request.getfixturevalue("postgres_url")
    with health_world(ledger, views, tmp_path) as opened_world:
        yield opened_world


def problem(name: str, number: str = "p1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition", "id": number, "code": {"text": name},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "onsetDateTime": "2020-05-01", **more,
    }  # fmt: skip


def book(world: HealthWorld, subject: UUID, moments: Moments | None = None) -> Book:
    world.catch_up()
    moments = moments or Moments()
    shown = read_book(world.views, world.views, subject=subject, moments=moments)
    from_facts = read_book(world.views, world.from_facts, subject=subject, moments=moments)
    assert shown == from_facts
    return shown


def said(shown: Book) -> list[str]:
    return [item.entry.text for item in shown.items]


def test_a_visit_is_in_the_book_of_its_person_alone(world: HealthWorld) -> None:
    world.record(ANN, "1", bundle(problem("Hen")))
    assert said(book(world, ANN)) == ["Hen"]
    assert said(book(world, BEN)) == []


def test_a_correction_shows_and_the_past_stays(world: HealthWorld) -> None:
    visit = world.record(ANN, "1", bundle(problem("Hen")))
    before = world.at
    world.correct(ANN, visit, bundle(problem("Hen phế quản")))
    assert said(book(world, ANN)) == ["Hen phế quản"]
    assert said(book(world, ANN, Moments(as_of=before))) == ["Hen"]


def test_a_voided_visit_is_hidden_and_a_correction_brings_it_back(world: HealthWorld) -> None:
    visit = world.record(ANN, "1", bundle(problem("Hen")))
    before = world.at
    world.void(ANN, visit)
    assert said(book(world, ANN)) == []
    assert said(book(world, ANN, Moments(as_of=before))) == ["Hen"]
    world.correct(ANN, visit, bundle(problem("Ho")))
    assert said(book(world, ANN)) == ["Ho"]


def test_a_reassigned_visit_is_never_shown_to_the_wrong_person_again(world: HealthWorld) -> None:
    document = bundle(problem("Hen"))
    visit = world.record(ANN, "1", document)
    before = world.at
    world.reassign(ANN, BEN, visit, document)
    assert said(book(world, ANN)) == []
    assert said(book(world, ANN, Moments(as_of=before))) == []
    assert said(book(world, BEN)) == ["Hen"]
    assert said(book(world, BEN, Moments(as_of=before))) == []


def test_a_visit_that_is_voided_stays_so_for_whom_it_is_given_to(world: HealthWorld) -> None:
    document = bundle(problem("Hen"))
    visit = world.record(ANN, "1", document)
    world.void(ANN, visit)
    world.reassign(ANN, BEN, visit, document)
    assert said(book(world, BEN)) == []


def test_withheld_entries_come_from_the_part_that_is_kept_apart(world: HealthWorld) -> None:
    ordinary, hidden = problem("Hen"), problem("Nhiễm HIV", "p2")
    visit = world.record(ANN, "1", bundle(ordinary))
    world.keep_restricted(ANN, visit, bundle(ordinary, hidden))
    assert sorted(said(book(world, ANN))) == ["Hen", "Nhiễm HIV"]
    world.keys.forget(ANN, [Purpose.HEALTH_RESTRICTED.value], batch=UUID(int=1))
    assert said(book(world, ANN)) == ["Hen"]


def test_withheld_entries_come_from_the_visit_that_was_recorded_in_parts(
    world: HealthWorld,
) -> None:
    first, hidden, last = problem("Hen"), problem("Nhiễm HIV", "p2"), problem("Ho", "p3")
    visit = world.record_in_parts(ANN, "1", bundle(first, last), bundle(first, hidden, last))
    shown = book(world, ANN)
    assert sorted(said(shown)) == ["Hen", "Ho", "Nhiễm HIV"]
    events = {item.entry.text: item.source.event for item in shown.items}
    assert events["Nhiễm HIV"] is Event.RESTRICTED
    assert events["Hen"] is events["Ho"] is Event.RECORDED
    view = world.projector.store.views["health_entries"]
    before = world.projector.store.digest(
        view, world.projector.store.in_force("health_entries").number
    )
    rebuilt = world.projector.rebuild("health_entries", batch=1)
    assert world.projector.store.digest(view, rebuilt.number) == before
    world.keys.forget(ANN, [Purpose.HEALTH_RESTRICTED.value], batch=UUID(int=1))
    left = book(world, ANN)
    assert sorted(said(left)) == ["Hen", "Ho"]
    world.correct(ANN, visit, bundle(first))
    assert said(book(world, ANN)) == ["Hen"]


def test_linking_reads_two_books_as_one_and_unlinking_restores_both(world: HealthWorld) -> None:
    world.record(ANN, "1", bundle(problem("Hen")))
    world.record(BEN, "2", bundle(problem("Ho", "p2")))
    apart = [book(world, ANN), book(world, BEN)]
    world.link(ANN, BEN)
    linked = world.at
    assert sorted(said(book(world, ANN))) == sorted(said(book(world, BEN))) == ["Hen", "Ho"]
    world.unlink(ANN, BEN)
    assert [book(world, ANN), book(world, BEN)] == apart
    assert len(book(world, ANN, Moments(as_of=linked)).items) == 2


def test_a_rebuild_gives_the_same_bytes_as_catching_up(
    world: HealthWorld, shared_data: Path
) -> None:
    life = next((shared_data / "health" / "synthea_r4").glob("Errol*")).read_bytes()
    world.live(ANN, cut_life(life))
    visit = world.record(BEN, "1", bundle(problem("Hen")))
    world.catch_up()
    world.correct(BEN, visit, bundle(problem("Ho")))
    world.reassign(BEN, ANN, visit, bundle(problem("Ho")))
    world.link(ANN, BEN)
    world.catch_up()
    projector = world.projector
    for name in ("health_index", "health_entries"):
        view = projector.store.views[name]
        before = projector.store.digest(view, projector.store.in_force(name).number)
        rebuilt = projector.rebuild(name, batch=7)
        assert projector.store.digest(view, rebuilt.number) == before


def erased(world: HealthWorld, subject: UUID) -> None:
    world.keys.forget(subject, ["health", "health-restricted"], batch=UUID(int=9))
    key = DestroyedKey(Purpose.HEALTH, b"k" * 16, b"c" * 32)
    fact = SubjectErased(UUID(int=7), (key,), "x", ("a", "b"), 1, 2, "test", None, "software")
    world.facts.append(world.act(), Change(UUID(int=77), 0, (fact,), subject))


def test_erasing_a_person_leaves_none_of_their_rows(world: HealthWorld) -> None:
    world.record(ANN, "1", bundle(problem("Hen")))
    visit = world.record(BEN, "2", bundle(problem("Ho")))
    world.reassign(BEN, ANN, visit, bundle(problem("Ho")))
    kept = world.record(BEN, "3", bundle(problem("Sốt")))
    world.catch_up()
    erased(world, ANN)
    world.catch_up()
    with world.views.database.reading() as session:
        for table in ("health_entries", "health_about", "health_visits"):
            rows = session.execute(f"SELECT * FROM {table} WHERE subject = ?", (str(ANN),))  # noqa: S608
            assert rows == []
        assert [row[0] for row in session.execute("SELECT visit FROM health_visits")] == [str(kept)]
    assert said(book(world, BEN)) == ["Sốt"]
    projector = world.projector
    for name in ("health_index", "health_entries"):
        view = projector.store.views[name]
        before = projector.store.digest(view, projector.store.in_force(name).number)
        assert projector.store.digest(view, projector.rebuild(name).number) == before


def test_rows_read_as_nothing_once_the_key_is_gone(world: HealthWorld) -> None:
    world.record(ANN, "1", bundle(problem("Hen")))
    world.catch_up()
    world.keys.forget(ANN, ["health"], batch=UUID(int=9))
    assert said(book(world, ANN)) == []


def test_no_row_can_be_read_or_moved_without_notice(world: HealthWorld) -> None:
    world.record(ANN, "1", bundle(problem("Hen")))
    world.catch_up()
    with world.views.database.reading() as session:
        (row,) = session.execute("SELECT visit, version, event, entries FROM health_entries")
        everything = repr(session.execute("SELECT * FROM health_entries")).encode()
    visit, version, event, part = UUID(bytes=bytes(row[0])), row[1], Event(row[2]), bytes(row[3])
    assert b"Hen" not in part
    assert b"Hen" not in everything
    assert opened(world.keys, part, visit=visit, version=version, event=event)
    with pytest.raises(SealBrokenError):
        opened(world.keys, part, visit=UUID(int=5), version=version, event=event)


def test_a_whole_life_is_the_same_from_views_and_from_facts(
    world: HealthWorld, shared_data: Path
) -> None:
    for number, path in enumerate(sorted((shared_data / "health" / "synthea_r4").glob("*.json"))):
        world.live(UUID(int=number + 100), cut_life(path.read_bytes(), f"{number}-"))
        assert len(book(world, UUID(int=number + 100)).items) > 40
