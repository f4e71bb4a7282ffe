"""A head at rest: shown to witnesses that lack it, cosigned anew before it is old."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.errors import LogError, QuorumMissedError
from ledger.store.fact_store import LedgerFactStore
from ledger.store.log_store import LogStore, open_log
from ledger.transparency.cosignature import verify_signatures
from ledger.transparency.log import PublishedHead
from ledger.transparency.note import ED25519_NOTE, parse_note
from ledger.transparency.policy import Log, Policy, parse_policy, write_policy
from tests_support.log_house import LogHouse
from tests_support.memory_log import ORIGIN, note_signer

MakeHouse = Callable[..., LogHouse]
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""Every quorum is older than this."""


@pytest.fixture
def log(ledger_url: str) -> Iterator[LogStore]:
    opened = open_log(ledger_url.replace("ledger.db", "log.db"))
    yield opened
    opened.close()


@pytest.fixture
def make_house(store: LedgerFactStore, log: LogStore, tmp_path: Path) -> MakeHouse:
    return lambda *names, **more: LogHouse(store, log, tmp_path, names or ("one",), **more)


def newest(house: LogHouse) -> PublishedHead:
    head = house.log.latest()
    assert head is not None
    return head


def signed(house: LogHouse, head: PublishedHead) -> set[str]:
    """Return the witnesses that have cosigned a head with both of their keys."""
    keys = {name: [one.key for one in witness.keys] for name, witness in house.witnesses.items()}
    note = parse_note(head.note)
    return {name for name, both in keys.items() if len(verify_signatures(note, both)) == 2}


def with_quorum(policy: Policy, enough: int) -> Policy:
    text = write_policy(policy)
    return parse_policy(text.replace("group enough 1 ", f"group enough {enough} "))


def test_a_witness_that_comes_back_gets_the_newest_head_though_no_fact_comes(
    make_house: MakeHouse,
) -> None:
    house = make_house("one", "two")
    house.witnesses["two"].lost = True
    house.step(5)
    first = newest(house)
    assert signed(house, first) == {"one"}
    house.witnesses["two"].lost = False
    joined = house.publisher.publish()
    assert joined == newest(house)
    assert signed(house, newest(house)) == {"one", "two"}
    assert house.witnesses["two"].heads[ORIGIN].checkpoint.size == 5
    assert house.witnesses["one"].asked == 1
    assert house.publisher.publish() is None
    # What was published stays as it was: it says since when the log has its leaves.
    assert house.log.covering(4) == first


def test_a_witness_that_is_added_gets_it_too(make_house: MakeHouse) -> None:
    house = make_house("one", "two")
    whole = house.policy
    house.witnesses["two"].lost = True
    house.step(5)
    house.witnesses["two"].lost = False
    house.policy = with_quorum(whole, 2)
    joined = house.new_publisher().publish()
    assert joined is not None
    assert house.policy.judge(joined.note).checkpoint.size == 5


def test_a_quorum_that_was_raised_is_missed_until_it_is_there(make_house: MakeHouse) -> None:
    house = make_house("one", "two")
    house.witnesses["two"].lost = True
    house.step(5)
    house.policy = with_quorum(house.policy, 2)
    publisher = house.new_publisher()
    with pytest.raises(QuorumMissedError):
        publisher.publish()
    house.witnesses["two"].lost = False
    assert publisher.publish() == newest(house)


def test_a_slow_witness_is_in_the_next_round_and_asked_once(make_house: MakeHouse) -> None:
    house = make_house("one", "slow")
    held = house.witnesses["slow"].held = threading.Event()
    house.step(5)
    assert house.publisher.publish() is None
    held.set()
    joined = None
    while joined is None:
        joined = house.publisher.publish()
    assert signed(house, joined) == {"one", "slow"}
    assert house.witnesses["slow"].asked == 1


def test_a_database_that_was_away_for_a_moment_stops_no_log_at_rest(make_house: MakeHouse) -> None:
    house = make_house("one", "two")
    house.witnesses["two"].hiccups = 2
    house.step(5)
    assert signed(house, newest(house)) == {"one"}
    assert house.publisher.publish() is None
    joined = house.publisher.publish()
    assert joined is not None
    assert signed(house, joined) == {"one", "two"}
    assert house.witnesses["two"].asked == 3


def test_a_witness_that_objects_at_rest_is_heard(make_house: MakeHouse) -> None:
    house = make_house("one", "two")
    house.witnesses["two"].lost = True
    house.step(5)
    other = house.witnesses["one"].heads[ORIGIN]
    forked = other.checkpoint._replace(root=b"x" * 32)
    house.witnesses["two"].heads[ORIGIN] = other._replace(checkpoint=forked)
    house.witnesses["two"].lost = False
    assert house.publisher.publish() is None
    assert [one.rule for one in house.publisher.objections] == ["fork_refused"]


def test_an_old_head_is_cosigned_anew_by_all(make_house: MakeHouse) -> None:
    house = make_house("one", "two", enough=2)
    house.step(5)
    first = newest(house)
    assert first.quorum_at is not None
    assert house.publisher.publish(renew_before=first.quorum_at) is None
    renewed = house.publisher.publish(renew_before=LATER)
    assert renewed == newest(house)
    assert (renewed.size, renewed.root) == (first.size, first.root)
    assert [house.witnesses[name].answers for name in ("one", "two")] == [[200, 200]] * 2
    assert house.log.covering(4) == first
    assert house.log.heads(after=0, limit=9) == [first]
    house.step(1)
    assert newest(house).size == 6


def test_a_renewal_without_its_quorum_leaves_what_is_there(make_house: MakeHouse) -> None:
    house = make_house("one", "two", enough=2)
    house.step(5)
    first = newest(house)
    house.witnesses["one"].lost = True
    with pytest.raises(QuorumMissedError):
        house.publisher.publish(renew_before=LATER)
    assert newest(house) == first


def test_a_log_that_has_gone_back_is_found_at_rest(make_house: MakeHouse) -> None:
    house = make_house()
    house.step(5)
    ahead = house.witnesses["one"].heads[ORIGIN]
    longer = ahead.checkpoint._replace(size=9)
    house.witnesses["one"].heads[ORIGIN] = ahead._replace(checkpoint=longer)
    with pytest.raises(LogError) as refused:
        house.publisher.publish(renew_before=LATER)
    assert refused.value.rule == "log_rolled_back"


def test_a_key_that_has_joined_signs_the_head_at_rest(make_house: MakeHouse) -> None:
    house = make_house()
    house.step(5)
    house.signers.append(note_signer(ORIGIN, ED25519_NOTE))
    house.policy = parse_policy(write_policy(house.policy) + f"log {house.signers[-1].key.vkey}\n")
    assert Log(house.signers[-1].key) in house.policy.logs
    renewed = house.new_publisher().publish()
    assert renewed is not None
    assert len(parse_note(renewed.note).signatures) == 5


def test_only_the_newest_head_is_renewed(log: LogStore) -> None:
    heads = [PublishedHead(size, bytes([size]) * 32, b"note", AT) for size in (3, 9)]
    assert not log.renew(heads[0])
    for head in heads:
        assert log.publish(head)
    later = heads[1]._replace(note=b"again", quorum_at=AT + timedelta(hours=1))
    assert log.renew(later)
    assert log.latest() == later
    assert not log.renew(heads[0]._replace(note=b"again"))
    assert not log.renew(later._replace(root=b"x" * 32))
    assert log.latest() == later
    assert log.covering(5) == heads[1]
    unwitnessed = later._replace(note=b"third", quorum_at=None)
    assert log.renew(unwitnessed)
    assert log.latest() == unwitnessed
    assert log.publish(PublishedHead(12, b"t" * 32, b"note 12", AT))
    assert log.latest() == PublishedHead(12, b"t" * 32, b"note 12", AT)


def test_the_database_lets_a_renewal_neither_go_nor_go_back(log: LogStore) -> None:
    head = PublishedHead(9, b"s" * 32, b"note", AT)
    log.publish(head)
    log.renew(head)
    for sql in (
        "DELETE FROM log_renewal", "UPDATE log_renewal SET size = 3",
        "UPDATE log_renewal SET root = note",
    ):  # fmt: skip
        with pytest.raises(Exception, match=r"renewed head only goes on|nothing is removed"):
            write(log, sql)
    assert log.latest() == head


def write(log: LogStore, sql: str) -> None:
    with log._database.writing() as session:
        session.execute(sql)


def test_who_looks_at_a_log_from_before_sees_its_head_and_later_its_renewal(
    ledger_url: str,
) -> None:
    place = ledger_url.replace("ledger.db", "log.db")
    head = PublishedHead(9, b"s" * 32, b"note", AT)
    before = open_log(place)
    before.publish(head)
    write(before, "DROP TABLE log_renewal")
    before.close()
    looking = open_log(place, read_only=True)
    assert looking.latest() == head
    sequencing = open_log(place)
    assert sequencing.renew(head._replace(note=b"again"))
    sequencing.close()
    assert looking.latest() == head._replace(note=b"again")
    looking.close()
