"""An auditor's look at a health book, in a case: from facts alone, at both times."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

from click.testing import CliRunner, Result

from cli import main
from ledger.commands.access import who_looked
from ledger.identifiers import health_book_stream
from ledger.records.health_book.facts import BookJoined, BookLinked
from tests_support.book_house import ANN, BEN, BookHouse, problem

LATER = "2099-01-01T00:00:00Z"


def asked(house: BookHouse, *arguments: str) -> Result:
    home = str(house.house.system.settings.home)
    return CliRunner().invoke(main, ["--home", home, "audit", "as-of", *arguments])


def book_in(answer: Result) -> dict[str, Any]:
    assert answer.exit_code == 0, answer.output
    *_, found = json.loads(answer.stdout)
    return dict(found)


def texts(answer: Result) -> list[str]:
    return [one["text"] for one in book_in(answer)["entries"]]


def told(house: BookHouse) -> tuple[str, str]:
    """Let two illnesses become known, one after the other; return the times between."""
    house.visit(ANN, "one", problem("Ho (mẫu)", "1"))
    between = house.house.clock.at
    house.house.clock.at += timedelta(hours=1)
    house.visit(ANN, "two", problem("Sốt (mẫu)", "2", onsetDateTime="2022-03-01"))
    return between.isoformat(), house.house.clock.at.isoformat()


def test_a_book_is_folded_at_both_times(house: BookHouse) -> None:
    between, after = told(house)
    case = ("--case", "17/2026", "--json")
    assert texts(asked(house, after, str(ANN), *case)) == ["Sốt (mẫu)", "Ho (mẫu)"]
    assert texts(asked(house, between, str(ANN), *case)) == ["Ho (mẫu)"]
    earlier = asked(house, after, str(ANN), *case, "--effective", "2021-01-01")
    assert texts(earlier) == ["Ho (mẫu)"]
    assert book_in(earlier)["effective_until"] == "2021-01-01"
    neither = asked(house, between, str(ANN), *case, "--effective", "2019-01-01")
    assert texts(neither) == []


def test_linked_books_are_read_as_one_as_they_were_linked_then(house: BookHouse) -> None:
    told(house)
    house.visit(BEN, "three", problem("Ngứa (mẫu)", "3"))
    house.house.clock.at += timedelta(hours=1)
    before_link = house.house.clock.at.isoformat()
    house.house.clock.at += timedelta(hours=1)
    house.say(health_book_stream(BEN), BEN, BookLinked(ANN, "cùng một người"))
    house.say(health_book_stream(ANN), ANN, BookJoined(BEN, "cùng một người"))
    linked = asked(house, LATER, str(ANN), "--case", "17/2026", "--json")
    assert "Ngứa (mẫu)" in texts(linked)
    assert book_in(linked)["reads_as_one"] == sorted((str(ANN), str(BEN)))
    then = asked(house, before_link, str(ANN), "--case", "17/2026", "--json")
    assert len(texts(then)) == 2
    assert "Ngứa (mẫu)" not in texts(then)


def test_what_a_view_lost_is_in_it_all_the_same(house: BookHouse) -> None:
    _, after = told(house)
    with closing(sqlite3.connect(house.house.system.settings.home / "views.db")) as file, file:
        tables = [name for (name,) in file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'health_%'"
        )]  # fmt: skip
        lost = sum(file.execute(f"DELETE FROM {name}").rowcount for name in tables)  # noqa: S608
    assert lost >= 2
    assert len(texts(asked(house, after, str(ANN), "--case", "17/2026", "--json"))) == 2


def test_nothing_clinical_is_shown_without_a_case(house: BookHouse) -> None:
    _, after = told(house)
    for more in ((), ("--json",)):
        answer = asked(house, after, str(ANN), *more)
        assert answer.exit_code == 0
        assert "mẫu" not in answer.stdout
        assert "entries" not in answer.stdout


def test_the_look_at_the_book_is_a_fact_that_the_person_sees(house: BookHouse) -> None:
    _, after = told(house)
    answer = asked(house, after, str(ANN), "--case", "17/2026", "--actor", "lan")
    assert "Ho (mẫu)" in answer.stdout
    looks = who_looked(house.house.system.reading, subject=ANN)
    mine = [one for one in looks if one.act.actor == "lan"]
    assert {one.fact.kind.value for one in mine} == {"person", "health-book"}  # type: ignore[attr-defined]
    assert {one.act.legal_basis for one in mine} == {"case 17/2026"}
