"""What the port promises, over both databases."""

from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest

from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    RefusedError,
    StoreUnavailableError,
    UnknownFactError,
)
from ledger.facts import Change, Excerpt, Idempotency
from ledger.store.fact_store import Command, LedgerFactStore
from tests_support.toy_ledger import (
    Corner,
    Counted,
    Met,
    new_stream,
    toy_act,
    toy_ledger,
    toy_store,
)

ONCE = Idempotency("push-1", b"d" * 32)


def test_a_stream_comes_back_as_it_was_appended(store: LedgerFactStore) -> None:
    subject = uuid4()
    met = Met("office", "NGUYỄN VĂN MẪU", date(2000, 2, 29), "0900000000")
    change = Change(uuid4(), 0, (Counted(1), met), subject)
    receipt = store.append(toy_act(), change)
    history = store.history(change.stream_id)
    assert receipt.positions == (1, 2)
    assert not receipt.repeated
    assert history.facts == (Counted(1), met)
    assert history.version == 2
    first, second = history.recorded
    assert (first.event_id, second.event_id) == receipt.event_ids
    assert (first.topic, second.topic) == ("toy.counted/1", "toy.met/1")
    assert (first.position, first.version, first.act, first.subject) == (1, 1, toy_act(), subject)
    assert history.head == sha256(second.entry).digest()


def test_a_stream_is_continued_from_its_tip_without_its_facts(store: LedgerFactStore) -> None:
    change = new_stream(Counted(1), Counted(2))
    store.append(toy_act(), change)
    tip, history = store.tip(change.stream_id), store.history(change.stream_id)
    assert (tip.version, tip.head, tip.recorded) == (2, history.head, ())
    store.append(toy_act(), tip.then(Counted(3)))
    assert store.history(change.stream_id).facts[-1] == Counted(3)
    assert store.tip(uuid4()).version == 0


def test_the_latest_fact_of_a_name_is_found_among_others(store: LedgerFactStore) -> None:
    met = Met("01.H01", "NGUYỄN VĂN MẪU", None, "+84 900 000 000")
    change = Change(uuid4(), 0, (Counted(1), met, Counted(2), met), subject=uuid4())
    store.append(toy_act(), change)
    assert store.latest(change.stream_id, ("toy.counted/1",)) == Counted(2)
    assert store.latest(change.stream_id, ("toy.counted/1", "toy.met/1")) == met
    assert store.latest(change.stream_id, ("toy.painted/1",)) is None
    assert store.latest(uuid4(), ("toy.counted/1",)) is None
    with pytest.raises(UnknownFactError):
        store.latest(change.stream_id, ("toy.unheard/1",))


def test_an_excerpt_has_the_facts_that_were_asked_for_and_reads_no_other(
    store: LedgerFactStore,
) -> None:
    met = Met("office", "NGUYỄN VĂN MẪU", date(2000, 2, 29), "0900000000")
    change = Change(uuid4(), 0, (Counted(2), met, Counted(1)), uuid4())
    store.append(toy_act(), change, new_stream(Counted(3)))
    counted = store.excerpt(change.stream_id, ("toy.counted/1",))
    assert counted == Excerpt((Counted(2), Counted(1)), as_of=4)
    assert store.excerpt(change.stream_id, ("toy.met/1", "toy.counted/1")).facts[1] == met
    assert store.excerpt(change.stream_id, ("toy.painted/1",)) == Excerpt((), as_of=0)
    assert store.excerpt(uuid4(), ("toy.counted/1",)) == Excerpt((), as_of=0)
    with pytest.raises(UnknownFactError):
        store.excerpt(change.stream_id, ("toy.unheard/1",))
    store.close()
    with pytest.raises(StoreUnavailableError):
        store.excerpt(change.stream_id, ("toy.counted/1",))


def test_an_unknown_stream_has_no_history(store: LedgerFactStore) -> None:
    history = store.history(uuid4())
    assert (history.version, history.facts, history.head) == (0, (), None)
    assert store.head() == 0
    assert store.read(after=0, limit=10) == []


def test_the_second_to_decide_on_the_same_history_is_refused(store: LedgerFactStore) -> None:
    change = new_stream(Counted(1))
    store.append(toy_act(), change)
    with pytest.raises(ConflictError):
        store.append(toy_act(), change)
    history = store.history(change.stream_id)
    store.append(toy_act(), history.then(Counted(2)))
    with pytest.raises(ConflictError):
        store.append(toy_act(), history.then(Counted(3)))
    assert store.history(change.stream_id).facts == (Counted(1), Counted(2))


@pytest.mark.parametrize("previous", [None, b"p" * 32])
def test_a_stream_cannot_be_continued_beyond_its_end(
    store: LedgerFactStore, previous: bytes | None
) -> None:
    change = new_stream(Counted(1))
    store.append(toy_act(), change)
    with pytest.raises(ConflictError):
        store.append(toy_act(), Change(change.stream_id, 2, (Counted(3),), None, previous))
    assert store.head() == 1


def test_several_streams_are_changed_together_or_not_at_all(store: LedgerFactStore) -> None:
    one, other = new_stream(Counted(1)), new_stream(Counted(2))
    store.append(toy_act(), one)
    with pytest.raises(ConflictError):
        store.append(toy_act(), other, one)
    assert store.history(other.stream_id).version == 0
    assert store.append(toy_act(), other, new_stream(Counted(3))).positions == (2, 3)


def test_one_append_may_change_a_stream_twice(store: LedgerFactStore) -> None:
    change = new_stream(Counted(1))
    again = Change(change.stream_id, 1, (Counted(2),))
    store.append(toy_act(), change, again)
    assert store.history(change.stream_id).facts == (Counted(1), Counted(2))
    with pytest.raises(ConflictError):
        store.append(toy_act(), Change(change.stream_id, 2, (Counted(3),)), again)


def test_a_change_without_facts_asks_that_the_stream_has_not_moved(
    store: LedgerFactStore,
) -> None:
    watched = new_stream(Counted(1))
    store.append(toy_act(), watched)
    history = store.history(watched.stream_id)
    store.append(toy_act(), history.then(), new_stream(Counted(2)))
    store.append(toy_act(), history.then(Counted(3)))
    with pytest.raises(ConflictError):
        store.append(toy_act(), history.then(), new_stream(Counted(4)))
    with pytest.raises(ConflictError):
        store.append(toy_act(), Change(uuid4(), 7, ()), new_stream(Counted(4)))
    assert store.head() == 3


def test_an_append_of_nothing_is_no_fact(store: LedgerFactStore) -> None:
    assert store.append(toy_act()).positions == ()
    assert store.append(toy_act(), idempotency=ONCE).positions == ()
    assert store.append(toy_act(), idempotency=ONCE).repeated
    assert store.append(toy_act(), new_stream(Counted(1))).positions == (1,)


def test_each_fact_names_the_entry_of_the_one_before_it(store: LedgerFactStore) -> None:
    change = new_stream(Counted(1), Counted(2))
    store.append(toy_act(), change)
    store.append(toy_act(), store.history(change.stream_id).then(Counted(3)))
    # A caller that knows only the version is given the chain's link by the store.
    store.append(toy_act(), Change(change.stream_id, 3, (Counted(4),)))
    rows = store._recorder.stream(change.stream_id)
    previous = [None, *[sha256(row.entry).digest() for row in rows[:-1]]]
    assert [store._mapper.envelope(row).previous for row in rows] == previous


def test_a_repeated_command_gets_the_first_answer(store: LedgerFactStore) -> None:
    assert store.answered(ONCE) is None
    first = store.append(toy_act(), new_stream(Counted(1), Counted(2)), idempotency=ONCE)
    again = store.append(toy_act(), new_stream(Counted(1), Counted(2)), idempotency=ONCE)
    assert (again.positions, again.event_ids) == (first.positions, first.event_ids)
    assert again.repeated
    assert store.answered(ONCE) == again
    assert store.head() == 2


def test_a_key_used_for_another_content_is_refused(store: LedgerFactStore) -> None:
    store.append(toy_act(), new_stream(Counted(1)), idempotency=ONCE)
    other = Idempotency(ONCE.key, b"e" * 32)
    with pytest.raises(IdempotencyMismatchError):
        store.append(toy_act(), new_stream(Counted(2)), idempotency=other)
    with pytest.raises(IdempotencyMismatchError):
        store.answered(other)


def test_the_idempotency_key_itself_is_not_stored(store: LedgerFactStore) -> None:
    change = new_stream(Counted(1))
    store.append(toy_act(), change, idempotency=Idempotency("a-telling-key", b"d" * 32))
    row = store._recorder.stream(change.stream_id)[0]
    assert b"a-telling-key" not in row.state
    assert store._mapper.envelope(row).idempotency == sha256(b"a-telling-key").digest()


def test_thousands_of_facts_are_one_append(store: LedgerFactStore) -> None:
    changes = [new_stream(*[Counted(n) for n in range(10)]) for _ in range(300)]
    receipt = store.append(toy_act(), *changes)
    assert receipt.positions == tuple(range(1, 3_001))
    assert store.history(changes[-1].stream_id).recorded[-1].position == 3_000


def test_many_commands_are_stored_together_with_their_own_answers(store: LedgerFactStore) -> None:
    keys = [Idempotency(f"visit-{n}", b"d" * 32) for n in range(50)]
    commands = [Command(toy_act(), (new_stream(Counted(1), Counted(2)),), key) for key in keys]
    receipts = store.append_many(commands)
    assert [receipt.positions[0] for receipt in receipts] == list(range(1, 100, 2))
    for key, receipt in zip(keys, receipts, strict=True):
        answer = store.answered(key)
        assert answer is not None
        assert (answer.positions, answer.event_ids) == (receipt.positions, receipt.event_ids)
    with pytest.raises(ConflictError):
        store.append_many([Command(toy_act(), (new_stream(Counted(3)),)), commands[0]])
    assert store.head() == 100
    assert store.append_many([]) == []


def test_reading_goes_on_after_a_position_and_by_name(store: LedgerFactStore) -> None:
    met = Met("office", "NGUYỄN VĂN MẪU", None, "0900000000")
    change = Change(uuid4(), 0, (Counted(1), met, Counted(2)), uuid4())
    store.append(toy_act(), change)
    assert [recorded.position for recorded in store.read(after=1, limit=10)] == [2, 3]
    assert [recorded.position for recorded in store.read(after=0, limit=1)] == [1]
    only = store.read(after=0, limit=10, topics=["toy.met/1"])
    assert [recorded.fact for recorded in only] == [met]
    assert store.read(after=0, limit=10, topics=[]) == []
    with pytest.raises(UnknownFactError):
        store.read(after=0, limit=10, topics=["toy.unheard/1"])


def test_a_follower_sees_every_fact_of_other_threads_in_order(store: LedgerFactStore) -> None:
    store.append(toy_act(), new_stream(Counted(0)))

    def write() -> None:
        for number in range(1, 50):
            store.append(toy_act(), new_stream(Counted(number)))

    writer = Thread(target=write)
    writer.start()
    seen = []
    for recorded in store.subscribe(after=0):
        seen.append(recorded)
        if len(seen) == 50:
            break
    writer.join()
    assert [recorded.position for recorded in seen] == list(range(1, 51))
    assert [recorded.fact for recorded in seen] == [Counted(n) for n in range(50)]


def test_following_ends_when_nothing_comes(store: LedgerFactStore) -> None:
    store.append(toy_act(), new_stream(Counted(1)))
    assert [r.position for r in store.subscribe(after=0, timeout=0.05)] == [1]
    assert list(store.subscribe(after=1, timeout=0)) == []


def test_a_fact_without_a_stored_name_is_refused(store: LedgerFactStore) -> None:
    with pytest.raises(UnknownFactError):
        store.append(toy_act(), new_stream(Corner(1, None)))  # type: ignore[arg-type]
    assert store.head() == 0


def test_sealed_fields_need_a_subject(store: LedgerFactStore) -> None:
    with pytest.raises(ValueError, match="subject"):
        store.append(toy_act(), new_stream(Met("office", "NGUYỄN VĂN MẪU", None, "0")))


def test_a_ledger_outlives_its_process(ledger_url: str) -> None:
    with toy_ledger(ledger_url) as before:
        before.append(toy_act(), new_stream(Counted(1)), idempotency=ONCE)
    with toy_ledger(ledger_url) as after:
        assert after.read(after=0, limit=2)[0].fact == Counted(1)
        assert after.append(toy_act(), new_stream(Counted(1)), idempotency=ONCE).repeated


def test_a_closed_store_is_unavailable(ledger_url: str) -> None:
    store = toy_store(ledger_url)
    store.close()
    with pytest.raises(StoreUnavailableError):
        store.append(toy_act(), new_stream(Counted(1)))
    with pytest.raises(StoreUnavailableError):
        store.history(UUID(int=1))


@pytest.mark.parametrize("url", ["", "sqlite:///", "mysql://somewhere/ledger", "ledger.db"])
def test_other_connection_strings_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        toy_store(url)


def test_a_ledger_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, but long enough to be looked at" * 9)
    for url in (
        f"sqlite:///{tmp_path / 'no such folder' / 'ledger.db'}",
        f"sqlite:///{tmp_path / 'notes.txt'}",
        f"postgresql://nobody@/ledger?host={tmp_path}",
    ):
        with pytest.raises(StoreUnavailableError):
            toy_store(url)


def test_the_self_check_is_content_with_a_healthy_ledger(store: LedgerFactStore) -> None:
    for number in range(3):
        store.append(toy_act(), new_stream(Counted(number)))
    findings = {finding.check: finding for finding in store.integrity(deep=True)}
    # The tests' own server gives up durability for speed, and the check says so.
    findings.pop("fsync", None)
    assert all(finding.holds for finding in findings.values()), findings
    assert findings["gapless"].found == "3 facts, last 3, removed up to 0"
    assert findings["entries"].found == "3 entries"


def test_a_file_is_copied_while_it_is_written(tmp_path: Path) -> None:
    with toy_ledger(f"sqlite:///{tmp_path / 'ledger.db'}") as store:
        store.append(toy_act(), new_stream(Counted(1)))
        store.backup(tmp_path / "copy.db")
        store.append(toy_act(), new_stream(Counted(2)))
    with toy_ledger(f"sqlite:///{tmp_path / 'copy.db'}") as copy:
        assert [recorded.fact for recorded in copy.read(after=0, limit=9)] == [Counted(1)]
        assert all(finding.holds for finding in copy.integrity(deep=True))


@pytest.mark.postgresql
def test_a_server_is_backed_up_by_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    with toy_ledger(postgres_url) as store, pytest.raises(RefusedError):
        store.backup(tmp_path / "copy.db")


def test_many_streams_are_read_together(store: LedgerFactStore) -> None:
    streams = [UUID(int=number) for number in range(1, 1_000)]
    met = Met("office", "NGUYỄN VĂN MẪU", date(2000, 2, 29), "0900000000")
    for stream in streams[:20]:
        store.append(toy_act(), store.history(stream).then(Counted(1)))
        store.append(toy_act(), store.history(stream).then(met, subject=stream))
    found = store.histories(streams)
    assert list(found) == streams
    assert {stream: found[stream] for stream in streams[:20]} == {
        stream: store.history(stream) for stream in streams[:20]
    }
    assert found[streams[20]] == store.history(streams[20])
    assert store.histories([]) == {}
