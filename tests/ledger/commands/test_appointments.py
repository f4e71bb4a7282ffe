from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from ledger.certificates import lifecycle
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Phase
from ledger.commands import appointments, certificates, issuing
from ledger.commands.appointment_moves import Move, reschedule
from ledger.commands.appointments import AppointmentUse
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.records.appointment.use import Appointment, Stage
from tests_support.paper_town import CENTRAL, DISTRICT, SALT, PaperTown, trusted

APPOINTMENT = KINDS["appointment"]


@pytest.fixture
def town() -> PaperTown:
    return PaperTown()


def state_of(town: PaperTown, appointment: UUID) -> Appointment:
    return appointments.load(town.facts, appointment).state


def refused(rule: str, do: Callable[[], object]) -> None:
    with pytest.raises(RefusedError) as error:
        do()
    assert error.value.rule == rule


def move_of(town: PaperTown, appointment: UUID, days: int = 40) -> Move:
    day = f"{town.at + timedelta(days=days):%Y%m%d}0900"
    return Move(appointment, town.new_id(), day, "Bác sĩ đi công tác", SALT[::-1])


def sign(town: PaperTown, certificate: UUID) -> None:
    appointments.issue(
        town.desk, certificate=certificate, key=trusted(DISTRICT), act=town.act(actor="signer")
    )


def test_an_appointment_is_used_once_and_a_second_try_is_recorded(town: PaperTown) -> None:
    appointment = town.appointment()
    refused("too_early", lambda: town.consume(appointment))
    town.later(days=28)
    town.consume(appointment)
    for facility in (DISTRICT, CENTRAL):
        refused("double_use", lambda facility=facility: town.consume(appointment, facility))  # type: ignore[misc]
    state = state_of(town, appointment)
    assert (state.stage, state.double_uses) == (Stage.CONSUMED, 2)


def test_it_is_used_early_for_abnormal_signs_and_late_where_the_facility_agrees(
    town: PaperTown,
) -> None:
    early, late = town.appointment(), town.appointment()
    town.consume(early, abnormal_signs=True)
    town.later(days=30)
    refused("missed", lambda: town.consume(late))
    appointments.miss(town.facts, certificate=late, act=town.act())
    town.consume(late, agreed=True)
    assert state_of(town, late).stage is Stage.CONSUMED


def test_a_day_in_the_past_or_before_the_paper_is_refused(town: PaperTown) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"written": "20261221"}, {"appointed": "202612000000"}, {"appointed": "20261232"},
    )  # fmt: skip
    for changes in wrong:
        order = town.order(APPOINTMENT, **changes)
        with pytest.raises(InvalidInputError) as error:
            appointments.draft(town.facts, order, act=town.act())
        assert error.value.place == "content.appointed"
    past = town.order(APPOINTMENT, written="20260101", appointed="202611230800")
    refused("appointed_in_the_past", lambda: appointments.draft(town.facts, past, act=town.act()))
    far = town.order(APPOINTMENT, appointed="202801010800")
    refused("appointed_too_far", lambda: appointments.draft(town.facts, far, act=town.act()))


def test_a_draft_that_waited_until_its_day_is_not_signed(town: PaperTown) -> None:
    order = town.order(APPOINTMENT)
    appointments.draft(town.facts, order, act=town.act())
    town.later(days=28)
    refused("appointed_in_the_past", lambda: sign(town, order.certificate))


def test_an_episode_has_one_appointment(town: PaperTown) -> None:
    town.appointment(episode_key="LK-1")
    refused("episode_taken", lambda: town.appointment(episode_key="LK-1"))
    town.appointment(CENTRAL, episode_key="LK-1")


def test_a_cancelled_one_leaves_its_episode_free(town: PaperTown) -> None:
    appointment = town.appointment(episode_key="LK-1")
    appointments.cancel(town.facts, certificate=appointment, reason="Nhầm", act=town.act())
    found = certificates.load(town.facts, appointment).certificate
    assert (state_of(town, appointment).stage, found.phase) == (Stage.CANCELLED, Phase.CANCELLED)
    refused("is_cancelled", lambda: town.consume(appointment, agreed=True, abnormal_signs=True))
    town.appointment(episode_key="LK-1")


def test_moving_makes_a_new_paper_that_supersedes_the_old(town: PaperTown) -> None:
    old = town.appointment(episode_key="LK-1")
    move = move_of(town, old)
    reschedule(town.facts, move, act=town.act())
    assert state_of(town, old).stage is Stage.ISSUED
    sign(town, move.certificate)
    assert state_of(town, old).replaced_by == move.certificate
    assert certificates.load(town.facts, old).certificate.phase is Phase.SUPERSEDED
    new = state_of(town, move.certificate)
    assert (new.stage, new.replaces) == (Stage.ISSUED, old)
    refused("is_rescheduled", lambda: town.consume(old, agreed=True, abnormal_signs=True))
    refused("episode_taken", lambda: town.appointment(episode_key="LK-1"))
    content = lifecycle.content_of(certificates.load(town.facts, move.certificate).certificate)
    assert content["appointed"] == move.appointed
    assert content["salt"] == move.salt.hex()
    assert "number" not in content


def test_what_is_used_meanwhile_is_not_moved(town: PaperTown) -> None:
    old = town.appointment()
    move = move_of(town, old)
    reschedule(town.facts, move, act=town.act())
    town.consume(old, abnormal_signs=True)
    refused("is_consumed", lambda: sign(town, move.certificate))
    refused("is_consumed", lambda: reschedule(town.facts, move_of(town, old), act=town.act()))


def test_a_crash_after_the_signature_of_a_move_is_mended(town: PaperTown) -> None:
    old = town.appointment()
    move = move_of(town, old)
    reschedule(town.facts, move, act=town.act())
    issuing.issue(
        town.desk, certificate=move.certificate, key=trusted(DISTRICT),
        act=town.act(actor="signer"),
    )  # fmt: skip
    refused("is_superseded", lambda: town.consume(old, abnormal_signs=True))
    appointments.open_use(town.facts, certificate=move.certificate, act=town.act())
    assert state_of(town, old).stage is Stage.RESCHEDULED
    assert state_of(town, move.certificate).stage is Stage.ISSUED


def test_only_the_facility_that_gave_it_moves_misses_and_cancels_it(town: PaperTown) -> None:
    appointment = town.appointment()
    refused(
        "not_the_issuer",
        lambda: reschedule(town.facts, move_of(town, appointment), act=town.act(CENTRAL)),
    )
    refused(
        "not_the_issuer",
        lambda: appointments.miss(town.facts, certificate=appointment, act=town.act(CENTRAL)),
    )
    refused(
        "not_the_issuer",
        lambda: appointments.cancel(
            town.facts, certificate=appointment, reason="x", act=town.act(CENTRAL)
        ),
    )


def test_what_is_no_appointment_is_not_found(town: PaperTown) -> None:
    for reference in (UUID(int=9), town.referral()):
        with pytest.raises(NotFoundError):
            town.consume(reference)


def test_a_version_that_the_caller_did_not_see_is_refused(town: PaperTown) -> None:
    appointment = town.appointment()
    refused(
        "version_differs",
        lambda: appointments.cancel(
            town.facts, certificate=appointment, reason="x", act=town.act(), expected=7
        ),
    )
    refused(
        "version_differs",
        lambda: appointments.consume(
            town.facts, shown=AppointmentUse(appointment, abnormal_signs=True), act=town.act(),
            expected=7,
        ),
    )  # fmt: skip
