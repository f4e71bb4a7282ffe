"""Three witnesses, two of which are enough: one is slow, one forked, one lost."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.note import Signature, parse_note, write_note
from ledger.transparency.policy import Policy, parse_policy
from ledger.transparency.witness_request import (
    AskWitness,
    Reply,
    cosignatures,
    known_size,
    write_request,
)
from tests_support.memory_log import MemoryLog
from tests_support.witness_bench import Bench, entries, head_of, known, way
from verify_api.witness_client import WitnessClient


class Three:
    """Three witnesses of one log, and a policy of two of them."""

    def __init__(self, log: MemoryLog, folder: Path) -> None:
        self.log = log
        self.benches = [
            Bench(folder / name, [known(log)], name=f"{name}.example")
            for name in ("inspectorate", "audit", "bar")
        ]
        self.ask: list[AskWitness] = [bench.open().add_checkpoint for bench in self.benches]
        self.sizes = [0, 0, 0]

    @property
    def policy(self) -> Policy:
        lines = [f"log {one.key.vkey}" for one in self.log.keys]
        for bench in self.benches:
            one, two = bench.signers
            name = bench.folder.name
            lines += [f"witness {name}-1 {one.key.vkey}", f"witness {name}-2 {two.key.vkey}",
                      f"group {name} all {name}-1 {name}-2"]  # fmt: skip
        lines += ["group two 2 inspectorate audit bar", "quorum two"]
        return parse_policy("\n".join(lines) + "\n")

    def publish(self, log: MemoryLog | None = None) -> bytes:
        """Ask all three as a log does; return the head with what came back."""
        log = log or self.log
        note = parse_note(head_of(log))
        lines: list[Signature] = []
        for number, bench in enumerate(self.benches):
            keys = [one.key for one in bench.signers]
            reply = self._asked(number, log)
            size = known_size(reply)
            if size is not None and size <= log.size():
                self.sizes[number] = size
                reply = self._asked(number, log)
            with suppress(ProofError, InvalidInputError):
                lines += cosignatures(reply, note.text, keys)
                self.sizes[number] = log.size()
        return write_note(note._replace(signatures=(*note.signatures, *lines)))

    def _asked(self, number: int, log: MemoryLog) -> Reply:
        old = self.sizes[number]
        return self.ask[number](write_request(old, way(log, old), head_of(log)))


@pytest.fixture
def three(log: MemoryLog, tmp_path: Path) -> Iterator[Three]:
    made = Three(log, tmp_path)
    yield made
    for bench in made.benches:
        bench.close()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port on which somebody takes what comes and says nothing."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def take() -> None:
            with suppress(OSError):
                while True:
                    held.append(listening.accept()[0])

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
    for one in held:
        one.close()


def test_all_three_cosign_a_head_that_goes_on(three: Three) -> None:
    for _ in range(3):
        assert len(three.policy.judge(three.publish()).signatures) == 8
        three.log.add(*entries(three.log.size(), 4))


def test_two_are_enough_while_one_is_slow(three: Three, silent: int) -> None:
    three.ask[2] = WitnessClient(f"http://127.0.0.1:{silent}", 0.2).add_checkpoint
    assert len(three.policy.judge(three.publish()).signatures) == 6


def test_slow_and_lost_together_are_no_quorum(three: Three, silent: int, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    three.ask[1] = WitnessClient(f"http://127.0.0.1:{port}", 5.0).add_checkpoint
    three.ask[2] = WitnessClient(f"http://127.0.0.1:{silent}", 0.2).add_checkpoint
    with pytest.raises(ProofError) as refused:
        three.policy.judge(three.publish())
    assert refused.value.rule == "quorum_missed"


def test_one_that_was_led_astray_does_not_make_a_second_history_believed(three: Three) -> None:
    fork = MemoryLog(keys=three.log.keys)
    fork.add(*entries(0, 3, "other"))
    # The log shows one witness another history, and all three the first one.
    astray = three.benches[2].open()
    assert astray.add_checkpoint(write_request(0, [], head_of(fork))).status == 200
    note = three.publish()
    assert len(three.policy.judge(note).signatures) == 6
    (kept,) = astray.store.evidence()
    assert kept.suspicion == "fork"
    three.log.add(*entries(3, 2))
    assert len(three.policy.judge(three.publish()).signatures) == 6
    # The second history is cosigned by that one alone.
    with pytest.raises(ProofError):
        three.policy.judge(three.publish(fork))
    assert [len(bench.open().store.evidence()) for bench in three.benches] == [1, 1, 2]


def test_slow_astray_and_lost_leave_nothing_believed(three: Three, silent: int) -> None:
    assert three.policy.judge(three.publish()).checkpoint.size == 3
    fork = MemoryLog(keys=three.log.keys)
    fork.add(*entries(0, 9, "other"))
    three.ask[0] = WitnessClient(f"http://127.0.0.1:{silent}", 0.2).add_checkpoint
    three.benches[1].close()
    three.benches[1].database.unlink()
    with socket.create_server(("127.0.0.1", 0)) as gone:
        three.ask[1] = WitnessClient(
            f"http://127.0.0.1:{gone.getsockname()[1]}", 5.0
        ).add_checkpoint
    three.log.add(*entries(3, 1))
    with pytest.raises(ProofError):
        three.policy.judge(three.publish())  # one of three
    with pytest.raises(ProofError):
        three.policy.judge(three.publish(fork))  # none
