"""SQL over columns says what the fold says, on histories made by the real commands."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.audit.segments import statistics
from ledger.audit.segments.columns import FORMAT
from ledger.audit.segments.engine import Columns, Limits, columns, statement
from ledger.audit.segments.fields import FIELDS
from ledger.audit.segments.files import read_segment
from ledger.audit.segments.verify import verify_segment
from ledger.audit.segments.workers import Here, processes
from ledger.errors import RefusedError, TamperedError
from ledger.store.rows import Row
from projections.certificate_status import CERTIFICATES
from projections.daily_figures import DAYS
from projections.memory_rows import MemoryRows, fold
from projections.segment_fold import VIEWS, WANTED, Part, fold_part, fold_segments
from tests_support.many_facts import many_rows, patterns, stored, walk_facts
from tests_support.segment_folders import export, fill, paths_in

ONE_THREAD = Limits(memory="200MB", threads=1)


def _exported(rows: list[Row], place: Path) -> Path:
    fill(f"sqlite:///{place / 'ledger.db'}", rows)
    assert export(f"sqlite:///{place / 'ledger.db'}", place / "out") == []
    return place / "out"


def _plain(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("seed", range(24))
def test_three_accounts_of_a_random_history_agree(seed: int, tmp_path: Path) -> None:
    """The views' handlers on the facts themselves, on those of the segments, and the SQL."""
    facts = walk_facts(seed=seed, steps=random.Random(seed).randrange(60, 900))
    folder = _exported(stored(facts), tmp_path)
    memory = MemoryRows()
    fold(facts, VIEWS, memory)
    refolded = fold_segments(paths_in(folder), Here())
    with columns(folder, limits=ONE_THREAD) as opened:
        days = statistics.daily_figures(opened)
        certificates = statistics.certificate_status(opened)
        assert statistics.topics(opened) == Counter(one.topic for one in facts)
        assert opened.position == len(facts)
    assert (days.names, certificates.names) == (DAYS.names, CERTIFICATES.names)
    assert days.rows == _plain(memory.sorted(DAYS)) == _plain(refolded[DAYS.name])
    assert certificates.rows == _plain(memory.sorted(CERTIFICATES))
    assert certificates.rows == _plain(refolded[CERTIFICATES.name])
    assert days.rows


def test_histories_of_many_towns_agree_and_are_folded_in_any_parts(tmp_path: Path) -> None:
    rows = list(many_rows(patterns(stored(walk_facts(seed=14, steps=900))), 3_000))
    folder = _exported(rows, tmp_path)
    paths = paths_in(folder)
    whole = fold_part(paths, Part())
    with columns(folder, limits=ONE_THREAD) as opened:
        assert statistics.daily_figures(opened).rows == _plain(whole[DAYS.name])
        assert statistics.certificate_status(opened).rows == _plain(whole[CERTIFICATES.name])
    with processes(2) as workers:
        assert fold_segments(paths, workers) == whole
    for part in (fold_part(paths, Part(number, 3)) for number in range(3)):
        assert 0 < len(part[CERTIFICATES.name]) < len(whole[CERTIFICATES.name])


def test_every_fact_that_a_view_has_a_handler_for_has_its_columns() -> None:
    assert set(FIELDS) == WANTED


def test_the_sql_names_every_such_fact_and_no_other() -> None:
    text = statement("daily_figures") + statement("certificate_status")
    named = {one for one in text.split("'") if one.endswith("/1")}
    assert named == WANTED


@pytest.fixture
def opened(exported: Path) -> Iterator[Columns]:
    """The town's segments in the engine."""
    with columns(exported, limits=ONE_THREAD) as opened:
        yield opened


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_parquet('https://records.example/x.parquet')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "ATTACH '{file}'",
        "COPY (SELECT 1) TO '{file}'",
        "SET enable_external_access=true",
        "SET memory_limit='100GB'",
        "SELECT * FROM read_parquet('*.parquet')",
    ],
)
def test_the_engine_reaches_nothing_but_the_columns(
    opened: Columns, question: str, tmp_path: Path
) -> None:
    file = tmp_path / "other"
    file.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(TamperedError):
        opened.ask(question.format(file=file), ("topic",))
    assert file.read_bytes() == b"a,b\n1,2\n"
    assert opened.ask("SELECT count(*) FROM facts", ("topic",))[1][0][0] > 0


def test_a_history_that_is_not_whole_is_not_counted(folder: Path) -> None:
    paths_in(folder)[1].unlink()
    with pytest.raises(RefusedError) as refused, columns(folder):
        pass
    assert refused.value.rule == "segments_missing"


def test_variables_of_the_program_are_no_tables(opened: Columns) -> None:
    secrets = pa.table({"secret": [1]})
    assert secrets.num_rows == 1
    with pytest.raises(duckdb.CatalogException):
        opened.ask("SELECT * FROM secrets", ("topic",))


_SIGNED = "SELECT count(*) FROM {} WHERE topic = 'certificate.signed/1'"


def test_least_and_largest_values_in_a_file_are_not_believed(folder: Path) -> None:
    """What they hide is hidden from an engine that reads the file itself, and not from ours."""
    with columns(folder, limits=ONE_THREAD) as opened:
        honest = opened.ask(_SIGNED.format("facts"), ("topic",))[1]
        certificates = statistics.certificate_status(opened).rows
    paths = paths_in(folder)
    for path in paths:
        table = read_segment(path)
        with pq.ParquetWriter(path, table.schema, compression="zstd", store_schema=False) as file:
            file.add_key_value_metadata(FORMAT)
            file.write_table(table)
        whole = path.read_bytes()
        at = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
        path.write_bytes(whole[:at] + whole[at:].replace(b"certificate.", b"zertificate."))
    assert any(b"zertificate." in path.read_bytes() for path in paths)
    believed = duckdb.execute(_SIGNED.format(f"read_parquet({[str(path) for path in paths]})"))
    assert believed.fetchall() != honest
    assert all(verify_segment(path).is_clean for path in paths)
    with columns(folder, limits=ONE_THREAD) as opened:
        assert opened.ask(_SIGNED.format("facts"), ("topic",))[1] == honest
        assert statistics.certificate_status(opened).rows == certificates


def test_a_segment_that_cannot_be_read_is_told(folder: Path) -> None:
    paths = paths_in(folder)
    assert all(one.name < other.name for one, other in pairwise(paths[:3]))
    paths[1].write_bytes(paths[1].read_bytes()[:500])
    with pytest.raises(TamperedError), columns(folder) as opened:
        statistics.daily_figures(opened)


def test_more_than_the_engine_may_take_is_told(exported: Path) -> None:
    limits = Limits(memory="20MB", spill="1MB", threads=1)
    with columns(exported, limits=limits) as opened, pytest.raises(RefusedError) as refused:
        opened.ask("SELECT list(range) FROM range(30000000)", ("topic",))
    assert refused.value.rule == "engine_memory"
