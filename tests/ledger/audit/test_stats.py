"""Figures counted from facts agree with the published ones, and a changed one is named."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.stats import DAILY, Counting, Figures, disagreements
from projections.daily_figures import DAYS
from tests_support.replayed import SealedTown, sealed_town


def published(town: SealedTown) -> list[dict[str, Any]]:
    rows = town.sql(f"SELECT {', '.join(DAYS.names)} FROM {DAYS.name}")  # noqa: S608 (our own names)
    return [dict(zip(DAYS.names, row, strict=True)) for row in rows]


def counted(town: SealedTown, *, until: int) -> Figures:
    counting = Counting()
    counting.take_in(town.reading.read(after=0, limit=until))
    return counting.figures()


@pytest.mark.parametrize("seed", range(10))
def test_counted_and_published_figures_agree(tmp_path: Path, seed: int) -> None:
    with sealed_town(None, f"sqlite:///{tmp_path / 'views.db'}", tmp_path, seed=seed) as town:
        for _ in range(3):
            town.go(150)
            head = town.reading.head()
            figures = counted(town, until=head)
            assert figures.position == head
            assert sum(sums["submitted"] for sums in figures.tables[DAILY].values())
            found = disagreements(DAILY, figures.tables[DAILY], published(town), DAYS.keys, head)
            assert list(found) == []


def test_each_changed_figure_is_named(tmp_path: Path) -> None:
    with sealed_town(None, f"sqlite:///{tmp_path / 'views.db'}", tmp_path, seed=4) as town:
        town.go(200)
        head = town.reading.head()
        figures, rows = counted(town, until=head), published(town)
        for name in DAYS.names[DAYS.keys :]:
            changed = [rows[0] | {name: rows[0][name] + 1}, *rows[1:]]
            [found] = disagreements(DAILY, figures.tables[DAILY], changed, DAYS.keys, head)
            assert (found.code, found.place["column"]) == ("C7.figure", name)
            assert found.place["key"] == f"{rows[0]['province']}/{rows[0]['day']}"
            assert (found.expected, found.found) == (str(rows[0][name]), str(rows[0][name] + 1))


def test_a_row_left_out_or_made_up_is_named(tmp_path: Path) -> None:
    with sealed_town(None, f"sqlite:///{tmp_path / 'views.db'}", tmp_path, seed=4) as town:
        town.go(200)
        head = town.reading.head()
        figures, rows = counted(town, until=head), published(town)
        left_out = list(disagreements(DAILY, figures.tables[DAILY], rows[1:], DAYS.keys, head))
        assert {found.place["key"] for found in left_out} == {
            f"{rows[0]['province']}/{rows[0]['day']}"
        }
        made_up = [*rows, rows[0] | {"day": "1999-01-01"}]
        more = list(disagreements(DAILY, figures.tables[DAILY], made_up, DAYS.keys, head))
        assert {str(found.place["key"])[-10:] for found in more} == {"1999-01-01"}


def test_counting_goes_on_from_where_it_was(tmp_path: Path) -> None:
    with sealed_town(None, f"sqlite:///{tmp_path / 'views.db'}", tmp_path, seed=5) as town:
        town.go(100)
        facts = town.reading.read(after=0, limit=10_000)
        whole, parts = Counting(), Counting()
        whole.take_in(facts)
        for one in facts:
            parts.take_in([one])
            parts.figures()
        assert parts.figures() == whole.figures()
        assert isinstance(next(iter(whole.figures().tables[DAILY].values())), Counter)
