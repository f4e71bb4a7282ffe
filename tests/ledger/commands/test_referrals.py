from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.calendar import end_of_day
from ledger.certificates import lifecycle
from ledger.certificates.kinds import KINDS
from ledger.certificates.kinds.referral.diseases import Remark
from ledger.certificates.lifecycle_facts import Reason
from ledger.commands import certificates, facilities, issuing, referrals
from ledger.commands.appointments import AppointmentUse
from ledger.commands.health_papers import find_paper
from ledger.errors import IdempotencyMismatchError, InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Idempotency
from ledger.identifiers import appointment_stream, referral_stream
from ledger.records.referral.facts import ReferralIssued, RejectReason
from ledger.records.referral.use import Referral, Stage
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from tests_support.paper_town import (
    CENTRAL,
    DISTRICT,
    PROVINCIAL,
    PaperTown,
    act,
    trusted,
)
from tests_support.toy_ledger import OpenSeals, fresh_id

REFERRAL = KINDS["referral"]
BOTH: dict[str, Any] = {"to_facilities": [CENTRAL, PROVINCIAL]}


@pytest.fixture
def town() -> PaperTown:
    return PaperTown()


def state_of(town: PaperTown, referral: UUID) -> Referral:
    return referrals.load(town.facts, referral).state


def refused(rule: str, do: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        do()
    assert error.value.rule == rule
    return str(error.value)


def test_an_issued_referral_can_be_presented_until_the_tenth_working_day(town: PaperTown) -> None:
    referral = town.referral()
    state = state_of(town, referral)
    assert state.stage is Stage.AVAILABLE
    assert state.addressed_to == (CENTRAL,)
    # 24 November is a public holiday: the tenth working day after Monday, 23 November.
    assert state.valid_until == end_of_day(date(2026, 12, 8))
    assert not referrals.load(town.facts, referral).opening


def test_rule_and_calendar_of_the_term_are_kept_with_the_signature(town: PaperTown) -> None:
    referral = town.referral()
    recorded = certificates.load(town.facts, referral).history.recorded
    (signed,) = [one for one in recorded if one.topic == "certificate.signed/1"]
    assert signed.act.procedure_version == "01-2025-10wd"
    assert signed.act.calendar_version == town.desk.calendar.version


def test_the_names_of_facilities_come_from_their_register(town: PaperTown) -> None:
    referral = town.referral(**BOTH)
    content = lifecycle.content_of(certificates.load(town.facts, referral).certificate)
    assert content["facility_name"] == "Bệnh viện Mẫu Quận Hai"
    assert content["to_names"] == ["Bệnh viện Mẫu Trung ương", "Bệnh viện Mẫu Tỉnh"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"facility": PROVINCIAL}, "content.facility"),
        ({"facility_name": "Bệnh viện khác"}, "content"),
        ({"salt": "00" * 16}, "content"),
        ({"signs": None}, "content.signs"),
        ({"to_facilities": [DISTRICT]}, "content.to_facilities"),
        ({"arrived": "202611240000", "admitted": "202611230000"}, "content.admitted"),
        ({"arrived": "202602300000"}, "content.arrived"),
        ({"main_disease": "I10.123"}, "content.main_disease"),
        ({"cards": ["HS6010123456789"]}, "content.cards[0]"),
        ({"diagnosis": "Nguye\u0302\u0303n"}, "content.diagnosis"),
        ({"onward_treatment": "x" * 20_001}, "content.onward_treatment"),
    ],
)
def test_what_is_wrong_in_an_order_is_named_by_its_place(
    town: PaperTown, changes: dict[str, Any], place: str
) -> None:
    order = town.order(REFERRAL, **changes)
    with pytest.raises(InvalidInputError) as error:
        referrals.draft(town.facts, order, act=town.act())
    assert error.value.place == place


def test_a_facility_that_is_unknown_or_suspended_issues_nothing(town: PaperTown) -> None:
    order = town.order(REFERRAL, facility="79A99")
    refused("facility_unknown", lambda: referrals.draft(town.facts, order, act=town.act("79A99")))
    nowhere = town.order(REFERRAL, to_facilities=["79A99"])
    refused("facility_unknown", lambda: referrals.draft(town.facts, nowhere, act=town.act()))
    facilities.suspend(town.facts, code=DISTRICT, legal_basis="quyết định mẫu", act=act(DISTRICT))
    mine = town.order(REFERRAL)
    refused("facility_unknown", lambda: referrals.draft(town.facts, mine, act=town.act()))


def test_an_order_that_comes_twice_makes_one_paper(town: PaperTown) -> None:
    referrals.draft(town.facts, town.order(REFERRAL), act=town.act())
    again = town.order(REFERRAL)
    refused("own_number_taken", lambda: referrals.draft(town.facts, again, act=town.act()))


def test_a_withdrawn_draft_gives_its_number_free(town: PaperTown) -> None:
    order = town.order(REFERRAL)
    referrals.draft(town.facts, order, act=town.act())
    certificates.withdraw(town.facts, certificate=order.certificate, act=town.act())
    referrals.draft(town.facts, town.order(REFERRAL), act=town.act())


def test_a_facility_signs_its_own_papers_with_its_own_key(town: PaperTown) -> None:
    order = town.order(REFERRAL)
    referrals.draft(town.facts, order, act=town.act())
    for key, signer in ((CENTRAL, DISTRICT), (DISTRICT, CENTRAL)):
        refused(
            "issuer_differs",
            lambda key=key, signer=signer: referrals.issue(  # type: ignore[misc]
                town.desk, certificate=order.certificate, key=trusted(key),
                act=town.act(signer, "signer"),
            ),
        )  # fmt: skip
    drafter = town.act()
    refused(
        "signer_is_drafter",
        lambda: referrals.issue(
            town.desk, certificate=order.certificate, key=trusted(DISTRICT), act=drafter
        ),
    )


def test_the_doctor_is_told_what_to_look_at_again(town: PaperTown) -> None:
    def told(number: str, **changes: Any) -> tuple[Remark, ...]:
        order = town.order(REFERRAL, number=number, **changes)
        return referrals.draft(town.facts, order, act=town.act()).remarks

    assert told("1", main_disease="C50.1") == (Remark.DIRECT_ALLOWED, Remark.ONE_YEAR_EXPECTED)
    assert told("2", main_disease="E11.9", one_year=True) == ()
    assert told("3", main_disease="J00", one_year=True) == (Remark.ONE_YEAR_UNLISTED,)
    assert told("4", main_disease=None) == ()


def test_a_paper_of_one_year_serves_several_episodes_each_with_an_appointment(
    town: PaperTown,
) -> None:
    referral = town.referral(one_year=True, main_disease="E11.9")
    assert state_of(town, referral).valid_until == end_of_day(date(2027, 11, 23))
    town.accept(referral)
    town.close(referral)
    refused("appointment_needed", lambda: town.accept(referral))
    shown = AppointmentUse(town.appointment(CENTRAL))
    town.later(days=28)
    town.accept(referral, appointment=shown)
    assert state_of(town, referral).use is not None
    refused("double_use", lambda: town.consume(shown.appointment, CENTRAL))


def test_an_appointment_that_does_not_fit_leaves_both_papers_as_they_were(
    town: PaperTown,
) -> None:
    referral = town.referral(one_year=True, main_disease="E11.9")
    town.accept(referral)
    town.close(referral)
    somebody_else = town.appointment(CENTRAL, subject=UUID(int=0xBAD))
    elsewhere, early = town.appointment(PROVINCIAL), town.appointment(CENTRAL)
    before = town.facts.head()
    for rule, appointment in (
        ("other_person", somebody_else), ("other_facility", elsewhere), ("too_early", early),
    ):  # fmt: skip
        shown = AppointmentUse(appointment)
        refused(rule, lambda shown=shown: town.accept(referral, appointment=shown))  # type: ignore[misc]
    assert town.facts.head() == before


def test_a_cancelled_referral_is_revoked_and_taken_by_nobody(town: PaperTown) -> None:
    referral = town.referral()
    referrals.cancel(town.facts, certificate=referral, reason="Lập nhầm", act=town.act())
    assert state_of(town, referral).stage is Stage.CANCELLED
    found = certificates.load(town.facts, referral).certificate
    assert found.phase is lifecycle.Phase.CANCELLED
    refused("cancelled", lambda: town.accept(referral))


def test_a_paper_whose_certificate_has_ended_is_not_accepted(town: PaperTown) -> None:
    referral = town.referral()
    decision = certificates.WrittenDecision(
        "1/QĐ", date(2026, 11, 23), Reason.CONTENT_WRONG, b"%PDF"
    )
    certificates.recall(
        town.facts, certificate=referral, decision=decision, summary="sai", act=town.act()
    )
    refused("is_recalled", lambda: town.accept(referral))


def test_what_was_accepted_stays_so_when_the_certificate_ends(town: PaperTown) -> None:
    referral = town.referral()
    town.accept(referral)
    refused(
        "in_use",
        lambda: referrals.cancel(town.facts, certificate=referral, reason="sai", act=town.act()),
    )
    refused("accepted_here", lambda: town.accept(referral))
    town.close(referral)


def test_a_crash_between_issue_and_opening_is_mended_by_the_next_command(town: PaperTown) -> None:
    order = town.order(REFERRAL)
    referrals.draft(town.facts, order, act=town.act())
    issuing.issue(
        town.desk, certificate=order.certificate, key=trusted(DISTRICT),
        act=town.act(actor="signer"),
    )  # fmt: skip
    assert referrals.load(town.facts, order.certificate).opening
    town.accept(order.certificate)
    first = town.facts.history(referral_stream(order.certificate)).facts[0]
    assert isinstance(first, ReferralIssued)


def test_a_draft_is_no_referral_yet(town: PaperTown) -> None:
    order = town.order(REFERRAL)
    referrals.draft(town.facts, order, act=town.act())
    with pytest.raises(NotFoundError):
        town.accept(order.certificate)
    with pytest.raises(NotFoundError):
        town.accept(UUID(int=1))
    with pytest.raises(NotFoundError):
        town.accept(town.appointment())


def test_a_version_that_the_caller_did_not_see_is_refused(town: PaperTown) -> None:
    referral = town.referral(**BOTH)
    seen = referrals.load(town.facts, referral).version
    referrals.present(town.facts, certificate=referral, act=town.act(PROVINCIAL))
    refused("version_differs", lambda: town.accept(referral, expected=seen))
    town.accept(referral, expected=seen + 1)


def test_a_repeated_command_is_answered_as_the_first_time(town: PaperTown) -> None:
    referral, once = town.referral(), Idempotency("k", bytes(32))
    first = referrals.accept(
        town.facts, certificate=referral, act=town.act(CENTRAL), idempotency=once
    )
    town.close(referral)
    again = referrals.accept(
        town.facts, certificate=referral, act=town.act(CENTRAL), idempotency=once
    )
    assert (again.positions, again.repeated) == (first.positions, True)
    with pytest.raises(IdempotencyMismatchError):
        town.accept(referral, idempotency=replace(once, digest=bytes(31) + b"1"))


def test_an_admission_while_the_service_was_down_is_taken_in_late(town: PaperTown) -> None:
    referral, admitted = town.referral(), town.at
    town.later(days=30)
    refused("lapsed", lambda: town.accept(referral))
    referrals.admit_unverified(
        town.facts, certificate=referral, admitted_at=admitted, offline_number="SỔ-7",
        act=town.act(CENTRAL),
    )  # fmt: skip
    state = state_of(town, referral)
    assert (state.stage, state.conflicts) == (Stage.IN_USE, ())


def test_an_admission_that_was_not_right_is_flagged_with_the_other_use_untouched(
    town: PaperTown,
) -> None:
    referral = town.referral(**BOTH)
    town.accept(referral)
    referrals.admit_unverified(
        town.facts, certificate=referral, admitted_at=town.at, offline_number="SỔ-7",
        act=town.act(PROVINCIAL),
    )  # fmt: skip
    state = state_of(town, referral)
    assert [facility for facility, _ in state.conflicts] == [PROVINCIAL]
    assert state.use is not None
    assert state.use.facility == CENTRAL


def test_an_appointment_is_used_up_with_a_late_report_only_if_it_is_good(town: PaperTown) -> None:
    referral = town.referral(one_year=True, main_disease="E11.9")
    town.accept(referral)
    town.close(referral)
    early = AppointmentUse(town.appointment(CENTRAL))
    referrals.admit_unverified(
        town.facts, certificate=referral, admitted_at=town.at, offline_number="SỔ-7",
        act=town.act(CENTRAL), appointment=early,
    )  # fmt: skip
    assert len(state_of(town, referral).conflicts) == 1
    signs = replace(early, abnormal_signs=True)
    referrals.admit_unverified(
        town.facts, certificate=referral, admitted_at=town.at, offline_number="SỔ-8",
        act=town.act(CENTRAL), appointment=signs,
    )  # fmt: skip
    assert state_of(town, referral).stage is Stage.IN_USE
    assert town.facts.tip(appointment_stream(early.appointment)).version == 2


def test_a_rejected_referral_is_free_for_another_facility(town: PaperTown) -> None:
    referral = town.referral(**BOTH)
    referrals.present(town.facts, certificate=referral, act=town.act(CENTRAL))
    referrals.reject(
        town.facts, certificate=referral, reason=RejectReason.NO_CAPACITY, note="Hết giường",
        act=town.act(CENTRAL),
    )  # fmt: skip
    town.accept(referral, PROVINCIAL)
    assert state_of(town, referral).rejected == (CENTRAL,)


def test_a_paper_is_found_by_both_of_its_numbers(town: PaperTown) -> None:
    issued = town.issued_referral(number="CT-0007")
    intent = certificates.load(town.facts, issued.certificate).certificate.intent
    assert intent is not None
    for number in ("CT-0007", intent.number):
        for year in (2026, 2027):
            assert issued.certificate == find_paper(
                town.facts, kind="referral", facility=DISTRICT, number=number, year=year
            )
    for kind, facility, number in (
        ("referral", CENTRAL, "CT-0007"), ("appointment", DISTRICT, "CT-0007"),
        ("referral", DISTRICT, "CT-0008"),
    ):  # fmt: skip
        assert (
            find_paper(town.facts, kind=kind, facility=facility, number=number, year=2026) is None
        )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty ledger's connection string, once for each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(database: str) -> Iterator[LedgerFactStore]:
    """An empty ledger of all facts."""
    with closing(open_store(database, types=FACT_TYPES, seals=OpenSeals(), ids=fresh_id)) as opened:
        yield opened


ADDRESSED = ("79A01", "79A03")
COMERS = 50


def test_of_fifty_who_accept_at_once_one_does_and_the_others_are_told_who(
    store: LedgerFactStore,
) -> None:
    town = PaperTown(store)
    referral = town.referral(**BOTH)

    def come(number: int) -> str:
        own = act(ADDRESSED[number % 2], town.at, f"doctor-{number}")
        try:
            referrals.accept(store, certificate=referral, act=own)
        except RefusedError as error:
            return f"{error.rule}: {error}"
        return "accepted"

    with ThreadPoolExecutor(COMERS) as pool:
        answers = list(pool.map(come, range(COMERS)))
    state = state_of(town, referral)
    assert state.use is not None
    winner = state.use.facility
    told = [answer for answer in answers if answer != "accepted"]
    assert len(told) == COMERS - 1
    assert all(f"facility {winner} has it" in answer for answer in told)
    facts = [one.topic for one in store.history(referral_stream(referral)).recorded]
    assert facts.count("referral.accepted/1") == 1


def test_in_use_it_does_not_lapse_and_is_closed_after_its_term(town: PaperTown) -> None:
    referral = town.referral()
    town.accept(referral)
    town.later(days=60)
    visit = UUID(int=77)
    referrals.use(town.facts, certificate=referral, visit=visit, act=town.act(CENTRAL))
    town.close(referral)
    assert state_of(town, referral).past[0].visits == (visit,)
    assert state_of(town, referral).past[0].since == town.at - timedelta(days=60)
