"""Facts found by their names over the whole ledger."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.commands import currency, issuing, status_lists
from ledger.store import postgres_schema, walked
from ledger.store.mapper import FactMapper
from ledger.store.postgres_recorder import PostgresFacts
from ledger.store.registry import FACT_TYPES
from ledger.store.rows import Batch, Recorder, Row
from ledger.store.sqlite_recorder import SQLiteFacts
from tests_support.toy_ledger import Counted, OpenSeals, fresh_id, new_stream, toy_act, toy_types
from verify_api.desk import noticeboard

RARE = ("certificate.recalled/1", "status_list.opened/1", "trust_list.published/1")
BULK = ("toy.counted/1", "toy.met/1")


def rows_named(names: Sequence[str]) -> list[Row]:
    mapper = FactMapper(toy_types(), OpenSeals(), fresh_id)
    rows = mapper.rows_of(toy_act(), [new_stream(Counted(1)) for _ in names], None)
    return [row._replace(topic=name) for row, name in zip(rows, names, strict=True)]


def opened(url: str) -> Recorder:
    recorder: Recorder
    if url.startswith("sqlite:///"):
        recorder = SQLiteFacts(Path(url.removeprefix("sqlite:///")))
    else:
        recorder = PostgresFacts(url)
    recorder.create_table()
    return recorder


@pytest.mark.parametrize(
    "asked",
    [
        currency._WATCHED, issuing._INTENT_TOPICS, status_lists.TOPICS, noticeboard.TOPICS,
        ("certificate.issued/1",),
    ],
)  # fmt: skip
def test_whoever_walks_the_ledger_by_names_is_served_by_the_index(asked: tuple[str, ...]) -> None:
    """A name that gets a new version, or a new walker, needs a new index: see `walked`."""
    assert walked.all_walked(FACT_TYPES.spellings(asked))


def test_an_index_by_name_holds_no_name_that_nobody_writes() -> None:
    assert set(FACT_TYPES.topics) >= walked.WALKED


def test_no_name_at_all_is_nothing_to_walk() -> None:
    assert not walked.all_walked(())
    assert not walked.all_walked((RARE[0], BULK[0]))


@pytest.mark.parametrize("asked", [RARE[:1], RARE, (*RARE, *BULK), BULK])
def test_facts_are_found_by_name_in_order_wherever_they_stand(
    ledger_url: str, asked: tuple[str, ...]
) -> None:
    recorder = opened(ledger_url)
    names = [*BULK, RARE[2], *BULK * 5, RARE[0], RARE[1], *BULK, RARE[0], BULK[0], *RARE]
    recorder.append(Batch(rows_named(names)))
    expected = [number for number, name in enumerate(names, 1) if name in asked]
    for limit in (1, 2, 100):
        found: list[int] = []
        while batch := recorder.rows(after=found[-1] if found else 0, limit=limit, topics=asked):
            assert len(batch) <= limit
            assert all(row.topic in asked for row in batch)
            found += [row.position for row in batch]
        assert found == expected
    recorder.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    names=st.lists(st.sampled_from((*RARE, *BULK)), max_size=40),
    asked=st.sets(st.sampled_from(RARE), min_size=1),
    after=st.integers(0, 45),
    limit=st.integers(1, 45),
)
def test_the_index_answers_as_reading_everything_does(
    new_ledger: Callable[[], str], names: list[str], asked: set[str], after: int, limit: int
) -> None:
    recorder = opened(new_ledger())
    recorder.append(Batch(rows_named(names)))
    every = recorder.rows(after=after, limit=1_000)
    expected = [row for row in every if row.topic in asked][:limit]
    assert recorder.rows(after=after, limit=limit, topics=sorted(asked)) == expected
    recorder.close()


def test_sqlite_looks_at_the_index_alone_to_find_them(tmp_path: Path) -> None:
    opened(f"sqlite:///{tmp_path / 'ledger.db'}").close()
    connection = sqlite3.connect(tmp_path / "ledger.db")
    for names in (1, len(walked.WALKED)):
        statement = f"EXPLAIN QUERY PLAN {walked.sqlite_walk(names)}"
        plan = [row[3] for row in connection.execute(statement, (0, 10, *["x"] * names))]
        looks = [step for step in plan if "ledger_facts" in step]
        by_name = "COVERING INDEX ledger_facts_walked (topic=? AND position>?)"
        assert looks[0] == "SEARCH ledger_facts USING INTEGER PRIMARY KEY (rowid=?)"
        assert [step for step in looks[1:] if by_name not in step] == []
        assert len(looks) == names + 1
    connection.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("plan", ["force_custom_plan", "force_generic_plan"])
def test_postgresql_reads_no_other_fact_to_find_them(postgres_url: str, plan: str) -> None:
    recorder = opened(postgres_url)
    recorder.append(Batch(rows_named([*BULK * 1_000, RARE[0], *BULK * 1_000])))
    recorder.close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("ANALYZE ledger_facts")
        connection.execute(f"SET plan_cache_mode = {plan}")
        statement = b"PREPARE walk(text[], bigint, bigint) AS " + walked.POSTGRES_WALK
        connection.execute(statement)
        explain = "EXPLAIN EXECUTE walk('{certificate.recalled/1,trust_list.published/1}', 0, 10)"
        lines = "\n".join(str(line) for (line,) in connection.execute(explain).fetchall())
    assert "ledger_facts_walked" in lines
    assert "Seq Scan" not in lines


@pytest.mark.postgresql
def test_tables_of_the_first_version_get_the_index(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for statement in postgres_schema.TABLES:
            connection.execute(statement)
    recorder = opened(postgres_url)
    recorder.append(Batch(rows_named([BULK[0], RARE[0]])))
    assert [row.position for row in recorder.rows(after=0, limit=9, topics=RARE)] == [2]
    recorder.close()
    opened(postgres_url).close()
    with psycopg.connect(postgres_url) as connection:
        versions = connection.execute("SELECT version FROM ledger_schema ORDER BY version")
        assert versions.fetchall() == [(1,), (2,)]
        indexes = connection.execute(
            "SELECT count(*) FROM pg_indexes WHERE indexname = 'ledger_facts_walked'"
        )
        assert indexes.fetchone() == (1,)
