"""A look in words: who, for whom, what, why and on what it rests; never a name or an account."""

from uuid import UUID

import pytest

from ledger.certificates.kind import Wording
from ledger.facts import Act, RecordedFact
from ledger.records.access import AccessRecorded, Channel, RecordKind
from ledger.records.book_access import Basis
from projections.book_notices import MOVED_AWAY, MOVED_HERE, WHAT
from tests_support.health_people import FACILITY, NOW, PATIENT
from verify_api.callers import Role
from verify_api.desk.looks import look_of, words_of
from verify_api.desk.notice_words import NOTICES
from verify_api.ports import Look


def name_of(code: str) -> Wording | None:
    return Wording("Bệnh viện mẫu", "Specimen hospital") if code == FACILITY else None


def look(
    role: str, basis: str | None, *, organisation: str | None = None,
    kind: RecordKind = RecordKind.HEALTH_BOOK, purpose: str = "read_book",
) -> Look:  # fmt: skip
    act = Act(NOW, "account-of-somebody", role, organisation, legal_basis=basis)
    fact = AccessRecorded(kind, purpose, Channel.API)
    recorded = RecordedFact(
        1, UUID(int=1), UUID(int=2), 1, "access.recorded/1", fact, act, PATIENT, b""
    )
    return words_of(look_of(recorded), name_of)


def test_an_emergency_stands_out() -> None:
    said = look(Role.CLINICIAN, Basis.EMERGENCY, organisation=FACILITY)
    assert said.who == Wording("Nhân viên y tế, Bệnh viện mẫu", "Clinician, Specimen hospital")
    assert said.why.vi == "Xem sổ sức khỏe (TRƯỜNG HỢP KHẨN CẤP)"
    assert said.why.en == "To read the health book (EMERGENCY)"


@pytest.mark.parametrize(
    ("basis", "who"),
    [
        (None, "You"),
        (Basis.OWN, "You"),
        (Basis.REPRESENTATIVE, "Your representative"),
        (Basis.CONSENT, "Somebody whom you allowed"),
    ],
)
def test_a_citizen_who_reads_anothers_book_is_not_the_person(basis: str | None, who: str) -> None:
    assert look(Role.CITIZEN, basis).who.en == who


def test_whoever_opened_a_link_is_told_from_who_holds_a_paper() -> None:
    shared = look("anonymous", "shared_by_holder", kind=RecordKind.SHARE, purpose="open_share")
    assert shared.who.en == "Somebody with your link"
    assert shared.why.vi == "Xem phần được chia sẻ (bạn chia sẻ)"
    paper = look("anonymous", "presented_by_holder", kind=RecordKind.CERTIFICATE)
    assert paper.who.en == "Somebody with the paper"


@pytest.mark.parametrize("basis", list(Basis))
def test_every_ground_has_words_in_both_languages(basis: Basis) -> None:
    said = look(Role.CLINICIAN, basis)
    assert basis.value not in said.why.vi
    assert said.why.vi != said.why.en


def test_no_account_is_shown() -> None:
    assert "account-of-somebody" not in str(look(Role.CLINICIAN, Basis.VISIT))


def test_every_notice_has_words() -> None:
    assert {*WHAT.values(), MOVED_AWAY, MOVED_HERE} == set(NOTICES)
