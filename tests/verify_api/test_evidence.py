"""Sources of standing: the register's word, and signed lists with their age."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.certificates.kind import Status, Token
from ledger.certificates.status_list import PublishedList, StatusList
from tests_support.signed_certificates import AT, STATUS_URI, TOKEN, published
from verify_api.evidence import (
    NoStatus,
    RegisterEntry,
    RegisterStatus,
    SnapshotStatus,
)
from verify_api.verdict import StatusEvidence

DIGEST = bytes(32)
INDEX = TOKEN.status.index


def snapshot(listed: PublishedList, longest_age: timedelta | None = None) -> StatusEvidence:
    source = SnapshotStatus({STATUS_URI: listed}, longest_age)
    return source.status_of(TOKEN, DIGEST, AT)


def test_without_a_source_nothing_is_known() -> None:
    assert NoStatus().status_of(TOKEN, DIGEST, AT) == StatusEvidence()


@pytest.mark.parametrize("status", Status)
def test_a_current_list_is_believed_as_of_its_issue(status: Status) -> None:
    evidence = snapshot(published({INDEX: int(status)}))
    assert evidence == StatusEvidence(status, as_of=AT - timedelta(hours=2))


@pytest.mark.parametrize(
    ("status", "believed"),
    [
        (Status.VALID, None),
        (Status.REVOKED, Status.REVOKED),
        (Status.SUSPENDED, None),
        (Status.SUPERSEDED, Status.SUPERSEDED),
    ],
)
def test_an_old_list_is_believed_only_about_what_is_final(
    status: Status, believed: Status | None
) -> None:
    for evidence in (
        snapshot(published({INDEX: int(status)}, expires_at=AT)),
        snapshot(published({INDEX: int(status)}), timedelta(hours=1)),
    ):
        assert evidence.status is believed
        assert evidence.stale
        assert evidence.as_of == AT - timedelta(hours=2)


def test_a_young_enough_list_is_not_stale() -> None:
    assert not snapshot(published(), timedelta(hours=2)).stale


def test_another_issuers_list_or_none_says_nothing() -> None:
    assert snapshot(published(issuer="CA02")) == StatusEvidence()
    assert SnapshotStatus({}).status_of(TOKEN, DIGEST, AT) == StatusEvidence()


def test_an_index_beyond_the_list_is_not_valid() -> None:
    short = replace(published(), statuses=StatusList.of({}, size=64))
    assert snapshot(short).status is None


def registered(entry: RegisterEntry | None) -> StatusEvidence:
    def look_up(token: Token) -> RegisterEntry | None:
        assert token is TOKEN
        return entry

    return RegisterStatus(look_up).status_of(TOKEN, DIGEST, AT)


def test_the_register_answers_online_for_the_very_certificate() -> None:
    entry = RegisterEntry(DIGEST, Status.SUPERSEDED, AT, since=AT, superseded_by=("2", "3"))
    assert registered(entry) == StatusEvidence(
        Status.SUPERSEDED, AT, AT, ("2", "3"), online=True, registered=True
    )


def test_a_number_with_other_content_is_not_that_certificate() -> None:
    evidence = registered(RegisterEntry(bytes([1]) * 32, Status.VALID, AT))
    assert (evidence.status, evidence.registered, evidence.same_content) == (None, False, False)


def test_a_number_that_was_never_given_is_not_registered() -> None:
    evidence = registered(None)
    assert (evidence.status, evidence.registered, evidence.same_content) == (None, False, True)


@pytest.mark.parametrize(
    ("status", "known"), [(Status.REVOKED, Status.REVOKED), (Status.VALID, None)]
)
def test_of_erased_content_only_what_ended_it_is_known(
    status: Status, known: Status | None
) -> None:
    evidence = registered(RegisterEntry(None, status, AT))
    assert (evidence.status, evidence.registered, evidence.online) == (known, None, True)
