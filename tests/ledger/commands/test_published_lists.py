from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from keys.errors import TrustListError
from keys.trust_document import read
from keys.trust_list import Root, TrustList
from keys.trust_update import accept_all
from ledger.commands import keys
from ledger.commands.key_board import KeyBoard
from ledger.commands.published_lists import WALKED, PublishedLists
from ledger.facts import RecordedFact
from tests_support.key_office import DAY, START, Office, documents
from tests_support.memory_facts import MemoryFacts


def lists() -> PublishedLists:
    """Return one that has seen nothing yet."""
    return PublishedLists(KeyBoard())


def published(office: Office, *days: int, root: Root | None = None) -> None:
    """Publish a version on each of the days, the first of them by ``root``."""
    for number, day in enumerate(days):
        office.publish(START + day * DAY, **({"root": root} if root and not number else {}))


def walked(found: Sequence[bytes], root: Root, at: Any) -> TrustList:
    """Return the newest list as a verifier comes to it that pinned ``root``."""
    return accept_all(read(found[0], root), found[1:], at=at)


def other_officers(office: Office) -> Root:
    """Return a root with a new person in the second one's place."""
    third = keys.new_officer(keyring=office.keyring, person="officer-3")
    return Root((office.officers[0], third), 2)


@pytest.fixture
def office() -> Office:
    return Office()


def test_before_the_first_list_there_is_nothing_and_nothing_is_due(office: Office) -> None:
    office.create()
    assert lists().documents(office.facts, at=START) == ()
    assert not lists().is_due(office.facts, at=START)


def test_whoever_pinned_the_officers_of_today_needs_the_newest_list_alone(office: Office) -> None:
    office.started()
    followed = lists()
    for day in range(1, 20):  # more than are read at once
        office.publish(START + day * DAY)
        found = followed.documents(office.facts, at=START + day * DAY)
        assert [read(document, office.root).version for document in found] == [day + 1]
        assert lists().documents(office.facts, at=START + day * DAY) == found


def test_from_a_change_of_officers_on_all_lists_are_needed_for_ninety_days(office: Office) -> None:
    office.started()
    published(office, 1, 2)
    new = other_officers(office)
    published(office, 3, 4, 5, root=new)
    at = START + 5 * DAY
    found = lists().documents(office.facts, at=at)
    assert found == documents(office.facts)[3:]
    current = keys.current_trust_list(facts=office.facts)
    assert current is not None
    assert walked(found, office.root, at) == walked(found, new, at) == current.trust

    later = START + 3 * DAY + WALKED
    followed = lists()
    assert followed.documents(office.facts, at=later - timedelta(seconds=1)) == found
    for anyone in (followed, lists()):
        assert anyone.documents(office.facts, at=later) == found[-1:]
    with pytest.raises(TrustListError):
        read(found[-1], office.root)
    assert read(found[-1], new).version == 6


def test_of_two_changes_the_older_one_is_given_up_first(office: Office) -> None:
    office.started()
    second, third = other_officers(office), other_officers(office)
    published(office, 1, 2, root=second)
    published(office, 60, 61, root=third)
    every = documents(office.facts)
    for anyone in (lists(), lists()):
        assert anyone.documents(office.facts, at=START + 61 * DAY) == every[1:]
        assert anyone.documents(office.facts, at=START + DAY + WALKED) == every[3:]
        assert anyone.documents(office.facts, at=START + 60 * DAY + WALKED) == every[4:]


def test_a_change_that_lies_long_back_is_not_told_from_none(office: Office) -> None:
    office.started()
    published(office, 1, root=other_officers(office))
    published(office, 200)
    assert lists().documents(office.facts, at=START + 200 * DAY) == documents(office.facts)[-1:]


def test_what_is_recorded_of_a_key_and_not_published_is_noticed(office: Office) -> None:
    followed = lists()
    assert not followed.is_due(office.facts, at=START)
    public = office.started()
    at = START + timedelta(hours=1)
    assert not followed.is_due(office.facts, at=at)
    keys.declare_compromise(
        facts=office.facts, act=office.act(at), kid=public.kid, since=START, reason="lost"
    )
    for anyone in (followed, followed, lists()):
        assert anyone.is_due(office.facts, at=at)
    office.publish(at)
    for anyone in (followed, lists()):
        assert not anyone.is_due(office.facts, at=at)


def test_a_list_is_due_when_half_of_its_time_has_passed(office: Office) -> None:
    office.started()
    followed, half = lists(), START.replace(microsecond=0) + keys.LIST_LIFETIME / 2
    assert not followed.is_due(office.facts, at=half - timedelta(seconds=1))
    assert followed.is_due(office.facts, at=half)
    office.publish(half)
    assert not followed.is_due(office.facts, at=half)


class Watched(MemoryFacts):
    """Counts the facts that are read."""

    seen = 0

    @override
    def read(self, **asked: Any) -> list[RecordedFact]:
        found = super().read(**asked)
        self.seen += len(found)
        return found

    @override
    def history(self, stream_id: Any) -> Any:
        raise AssertionError(f"{stream_id}: no whole stream is read for this")


def test_a_look_reads_what_is_new_and_nothing_again(office: Office) -> None:
    office.started()
    published(office, *range(1, 10))
    facts = Watched(office.facts.topics, office.facts.recorded)
    followed, at = lists(), START + 9 * DAY
    assert not followed.is_due(facts, at=at)
    first = facts.seen
    assert first == len(documents(office.facts)) + 2  # a key was made, and lets sign
    for _ in range(5):
        assert not followed.is_due(facts, at=at)
        assert len(followed.documents(facts, at=at)) == 1
    assert facts.seen == first


def test_no_version_but_the_last_is_read_to_publish_another(office: Office) -> None:
    office.started()
    published(office, 1, 2)

    class OnlyKeys(MemoryFacts):
        @override
        def history(self, stream_id: Any) -> Any:
            assert stream_id != keys.TRUST_LIST_STREAM, "every version stands in it"
            return super().history(stream_id)

    facts = OnlyKeys(office.facts.topics, office.facts.recorded)
    again = replace_facts(office, facts)
    again.create(START + 3 * DAY)
    assert again.publish(START + 3 * DAY).trust.version == 4
    assert len(keys.list_keys(facts=facts)) == 2


def replace_facts(office: Office, facts: MemoryFacts) -> Office:
    """Return the same office over other facts."""
    made = Office(keyring=office.keyring, officers=office.officers)
    made.facts = facts
    return made
