"""Facilities by name on both databases: without diacritics, by the beginnings of words, bounded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from ledger.commands import facilities
from ledger.facts import Act
from ledger.identifiers import facility_stream
from ledger.records import facility
from ledger.records.facility import FacilityRegistered, Level
from projections.facility_queries import MOST, MOST_LOOKED_AT, Named, facilities_named
from projections.facility_register import VIEW, search_words
from projections.projector import Projector
from projections.view import AnyRow
from projections.view_database import open_views
from projections.view_store import Session, ViewStore
from tests_support.memory_facts import MemoryFacts

ACT = Act(datetime(2026, 11, 2, 8, tzinfo=UTC), "register", "system")


class Register:
    """A register of facilities, and the view of it."""

    def __init__(self, url: str) -> None:
        self.facts = MemoryFacts(facility.TOPICS)
        self.store = ViewStore(open_views(url), (VIEW,))
        self.store.prepare()
        self.projector = Projector(self.facts, self.store)

    def register(self, code: str, name: str, name_en: str = "Hospital", level: int = 3) -> None:
        facilities.register(
            self.facts, code=code, name=name, name_en=name_en, province=code[:2],
            level=Level(level), act=ACT,
        )  # fmt: skip

    def named(self, text: str, limit: int = MOST) -> Named:
        self.projector.catch_up()
        with self.store.database.reading() as session:
            return facilities_named(session, text, limit=limit)

    def codes(self, text: str) -> list[str]:
        return [one.code for one in self.named(text).facilities]


@pytest.fixture
def register(views_url: str) -> Iterator[Register]:
    opened = Register(views_url)
    opened.register("79A02", "Bệnh viện Đa khoa Mẫu Chợ Lớn", "Specimen General Hospital")
    opened.register("79A01", "Bệnh viện Mẫu Đường sắt")
    opened.register("01B03", "Trạm Y tế Mẫu", "Specimen Station", level=1)
    yield opened
    opened.store.database.close()


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("cho lon", ["79A02"]),
        ("Chợ Lớn", ["79A02"]),
        ("LON CHO", ["79A02"]),
        ("benh v", ["79A02", "79A01"]),
        ("specimen", ["79A02", "01B03"]),
        ("tram ha noi", ["01B03"]),
        ("79a0", ["79A02", "79A01"]),
        ("duong sat, mau!", ["79A01"]),
        ("oh lon", []),
        ("benh vien benh vien khong co", []),
        ("%_", []),
    ],
)
def test_each_word_begins_a_word_of_the_name(
    register: Register, typed: str, codes: list[str]
) -> None:
    assert register.codes(typed) == codes
    assert not register.named(typed).more


def test_what_may_not_be_asked_is_found_by_nobody(register: Register) -> None:
    register.codes("mau")
    facilities.suspend(register.facts, code="79A02", legal_basis="mẫu", act=ACT)
    facilities.recode(register.facts, code="79A01", successor="01B03", act=ACT)
    assert register.codes("mau") == ["01B03"]
    facilities.resume(register.facts, code="79A02", legal_basis="mẫu", act=ACT)
    assert register.codes("mau") == ["79A02", "01B03"]


def test_a_new_name_is_found_and_the_former_is_not(register: Register) -> None:
    register.codes("cho lon")
    facilities.rename(
        register.facts, code="79A02", name="Bệnh viện Mẫu Sài Gòn", name_en="Saigon", act=ACT
    )
    assert register.codes("cho lon") == []
    assert register.codes("sai gon") == ["79A02"]


def test_the_register_is_the_same_when_it_is_built_anew(register: Register) -> None:
    facilities.rename(register.facts, code="79A02", name="Mẫu", name_en="Saigon", act=ACT)
    before = register.named("mau")
    register.projector.rebuild(VIEW.name)
    assert register.named("mau") == before


def test_an_answer_has_so_many_and_says_that_there_are_more(register: Register) -> None:
    found = register.named("mau", limit=2)
    assert [one.code for one in found.facilities] == ["79A02", "79A01"]
    assert found.more
    assert not register.named("mau", limit=3).more


def test_names_are_searched_as_people_are() -> None:
    assert search_words("Trạm Y tế xã Đông-Đô, tế") == ("tram", "y", "te", "xa", "dong", "do")


@dataclass
class Planned:
    """A session that tells how its statements are carried out."""

    session: Session
    plans: list[str] = field(default_factory=list)

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[AnyRow]:
        plan = self.session.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        self.plans += [str(step[3]) for step in plan]
        return self.session.execute(sql, values)


def test_beside_thousands_the_rarest_word_leads_and_no_table_is_read_whole(tmp_path: Path) -> None:
    register = Register(f"sqlite:///{tmp_path}/views.sqlite")
    register.register("79A02", "Trạm Y tế Mẫu Chợ Lớn", level=1)
    known = register.facts.recorded[0]
    assert isinstance(known.fact, FacilityRegistered)
    for number in range(2, MOST_LOOKED_AT + 2):
        code = f"01{number:03X}"
        fact = replace(known.fact, code=code, name=f"Trạm Y tế Mẫu {number}")
        register.facts.recorded.append(
            replace(known, position=number, stream_id=facility_stream(code), fact=fact)
        )
    broad, rare = register.named("tram y te"), register.named("tram y te cho lon")
    assert (len(broad.facilities), broad.more) == (MOST, True)
    assert ([one.code for one in rare.facilities], rare.more) == (["79A02"], False)
    with register.store.database.reading() as session:
        planned = Planned(session)
        facilities_named(cast("Session", planned), "tram y te cho lon")
    assert any(step.startswith("SEARCH facility_words") for step in planned.plans)
    assert not [step for step in planned.plans if step.startswith("SCAN facility")]
    register.store.database.close()
