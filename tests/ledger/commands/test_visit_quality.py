"""The later checks leave one fact a revision, and change nothing."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from ledger.commands import visit_changes
from ledger.commands.visit_quality import ASSESSOR, assess_visits, is_late
from ledger.identifiers import visit_stream
from ledger.records.visit import Form, VisitQualityAssessed
from tests_support.insurance_samples import sample_envelope
from tests_support.intake_house import (
    AT,
    FACILITY,
    REGISTRAR,
    IntakeHouse,
    delivery,
    intake_house,
    sender,
)
from tests_support.visit_json import dumped
from tests_support.visit_samples import vietnamese_visit


@pytest.fixture
def house(tmp_path: Path) -> Iterator[IntakeHouse]:
    with intake_house(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path) as opened:
        yield opened


VISIT = dumped(vietnamese_visit(random.Random(1), FACILITY), None)
STREAM = visit_stream(FACILITY, "LK-1")


def assessed(house: IntakeHouse) -> list[VisitQualityAssessed]:
    facts = house.facts.history(STREAM).facts
    return [fact for fact in facts if isinstance(fact, VisitQualityAssessed)]


def test_each_revision_is_assessed_once(house: IntakeHouse) -> None:
    house.take(delivery(received=VISIT))
    assert assess_visits(house.facts, [STREAM], act=REGISTRAR) == 1
    assert assess_visits(house.facts, [STREAM], act=REGISTRAR) == 0
    house.take(delivery(received=VISIT + b" ", reason="sửa"))
    assert assess_visits(house.facts, [STREAM, uuid4()], act=REGISTRAR) == 1
    found = assessed(house)
    assert [(fact.revision, fact.assessor) for fact in found] == [(1, ASSESSOR), (2, ASSESSOR)]
    assert sum(count.count for count in found[0].rules) >= found[0].warnings


def test_an_insurance_file_is_assessed_by_its_projection(house: IntakeHouse) -> None:
    received = sample_envelope(3, facility=FACILITY)
    house.take(replace(delivery(received=received), form=Form.INSURANCE_XML))
    assert assess_visits(house.facts, [STREAM], act=REGISTRAR) == 1


def test_what_is_void_or_erased_is_left(house: IntakeHouse) -> None:
    taken = house.take(delivery(received=VISIT))
    visit_changes.void(house.facts, stream=STREAM, reason="nhầm", act=sender())
    assert assess_visits(house.facts, [STREAM], act=REGISTRAR) == 0
    other = house.take(delivery("LK-2", VISIT))
    assert taken.subject == other.subject
    assert other.subject is not None
    house.keys.forget(other.subject, ["health"], batch=uuid4())
    assert assess_visits(house.facts, [other.stream], act=REGISTRAR) == 0


@pytest.mark.parametrize(("days", "late"), [(1, False), (13, False), (15, True)])
def test_what_came_two_weeks_after_the_visit_is_late(days: int, *, late: bool) -> None:
    end = (AT - timedelta(days=days)).isoformat()
    value = {"entry": [{"resource": {"resourceType": "Encounter", "period": {"end": end}}}]}
    assert is_late(value, AT) is late
    assert is_late({"resourceType": "Patient"}, AT) is False
