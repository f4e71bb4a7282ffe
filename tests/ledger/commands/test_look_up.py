from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from ledger.certificates.kind import Status
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle_facts import CertificateSigned
from ledger.certificates.token import read_signed
from ledger.commands import certificates
from ledger.commands.issuing import sign
from ledger.commands.look_up import MAX_SUCCESSORS, Numbers, RegisteredCertificate, look_up
from ledger.personal import Erased
from tests_support.issuing_office import (
    AUTHORITY,
    DRAFTER,
    Office,
    act,
    decision,
    open_office,
)

KIND = KINDS["judicial-record"]


def asked(office: Office, number: str = "1/LLTP-CA01") -> RegisteredCertificate | None:
    return look_up(office.facts, authority=AUTHORITY, issued_at=office.at, number=number)


def test_a_certificate_in_force_is_valid_and_says_what_was_signed() -> None:
    office = open_office()
    token = office.issue().token
    answer = asked(office)
    assert answer is not None
    assert (answer.status, answer.since, answer.superseded_by) == (Status.VALID, None, ())
    assert answer.signed_digest == sha256(read_signed(token).signed).digest()


def test_a_recalled_certificate_is_revoked_with_its_decision() -> None:
    office = open_office()
    certificate = office.issue().certificate
    office.later(days=2)
    office.recall(certificate)
    answer = asked(office)
    assert answer is not None
    assert (answer.status, answer.since) == (Status.REVOKED, office.at)
    assert answer.decision is not None
    assert answer.decision.number == decision().number


@pytest.mark.parametrize("corrections", [1, 3, MAX_SUCCESSORS + 1])
def test_a_corrected_certificate_names_those_that_took_its_place(corrections: int) -> None:
    office = open_office()
    certificate = office.issue().certificate
    for number in range(corrections):
        correction = UUID(int=50 + number)
        certificates.draft_correction(
            office.facts,
            certificate=correction,
            corrects=certificate,
            decision=decision(),
            kind=KIND,
            content=KIND.specimen,
            holder=KIND.specimen_holder,
            act=act(DRAFTER),
        )
        certificate = office.issue(correction).certificate
    answer = asked(office)
    assert answer is not None
    assert answer.status is Status.SUPERSEDED
    named = range(2, min(corrections, MAX_SUCCESSORS) + 2)
    assert answer.superseded_by == tuple(f"{ordinal}/LLTP-CA01" for ordinal in named)


def test_what_was_never_signed_is_not_in_the_register() -> None:
    office = open_office()
    certificate = office.draft()
    assert asked(office) is None
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    assert asked(office) is None  # an intent proves nothing: it may be withdrawn


def test_a_lost_signature_of_a_withdrawn_intent_is_revoked() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    certificates.withdraw(office.facts, certificate=certificate, act=act())
    never_signed = office.draft()
    certificates.withdraw(office.facts, certificate=never_signed, act=act())
    answer = asked(office)
    assert answer is not None
    assert answer.status is Status.REVOKED
    assert answer.signed_digest is not None


def test_changed_records_are_told_and_end_nothing() -> None:
    office = open_office()
    certificates.outdate(office.facts, certificate=office.issue().certificate, act=act())
    answer = asked(office)
    assert answer is not None
    assert (answer.status, answer.no_longer_current_since) == (Status.VALID, office.at)


def test_of_a_forgotten_person_nobody_can_say_what_was_signed() -> None:
    office = open_office()
    office.issue()
    for place, recorded in enumerate(office.facts.recorded):
        if isinstance(recorded.fact, CertificateSigned):
            erased = replace(recorded.fact, signed_digest=Erased(bytes(16)))
            office.facts.recorded[place] = replace(recorded, fact=erased)
    answer = asked(office)
    assert answer is not None
    assert (answer.status, answer.signed_digest) == (Status.VALID, None)


def test_a_given_number_is_read_once_and_one_not_given_is_asked_again() -> None:
    office = open_office()
    numbers = Numbers(office.facts, most=1)
    assert numbers.find(AUTHORITY, 2026, "1/LLTP-CA01") is None
    first = office.issue().certificate
    assert numbers.find(AUTHORITY, 2026, "1/LLTP-CA01") == first
    office.facts.recorded.clear()
    assert numbers.find(AUTHORITY, 2026, "1/LLTP-CA01") == first
    assert numbers.find(AUTHORITY, 2026, "2/LLTP-CA01") is None
    assert numbers.find("CA02", 2026, "1/LLTP-CA01") is None


def test_a_number_belongs_to_its_year() -> None:
    office = open_office()
    office.issue()
    office.at += timedelta(days=365)
    assert asked(office) is None
