from uuid import UUID

import pytest

from ledger.commands.access import record_access
from ledger.commands.certificates import load as load_certificate
from ledger.commands.loading import (
    answered,
    load_person,
    load_record,
    load_request,
    unchanged,
    until_settled,
)
from ledger.errors import ConflictError, NotFoundError
from ledger.facts import Act
from ledger.identifiers import access_stream
from ledger.records.access import Channel, RecordKind
from tests_support.request_desk import MONDAY, RECORD, SUBJECT
from tests_support.request_office import office


def test_who_was_slower_decides_again_until_it_settles() -> None:
    tries = iter(range(10))

    def attempt() -> str:
        if next(tries) < 3:
            raise ConflictError("somebody was faster")
        return "done"

    assert until_settled(attempt) == "done"


def test_who_is_always_slower_is_told_so_after_a_bounded_number_of_tries() -> None:
    tries = []

    def attempt() -> None:
        tries.append(1)
        raise ConflictError("somebody was faster")

    with pytest.raises(ConflictError):
        until_settled(attempt, attempts=3)
    assert len(tries) == 3


def test_what_is_unknown_is_not_found() -> None:
    ledger = office()
    with pytest.raises(NotFoundError):
        load_request(ledger.facts, UUID(int=9))
    with pytest.raises(NotFoundError):
        load_record(ledger.facts, RECORD, version=1)
    assert load_record(ledger.facts, RECORD, version=0).history.version == 0


def test_the_stream_of_something_else_is_not_found() -> None:
    """Addresses name streams: whoever types one of another kind breaks nothing."""
    ledger = office()
    with pytest.raises(NotFoundError):
        load_request(ledger.facts, SUBJECT)
    with pytest.raises(NotFoundError):
        load_certificate(ledger.facts, SUBJECT)
    looked = access_stream(SUBJECT)
    record_access(
        ledger.facts, subject=SUBJECT, kind=RecordKind.PERSON, purpose="own_record",
        channel=Channel.API, act=Act(MONDAY, "account-1", "citizen"),
    )  # fmt: skip
    with pytest.raises(NotFoundError):
        load_person(ledger.facts, looked)
    assert load_person(ledger.facts, SUBJECT).state.record == RECORD


def test_a_command_without_a_key_was_never_answered() -> None:
    ledger = office()
    assert answered(ledger.facts, None) is None
    receipt = unchanged(ledger.facts.history(SUBJECT))
    assert (receipt.positions, receipt.repeated) == ((1,), True)
