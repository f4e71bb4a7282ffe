"""Replay: a clean town gives nothing; every change of a row, table or position is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from projections.replay import Outcome
from projections.shadow import Shadow
from projections.view import Column, Table
from tests_support.replayed import SealedTown, keyless_views, places_of, sealed_town

TABLES = [(view.name, table) for view in keyless_views() for table in view.tables]
Town = tuple[SealedTown, Shadow]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A town that has walked, its shadow beside it; each test puts back what it spoils."""
    folder = tmp_path_factory.mktemp("town")
    ledger, views = places_of(request, folder)
    with sealed_town(ledger, views, folder, seed=11) as made:
        made.go(250)
        with made.shadow() as shadow:
            made.replay(shadow)  # a shadow that was never moved cannot know where a view has been
            yield made, shadow


def codes(outcome: Outcome) -> set[str]:
    return {found.code for found in outcome.findings}


def other(column: Column, value: object) -> object:
    """Return another value of the column's kind."""
    if column.kind is int:
        return 1 if value is None else int(str(value)) + 1
    if column.kind is bytes:
        return b"\x00" + (value if isinstance(value, bytes) else b"")
    return f"{value}x"


def made_up(table: Table) -> list[object]:
    """Return a row that no fact makes."""
    made: dict[type, object] = {int: 999_999_999, str: "zzz", bytes: b"\xfe" * 32}
    return [made[column.kind] for column in table.columns]


def test_a_clean_town_gives_no_finding(town: Town) -> None:
    outcome = town[0].replay(town[1])
    assert outcome.findings == []
    assert outcome.is_whole
    assert {one.behind for one in outcome.views} == {0}


@pytest.mark.many_cases
@pytest.mark.parametrize(("view", "table"), TABLES, ids=[table.name for _, table in TABLES])
def test_every_kind_of_row_change_is_named(town: Town, view: str, table: Table) -> None:
    place, shadow = town
    row = place.first_row(view, table)
    place.insert(view, table, made_up(table))
    found = place.replay(shadow).findings
    assert [(one.code, one.place["view"], one.place["table"]) for one in found] == [
        ("C7.extra", view, table.name)
    ]
    place.delete(view, table, made_up(table))
    if row is None:
        return  # this town has no such row; what is changed in others is seen in those
    place.delete(view, table, row)
    found = place.replay(shadow).findings
    assert [(one.code, one.place["table"]) for one in found] == [("C7.missing", table.name)]
    place.insert(view, table, row)
    for column, value in list(zip(table.columns, row, strict=True))[table.keys :]:
        place.update(view, table, row, column.name, other(column, value))
        found = place.replay(shadow).findings
        assert [(one.code, one.place["column"]) for one in found] == [("C7.changed", column.name)]
        place.update(view, table, row, column.name, value)
    assert place.replay(shadow).findings == []


@pytest.mark.parametrize("position", [-1, 0, 7, 999_999])
def test_a_moved_position_is_a_finding(town: Town, position: int) -> None:
    place, shadow = town
    before = place.store.in_force("work_queue").position
    move = "UPDATE view_generations SET position = ? WHERE view = 'work_queue'"
    place.sql(move, position)
    assert "C7.position" in codes(place.replay(shadow))
    place.sql(move, before)
    assert place.replay(shadow).findings == []


def test_rows_that_came_before_their_position_are_drift(town: Town) -> None:
    place, _ = town
    before = place.store.in_force("work_queue").position
    move = "UPDATE view_generations SET position = ? WHERE view = 'work_queue'"
    place.sql(move, before // 2)
    outcome = place.replay()
    assert {found.place["view"] for found in outcome.findings} == {"work_queue"}
    place.sql(move, before)


def test_a_view_that_is_not_there_is_a_finding(town: Town) -> None:
    place, shadow = town
    place.sql("UPDATE view_generations SET in_force = 0 WHERE view = 'work_queue'")
    outcome = place.replay(shadow)
    place.sql("UPDATE view_generations SET in_force = 1 WHERE view = 'work_queue'")
    assert codes(outcome) == {"C7.view"}
    assert not outcome.is_whole


def test_a_view_of_another_version_is_said_not_to_be_checked(town: Town) -> None:
    place, shadow = town
    place.sql("UPDATE view_generations SET version = version + 1 WHERE view = 'work_queue'")
    outcome = place.replay(shadow)
    place.sql("UPDATE view_generations SET version = version - 1 WHERE view = 'work_queue'")
    assert outcome.findings == []
    assert [one.view for one in outcome.views if one.unchecked] == ["work_queue"]


def test_nothing_of_the_live_views_changes(town: Town) -> None:
    place, _ = town
    digests = {name: place.store.digest(view, 1) for name, view in place.store.views.items()}
    place.replay()
    after = {name: place.store.digest(view, 1) for name, view in place.store.views.items()}
    assert after == digests


@pytest.mark.many_cases
@pytest.mark.parametrize("seed", range(8))
def test_random_histories_have_no_drift(tmp_path: Path, seed: int) -> None:
    with sealed_town(None, f"sqlite:///{tmp_path / 'views.db'}", tmp_path, seed=seed) as made:
        for _ in range(3):
            made.go(40)
            made.seal()
        made.projector.catch_up()
        outcome = made.replay()
        assert outcome.findings == []
        assert outcome.is_whole
        assert [one.equal for one in outcome.seals] == [True] * len(outcome.seals)
        assert len(outcome.seals) == 3 * (len(keyless_views()) + 1)


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[SealedTown]:
    """A town with two seals."""
    with sealed_town(None, f"sqlite:///{tmp_path / 'views.db'}", tmp_path, seed=3) as made:
        made.go(120)
        made.seal()
        made.go(30)
        made.seal()
        yield made


def test_a_name_that_points_to_other_rows_is_found(sealed: SealedTown) -> None:
    name = "work_queue"
    table = sealed.store.views[name].tables[0]
    sealed.sql(f"DROP VIEW {name}")
    sealed.point(name, table, "LIMIT 1")
    assert codes(sealed.replay()) == {"C7.missing"}
    sealed.sql(f"DROP VIEW {name}")
    assert codes(sealed.replay()) == {"C7.table"}
    sealed.point(name, table)
    assert sealed.replay().findings == []


def test_a_value_of_another_type_is_a_finding_and_ends_nothing(sealed: SealedTown) -> None:
    table = sealed.store.views["work_queue"].tables[0]
    row = sealed.first_row("work_queue", table)
    assert row is not None
    for spoilt in (b"\xff\xfe", 7, 7.5):
        sealed.update("work_queue", table, row, table.names[0], spoilt)
        assert codes(sealed.replay()) == {"C7.extra", "C7.missing"}
        sealed.delete("work_queue", table, [spoilt if spoilt == b"\xff\xfe" else str(spoilt)])
        sealed.insert("work_queue", table, row)
    sealed.update("work_queue", table, row, table.names[1], b"\xff\xfe")
    assert codes(sealed.replay()) == {"C7.changed"}


def test_text_that_is_none_is_a_finding(sealed: SealedTown) -> None:
    table = sealed.store.views["work_queue"].tables[0]
    physical = sealed.physical("work_queue", table)
    sealed.sql(f"UPDATE {physical} SET {table.names[0]} = CAST(X'FFFE' AS TEXT) WHERE rowid = 1")  # noqa: S608 (our own names)
    assert codes(sealed.replay()) == {"C7.extra", "C7.missing"}


def spoil(made: SealedTown) -> str:
    """Change a row that stays as it is; return its view."""
    table = made.store.views["work_queue"].tables[0]
    made.update_all("work_queue", table, "authority", "XX")
    return "work_queue"


def test_a_view_that_was_rewritten_before_it_was_sealed_is_found(sealed: SealedTown) -> None:
    name = spoil(sealed)
    day = sealed.seal().day
    sealed.projector.rebuild(name)
    outcome = sealed.replay()
    assert {(found.code, found.place["view"]) for found in outcome.findings} == {("C7.seal", name)}
    [found] = outcome.findings
    assert found.place["day"] == day.isoformat()
    assert found.place["bucket"]


def test_a_view_before_what_was_sealed_is_a_finding(sealed: SealedTown) -> None:
    sealed.projector.catch_up()
    sealed.sql("UPDATE view_generations SET position = 5 WHERE view = 'daily_figures'")
    outcome = sealed.replay()
    assert {found.place["view"] for found in outcome.findings} == {"daily_figures"}
    assert codes(outcome) == {"C7.position"}


def test_replay_stops_where_it_is_told_to(sealed: SealedTown) -> None:
    first = sealed.replay(to=sealed.reading.head() // 2)
    assert first.findings == []
    assert len(first.seals) < len(sealed.replay().seals)
