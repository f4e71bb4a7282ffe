"""What is published has its quorum; what does not go on from what was signed is refused loudly."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.errors import LogError, QuorumMissedError
from ledger.store.fact_store import LedgerFactStore
from ledger.store.log_store import LogStore, open_log
from ledger.store.log_writer import LogWriter
from ledger.transparency.log import prove
from ledger.transparency.note import parse_note
from tests_support.log_house import LogHouse

MakeHouse = Callable[..., LogHouse]


@pytest.fixture
def log(ledger_url: str) -> Iterator[LogStore]:
    opened = open_log(ledger_url.replace("ledger.db", "log.db"))
    yield opened
    opened.close()


@pytest.fixture
def make_house(store: LedgerFactStore, log: LogStore, tmp_path: Path) -> MakeHouse:
    return lambda *names, **more: LogHouse(store, log, tmp_path, names or ("one",), **more)


def test_a_published_head_is_believed_and_proves_each_fact(make_house: MakeHouse) -> None:
    house = make_house()
    house.step(700)
    head = house.log.latest()
    assert head is not None
    judged = house.policy.judge(head.note)
    assert (judged.checkpoint.size, judged.quorum_at) == (700, head.quorum_at)
    assert len(parse_note(head.note).signatures) == 4
    for position in (1, 256, 257, 700):
        (entry,) = house.facts.entries(after=position - 1, limit=1)
        assert house.log.wait_for(position, 0) == head
        assert prove(house.log, position - 1, head).verify(entry, house.policy)


def test_nothing_new_is_not_signed_again(make_house: MakeHouse) -> None:
    house = make_house()
    assert house.publisher.publish() is None
    house.step(3)
    asked = house.witnesses["one"].asked
    assert house.publisher.publish() is None
    assert house.new_publisher().publish() is None
    assert house.witnesses["one"].asked == asked


def test_heads_follow_one_another_with_proofs(make_house: MakeHouse) -> None:
    house = make_house("one", "two", enough=2)
    for count in (1, 5, 300, 1, 1):
        house.step(count)
    assert [head.size for head in house.log.heads(after=0, limit=10)] == [1, 6, 306, 307, 308]
    assert house.witnesses["one"].answers == [200] * 5


def test_another_publisher_learns_from_the_witness_what_it_knows(make_house: MakeHouse) -> None:
    house = make_house()
    house.step(10)
    house.happen(5)
    house.writer.integrate()
    published = house.new_publisher().publish()
    assert published is not None
    assert published.size == 15
    assert house.witnesses["one"].answers == [200, 409, 200]


def test_without_its_quorum_nothing_is_published_and_nothing_is_lost(
    make_house: MakeHouse,
) -> None:
    house = make_house("one", "two", "three", enough=2)
    house.step(5)
    house.witnesses["one"].lost = house.witnesses["two"].lost = True
    house.happen(4)
    house.writer.integrate()
    with pytest.raises(QuorumMissedError):
        house.publisher.publish()
    latest = house.log.latest()
    assert latest is not None
    assert (latest.size, house.log.size()) == (5, 9)
    assert house.log.wait_for(9, 0) is None
    house.witnesses["two"].lost = False
    house.step(1)
    covering = house.log.covering(8)
    assert covering is not None
    assert covering.size == 10


def test_a_slow_witness_holds_up_nobody(make_house: MakeHouse) -> None:
    house = make_house("one", "two", "slow", enough=2)
    house.witnesses["slow"].held = threading.Event()
    house.step(5)
    house.step(5)
    latest = house.log.latest()
    assert latest is not None
    assert latest.size == 10
    # It is asked once, and not again before it has answered.
    assert house.witnesses["slow"].asked == 1
    house.witnesses["slow"].held.set()


def test_a_quorum_of_slow_witnesses_is_given_up_and_asked_for_again(
    make_house: MakeHouse,
) -> None:
    house = make_house(patience_seconds=0.05)
    held = house.witnesses["one"].held = threading.Event()
    house.happen(3)
    house.writer.integrate()
    with pytest.raises(QuorumMissedError):
        house.publisher.publish()
    held.set()
    published = None
    while published is None:
        house.happen(1)
        house.writer.integrate()
        try:
            published = house.publisher.publish()
        except QuorumMissedError:
            continue
    assert house.policy.judge(published.note).checkpoint.size == published.size


def test_a_witness_that_objects_is_heard_though_the_others_are_enough(
    make_house: MakeHouse,
) -> None:
    house = make_house("one", "two", "three", enough=2)
    house.step(5)
    witness, known = house.witnesses["three"], house.witnesses["three"].heads
    head = known["records.example/log"]
    spoiled = head.checkpoint._replace(root=b"x" * 32)
    known["records.example/log"] = head._replace(checkpoint=spoiled)
    house.step(1)
    assert [one.rule for one in house.publisher.objections] == ["fork_refused"]
    latest = house.log.latest()
    assert latest is not None
    assert latest.size == 6
    assert witness.answers[-1] == 422


def test_a_witness_that_has_gone_back_is_not_counted(make_house: MakeHouse) -> None:
    house = make_house("one", "two", "three", enough=2)
    house.step(5)
    before = dict(house.witnesses["three"].heads)
    house.step(2)
    house.witnesses["three"].heads = before
    house.step(1)
    assert [one.rule for one in house.publisher.objections] == ["witness_went_back"]
    latest = house.log.latest()
    assert latest is not None
    assert latest.size == 8


def refuses(house: LogHouse, log: LogStore, *, here: str, outside: str) -> None:
    """See that another log is not signed: by this place's memory, and where that went with it."""
    for memory, rule in (("newest", here), ("another", outside)):
        with pytest.raises(LogError) as refused:
            house.new_publisher(log, memory=memory).publish()
        assert refused.value.rule == rule
    assert log.latest() is None
    log.close()


def test_a_log_that_has_gone_back_is_not_signed(
    make_house: MakeHouse, new_ledger: Callable[[], str]
) -> None:
    house = make_house()
    house.step(12)
    older = open_log(new_ledger())
    LogWriter(FirstEntries(house.facts, 9), older).integrate()
    refuses(house, older, here="log_rolled_back", outside="log_rolled_back")


def test_a_log_with_another_history_is_not_signed(
    make_house: MakeHouse, new_ledger: Callable[[], str]
) -> None:
    house = make_house()
    house.step(12)
    forged = open_log(new_ledger())
    entries = house.facts.entries(after=0, limit=12)
    entries[4] = b"\x01" + bytes(64)
    LogWriter(GivenEntries([*entries, entries[0]]), forged).integrate()
    refuses(house, forged, here="log_forked", outside="fork_refused")


def test_a_head_of_the_same_size_with_another_root_is_not_signed(
    make_house: MakeHouse, new_ledger: Callable[[], str]
) -> None:
    house = make_house()
    house.step(12)
    forged = open_log(new_ledger())
    entries = house.facts.entries(after=0, limit=12)
    LogWriter(GivenEntries([*reversed(entries)]), forged).integrate()
    refuses(house, forged, here="log_forked", outside="fork_refused")


def test_a_memory_that_cannot_be_read_stops_everything(
    make_house: MakeHouse, tmp_path: Path
) -> None:
    house = make_house()
    house.step(2)
    (tmp_path / "newest").write_bytes(b"\xff")
    house.happen(1)
    house.writer.integrate()
    with pytest.raises(LogError) as refused:
        house.publisher.publish()
    assert refused.value.rule == "memory_damaged"


def test_what_is_signed_is_remembered_before_a_witness_is_asked(
    make_house: MakeHouse, tmp_path: Path
) -> None:
    house = make_house()
    house.witnesses["one"].lost = True
    house.happen(4)
    house.writer.integrate()
    with pytest.raises(QuorumMissedError):
        house.publisher.publish()
    assert (tmp_path / "newest").read_text().splitlines()[1] == "4"


class GivenEntries:
    """A ledger of given entries."""

    def __init__(self, entries: list[bytes]) -> None:
        self._entries = entries

    def entries(self, *, after: int, limit: int) -> list[bytes]:
        return self._entries[after : after + limit]

    def head(self) -> int:
        return len(self._entries)


class FirstEntries(GivenEntries):
    """A ledger as it was."""

    def __init__(self, facts: LedgerFactStore, count: int) -> None:
        super().__init__(facts.entries(after=0, limit=count))
