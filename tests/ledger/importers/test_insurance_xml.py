"""Insurance files come in episode by episode; hostile ones are an answer, never an exception."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from ledger.commands.deliveries import Outcome, Taken
from ledger.commands.visit_streams import document_of, load_visit
from ledger.commands.visits import record_visits
from ledger.identifiers import visit_stream
from ledger.importers.insurance_xml import read_insurance
from ledger.importers.pieces import Ready, Rejected, Source
from ledger.records.visit import Form
from tests_support.insurance_samples import (
    envelope_xml,
    episode_xml,
    sample_envelope,
    sample_tables,
)
from tests_support.intake_house import FACILITY, IntakeHouse, intake_house, sender

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SOURCE = Source(FACILITY, AT)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[IntakeHouse]:
    with intake_house(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path) as opened:
        yield opened


def take(house: IntakeHouse, data: bytes, *, reason: str | None = None) -> list[Taken]:
    pieces = list(read_insurance(data, Source(FACILITY, AT, reason)))
    ready = [piece.delivery for piece in pieces if isinstance(piece, Ready)]
    assert len(ready) == len(pieces), pieces
    return record_visits(house.facts, house.keys.numbers, ready, act=sender(), new_id=uuid4)


def test_an_episode_is_kept_as_the_file_that_came(house: IntakeHouse) -> None:
    data = sample_envelope(1, facility=FACILITY)
    taken = take(house, data)
    assert [one.outcome for one in taken] == [Outcome.ACCEPTED]
    state = load_visit(house.facts, taken[0].stream).state
    assert state.newest.form is Form.INSURANCE_XML
    assert document_of(state.newest) == data
    key = sample_tables(1, facility=FACILITY)[1][0]["MA_LK"]
    assert taken[0].stream == visit_stream(FACILITY, key)
    assert [one.outcome for one in take(house, data)] == [Outcome.REPEATED]
    resent = data.replace(b"<CHUKYDONVI></CHUKYDONVI>", b"<CHUKYDONVI>x</CHUKYDONVI>")
    assert [one.rule for one in take(house, resent)] == ["correction_needs_a_reason"]
    assert [one.outcome for one in take(house, resent, reason="ký lại")] == [Outcome.CORRECTED]


def test_the_patient_is_known_by_card_and_number(house: IntakeHouse) -> None:
    first = take(house, sample_envelope(1, facility=FACILITY))
    again = take(house, sample_envelope(1, (1, 2), facility=FACILITY), reason="gửi lại")
    assert first[0].subject == again[0].subject


def test_one_bad_episode_spoils_no_other(house: IntakeHouse) -> None:
    good, bad = sample_tables(1, facility=FACILITY), sample_tables(2, facility=FACILITY)
    bad[1][0]["NGAY_VAO"] = "202302300000"
    data = envelope_xml(episode_xml(good), episode_xml(bad), facility=FACILITY)
    pieces = list(read_insurance(data, SOURCE))
    assert [type(piece) for piece in pieces] == [Ready, Rejected]
    assert isinstance(pieces[1], Rejected)
    assert "NGAY_VAO" in pieces[1].place


def test_another_facilitys_episode_is_refused() -> None:
    data = sample_envelope(1, facility="01B01")
    assert [getattr(piece, "rule", "") for piece in read_insurance(data, SOURCE)] == [
        "facility_differs"
    ]


def test_table_six_is_in_the_restricted_part_alone(house: IntakeHouse) -> None:
    tables: dict[int, object] = dict(sample_tables(1, facility=FACILITY))
    secret = os.urandom(6).hex()
    hiv = f"<CHITIEU_HOSO_HIV><X>{secret}</X></CHITIEU_HOSO_HIV>".encode()
    data = envelope_xml(episode_xml({**tables, 6: hiv}), facility=FACILITY)  # type: ignore[dict-item]
    taken = take(house, data)
    state = load_visit(house.facts, taken[0].stream).state
    shown = document_of(state.newest, whole=False)
    assert shown is not None
    assert b"XML6" not in shown
    assert b"XML1" in shown
    assert document_of(state.newest) == data


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<GIAMDINHHS>&b;</GIAMDINHHS>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<GIAMDINHHS>&a;</GIAMDINHHS>"""


@pytest.mark.parametrize(
    "data", [b"", b"<", b"{}", BOMB, EXTERNAL, b"<GIAMDINHHS/>", b"<a>" * 300 + b"</a>" * 300]
)
def test_hostile_files_are_refused_with_a_rule(data: bytes) -> None:
    pieces = list(read_insurance(data, SOURCE))
    assert len(pieces) == 1
    assert isinstance(pieces[0], Rejected)
    assert pieces[0].rule
    assert "passwd" not in pieces[0].expected
