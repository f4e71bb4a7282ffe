"""Which facility may send, under which code and name."""

from collections.abc import Callable
from datetime import date

import pytest

from ledger.errors import InvalidInputError, RefusedError
from ledger.records import facility
from ledger.records.facility import Facility, Level

DAY = date(2026, 11, 23)


def registered(code: str = "79A02", province: str = "79") -> Facility:
    fact = facility.register(
        None, code=code, name="Bệnh viện mẫu", name_en="Specimen hospital", province=province,
        level=Level.BASIC, on=DAY,
    )  # fmt: skip
    state = facility.fold([fact])
    assert state is not None
    return state


def test_a_registered_facility_may_send_until_it_is_suspended() -> None:
    state = registered()
    assert state.may_send
    suspended = facility.evolve(state, facility.suspend(state, legal_basis="QĐ 1"))
    assert not suspended.may_send
    assert facility.evolve(suspended, facility.resume(suspended, legal_basis="QĐ 2")).may_send


def test_a_recoded_facility_sends_under_its_new_code_alone() -> None:
    state = registered()
    moved = facility.evolve(state, facility.recode(state, code="79A03"))
    assert not moved.may_send
    assert moved.successor == "79A03"
    with pytest.raises(InvalidInputError):
        facility.recode(state, code="79A02")


def test_what_is_so_already_is_no_fact() -> None:
    state = registered()
    assert facility.rename(state, name=state.name, name_en=state.name_en) == ()
    since = facility.synchronise(state, since=DAY)
    assert facility.synchronise(facility.evolve(state, since[0]), since=DAY) == ()
    renamed = facility.rename(state, name="Bệnh viện mới", name_en="New hospital")
    assert facility.evolve(state, renamed[0]).name == "Bệnh viện mới"


STATE = registered()
SUSPENDED = facility.evolve(STATE, facility.suspend(STATE, legal_basis="QĐ 1"))
MOVED = facility.evolve(STATE, facility.recode(STATE, code="79A03"))


@pytest.mark.parametrize(
    ("decide", "rule"),
    [
        (lambda: facility.suspend(SUSPENDED, legal_basis="x"), "facility_suspended"),
        (lambda: facility.resume(STATE, legal_basis="x"), "facility_not_suspended"),
        (lambda: facility.recode(MOVED, code="79A04"), "facility_recoded"),
    ],
)
def test_what_cannot_be_is_refused(decide: Callable[[], object], rule: str) -> None:
    with pytest.raises(RefusedError) as refused:
        decide()
    assert refused.value.rule == rule


@pytest.mark.parametrize(("code", "province"), [("79a02", "79"), ("7", "79"), ("79A02", "00")])
def test_a_code_of_another_form_is_refused(code: str, province: str) -> None:
    with pytest.raises(InvalidInputError):
        registered(code, province)
