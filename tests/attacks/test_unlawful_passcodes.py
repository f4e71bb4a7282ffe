"""Passcodes that no command sets: each is named by the rule that it breaks."""

from datetime import timedelta
from uuid import UUID

import pytest

from ledger.records.passcode import (
    MOST_FAILURES,
    PasscodeFailed,
    PasscodePassed,
    PasscodeReset,
    PasscodeSet,
    passcode_stream,
)
from tests_support.attacked_copy import AttackedCopy
from tests_support.insider import Insider
from tests_support.unlawful_clinic import PATIENT, Clinic

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

FIRST, OTHER = PasscodeSet("$argon2id$mẫu"), PasscodeSet("$argon2id$khác")


class Holder(Clinic):
    """A person with a passcode, in the same hands."""

    def type(self, *facts: object, role: str = "citizen", subject: UUID = PATIENT) -> int:
        """Write facts of the passcode; return the position of the last one."""
        return self.say(
            passcode_stream(PATIENT), role, None, *facts, actor="citizen-1", subject=subject
        )

    def forgotten(self, ago: int = 60) -> PasscodeReset:
        """Return a reset by who showed ``ago`` seconds before who they are."""
        return PasscodeReset("$argon2id$mới", self.hands.copy.at - timedelta(seconds=ago))


@pytest.fixture
def holder(copy: AttackedCopy) -> Holder:
    return Holder(Insider(copy))


def test_a_passcode_that_goes_its_way_is_lawful(holder: Holder) -> None:
    at = holder.hands.copy.at
    holder.type(FIRST, PasscodePassed(at), PasscodeFailed(at), OTHER)
    holder.type(*[PasscodeFailed(at)] * MOST_FAILURES)
    holder.type(holder.forgotten(), PasscodePassed(at), FIRST)
    holder.expect()


def test_one_that_is_set_anew_without_showing_who_it_is(holder: Holder) -> None:
    holder.type(FIRST)
    holder.expect(("C10.order", holder.type(holder.forgotten(ago=301))))


def test_one_that_an_officer_sets_anew(holder: Holder) -> None:
    holder.type(FIRST)
    holder.expect(("C10.role", holder.type(holder.forgotten(), role="case_officer")))


def test_one_that_is_set_anew_in_anothers_stream(holder: Holder) -> None:
    holder.type(FIRST)
    position = holder.type(holder.forgotten(), subject=UUID(int=0xA11CE))
    holder.expect(("C10.stream", position))


def test_one_that_was_never_chosen_and_is_set_anew(holder: Holder) -> None:
    holder.expect(("C10.order", holder.type(holder.forgotten())))


def test_another_one_by_who_did_not_type_the_former(holder: Holder) -> None:
    holder.type(FIRST)
    holder.expect(("C10.order", holder.type(OTHER)))


def test_a_guess_that_is_compared_while_it_is_locked(holder: Holder) -> None:
    at = holder.hands.copy.at
    holder.type(FIRST, *[PasscodeFailed(at)] * MOST_FAILURES)
    holder.expect(("C10.order", holder.type(PasscodePassed(at))))
