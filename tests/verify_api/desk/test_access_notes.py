from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.certificates.procedure import Stage
from ledger.commands.access import who_looked
from ledger.errors import RefusedError, StoreUnavailableError
from ledger.facts import Act, Change, Idempotency, Receipt
from ledger.records.access import TOPICS, AccessRecorded, Channel, RecordKind
from tests_support.desk_home import AUTHORITY, PEOPLE, DeskHome
from tests_support.issuing_office import MONDAY
from tests_support.memory_facts import MemoryFacts
from verify_api.callers import Caller, Role
from verify_api.desk.access_notes import LedgerAccessNotes
from verify_api.ports import AccessNote, Seen

EMPLOYER = Caller("account-7", Role.VERIFIER, "EMPLOYER-1")
PERSON = UUID(int=0xA11CE)


def note(seen: Seen, caller: Caller = EMPLOYER, legal_basis: str | None = "law-9") -> AccessNote:
    return AccessNote(caller, MONDAY, seen, "verify_certificate", legal_basis, Channel.API)


def by_number(number: str = "1/LLTP-CA01") -> Seen:
    return Seen(RecordKind.CERTIFICATE, certificate=(AUTHORITY, number))


def test_a_look_is_recorded_with_who_why_and_what(home: DeskHome) -> None:
    reference = home.system.clockwork.new_id()
    home.ports.record_access([note(Seen(RecordKind.REQUEST, PERSON, reference=reference))])
    (recorded,) = who_looked(home.system.facts, subject=PERSON)
    assert recorded.fact == AccessRecorded(
        RecordKind.REQUEST, "verify_certificate", Channel.API, reference
    )
    assert recorded.act == Act(MONDAY, "account-7", "verifier", "EMPLOYER-1", legal_basis="law-9")


def test_a_certificates_number_finds_whose_it_is(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    home.ports.record_access([note(by_number())])
    (recorded,) = who_looked(home.system.facts, subject=home.request(request).draft.subject)
    assert isinstance(recorded.fact, AccessRecorded)
    assert recorded.fact.reference == home.certificate(request).id


def test_the_holder_of_last_years_number_sees_the_look_too(home: DeskHome) -> None:
    last_year = home.bring_to(Stage.READY)
    home.later(days=100)
    this_year = home.bring_to(Stage.READY, PEOPLE[1])
    asked = AccessNote(EMPLOYER, home.at, by_number(), "verify_certificate", "law-9", Channel.API)
    home.ports.record_access([asked])
    for request in (last_year, this_year):
        assert home.certificate(request).certificate.intent is not None
        subject = home.request(request).draft.subject
        assert len(who_looked(home.system.facts, subject=subject)) == 1


def test_a_number_with_its_day_of_issue_names_one_certificate(home: DeskHome) -> None:
    last_year = home.bring_to(Stage.READY)
    home.later(days=100)
    this_year = home.bring_to(Stage.READY, PEOPLE[1])
    intent = home.certificate(last_year).certificate.intent
    assert intent is not None
    seen = replace(by_number(), issued_at=intent.issued_at)
    asked = AccessNote(EMPLOYER, home.at, seen, "verify_certificate", "law-9", Channel.API)
    home.ports.record_access([asked])
    looks = [
        len(who_looked(home.system.facts, subject=home.request(request).draft.subject))
        for request in (last_year, this_year)
    ]
    assert looks == [1, 0]


def test_one_answer_that_shows_the_same_twice_is_one_look(home: DeskHome) -> None:
    seen = Seen(RecordKind.REQUEST, PERSON)
    home.ports.record_access([note(seen), note(seen), note(Seen(RecordKind.PERSON, PERSON))])
    assert len(who_looked(home.system.facts, subject=PERSON)) == 2


def test_of_nobody_nothing_is_recorded_and_nothing_fails(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    home.forget(home.request(request).draft.subject)
    head = home.system.facts.head()
    unknown = (by_number("99/LLTP-CA01"), by_number(), Seen(RecordKind.CERTIFICATE))
    home.ports.record_access([note(seen) for seen in unknown])
    home.ports.record_access([])
    assert home.system.facts.head() == head


def test_nobody_but_the_person_looks_without_a_legal_basis(home: DeskHome) -> None:
    seen = Seen(RecordKind.REQUEST, PERSON)
    with pytest.raises(RefusedError):
        home.ports.record_access([note(seen, legal_basis=None)])
    citizen = Caller("account-1", Role.CITIZEN, subject=PERSON)
    home.ports.record_access([note(seen, citizen, legal_basis=None)])
    assert len(who_looked(home.system.facts, subject=PERSON)) == 1


@dataclass
class FailingFacts(MemoryFacts):
    """Takes as many appends as it is told, then no more."""

    left: int = field(default=0, kw_only=True)

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        if not self.left:
            raise StoreUnavailableError("no answer")
        self.left -= 1
        return super().append(act, *changes, idempotency=idempotency)


@pytest.mark.parametrize("left", [0, 1])
def test_a_look_that_cannot_be_recorded_is_raised(left: int) -> None:
    notes: Sequence[AccessNote] = [
        note(Seen(RecordKind.REQUEST, UUID(int=number))) for number in (1, 2)
    ]
    record = LedgerAccessNotes(FailingFacts(TOPICS, left=left))
    with pytest.raises(StoreUnavailableError):
        record(notes)
