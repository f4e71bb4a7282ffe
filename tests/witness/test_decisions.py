"""Every answer of the protocol, over a real memory."""

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.errors import InvalidInputError
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import sign, verify_signatures
from ledger.transparency.merkle import EMPTY_ROOT
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    Note,
    parse_note,
    write_note,
)
from ledger.transparency.policy import parse_policy
from ledger.transparency.witness_request import SIZE_TYPE, cosignatures, write_request
from ledger.transparency.witnessing import (
    KnownLog,
    Memory,
    Reply,
    Submission,
    Suspicion,
    WitnessedHead,
    examine,
    judge,
    require_apart,
)
from tests_support.memory_log import MemoryLog, note_signer
from tests_support.witness_bench import AT, Bench, asked, entries, head_of, known, way
from verify_api.witness import LocalWitness


def told(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body.decode()


def test_the_first_head_is_cosigned_by_both_keys(
    witness: LocalWitness, bench: Bench, log: MemoryLog
) -> None:
    reply = witness.add_checkpoint(asked(log, 0))
    assert reply.status == 200
    assert reply.body.count(b"\n") == 2
    note = parse_note(head_of(log) + reply.body)
    signed = verify_signatures(note, witness.keys)
    assert [one.key.kind for one in signed] == [ED25519_COSIGNATURE, ML_DSA_44_SUBTREE]
    assert {one.at for one in signed} == {AT}
    assert len({one.key.raw for one in signed}) == 2


def test_both_lines_make_a_quorum_of_the_policy(witness: LocalWitness, log: MemoryLog) -> None:
    reply = witness.add_checkpoint(asked(log, 0))
    logs = "".join(f"log {one.key.vkey}\n" for one in log.keys)
    one, two = (key.vkey for key in witness.keys)
    text = f"{logs}witness one {one}\nwitness two {two}\ngroup w all one two\nquorum w\n"
    cosigned = parse_policy(text).judge(head_of(log) + reply.body)
    assert cosigned.checkpoint.size == 3
    assert cosigned.quorum_at == AT
    assert len(cosigned.signatures) == 4


def test_a_time_is_told_in_whole_seconds(
    witness: LocalWitness, bench: Bench, log: MemoryLog
) -> None:
    bench.clock.on(0.75)
    reply = witness.add_checkpoint(asked(log, 0))
    signed = verify_signatures(parse_note(head_of(log) + reply.body), witness.keys)
    assert {one.at for one in signed} == {AT}


def test_a_head_that_goes_on_is_cosigned(witness: LocalWitness, log: MemoryLog) -> None:
    old = 0
    for number in (1, 2, 5, 300, 1):
        log.add(*entries(log.size(), number))
        assert witness.add_checkpoint(asked(log, old)).status == 200
        old = log.size()


def test_the_same_head_is_cosigned_again_with_the_time_of_then(
    witness: LocalWitness, bench: Bench, log: MemoryLog
) -> None:
    witness.add_checkpoint(asked(log, 0))
    bench.clock.on(60)
    reply = witness.add_checkpoint(asked(log, 3))
    signed = verify_signatures(parse_note(head_of(log) + reply.body), witness.keys)
    assert {one.at for one in signed} == {AT + timedelta(seconds=60)}


def test_an_empty_tree_may_come_first(witness: LocalWitness) -> None:
    empty = MemoryLog(keys=())
    # The same origin with other keys is nobody who is known here.
    assert witness.add_checkpoint(asked(empty, 0)).status == 403


def test_from_an_empty_tree_everything_goes_on(log: MemoryLog, bench: Bench) -> None:
    witness = bench.open()
    empty = MemoryLog(keys=log.keys)
    assert witness.add_checkpoint(asked(empty, 0)).status == 200
    assert witness.add_checkpoint(asked(log, 0)).status == 200


def test_an_empty_tree_has_one_root(witness: LocalWitness, log: MemoryLog) -> None:
    wrong = Checkpoint(log.origin, 0, bytes(32))
    assert wrong.root != EMPTY_ROOT
    note = write_note(Note(wrong.text, tuple(sign(wrong, one) for one in log.keys)))
    assert witness.add_checkpoint(write_request(0, [], note)).status == 422


@pytest.mark.parametrize(
    "body",
    [
        b"", b"old 0", b"old 0\n", b"old 0\n\n", b"new 0\n\nx\n", b"old -1\n\nx\n",
        b"old 01\n\nx\n",
        b"old  0\n\nx\n", b"old 0 \n\nx\n", b"old \xff\n\nx\n", b"old 9223372036854775808\n\nx\n",
        b"\nold 0\n\nx\n", "old ٣\n\nx\n".encode(), b"x" * (64 << 10), b"x" * ((64 << 10) + 1),
    ],
)  # fmt: skip
def test_another_form_is_malformed(witness: LocalWitness, body: bytes) -> None:
    assert witness.add_checkpoint(body).status == 400


def test_a_note_without_a_signature_line_is_malformed(
    witness: LocalWitness, log: MemoryLog
) -> None:
    text = head_of(log).partition(b"\n\n")[0]
    for note in (text, text + b"\n", text + b"\n\n", b"a\n1\n\n\xe2\x80\x94 a AAAAAAA=\n"):
        assert witness.add_checkpoint(b"old 0\n\n" + note).status == 400


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_of_another_length_is_malformed(
    witness: LocalWitness, log: MemoryLog, length: int
) -> None:
    body = write_request(0, [bytes(length)], head_of(log))
    assert witness.add_checkpoint(body).status == 400


def test_base64_in_another_form_is_malformed(witness: LocalWitness, log: MemoryLog) -> None:
    written = b64encode(bytes(32)).decode()
    for line in (written[:-1], written[:-2] + "B=", written.replace("A", "-"), f" {written}"):
        assert witness.add_checkpoint(f"old 0\n{line}\n\n".encode() + head_of(log)).status == 400


def test_sixty_three_hashes_are_read_and_sixty_four_are_malformed(
    witness: LocalWitness, log: MemoryLog
) -> None:
    for number, status in ((63, 422), (64, 400)):
        body = write_request(0, [bytes(32)] * number, head_of(log))
        assert witness.add_checkpoint(body).status == status


def test_an_old_size_above_the_new_one_is_malformed(witness: LocalWitness, log: MemoryLog) -> None:
    assert witness.add_checkpoint(write_request(4, [], head_of(log))).status == 400


def test_an_unknown_log_is_not_found(witness: LocalWitness) -> None:
    other = MemoryLog(origin="other.example/log")
    other.add(b"x")
    assert told(witness.add_checkpoint(asked(other, 0))) == (404, "unknown log\n")


def test_a_head_that_nobody_known_has_signed_is_forbidden(
    witness: LocalWitness, log: MemoryLog
) -> None:
    strangers = [note_signer(log.origin, ED25519_NOTE)]
    body = write_request(0, [], head_of(log, strangers))
    assert witness.add_checkpoint(body).status == 403


def test_a_bad_signature_of_a_known_key_spoils_the_whole_note(
    witness: LocalWitness, log: MemoryLog
) -> None:
    good = parse_note(head_of(log))
    for line in good.signatures:
        bad = line._replace(blob=line.blob[:-1] + bytes([line.blob[-1] ^ 1]))
        for lines in ((bad, *good.signatures), (*good.signatures, bad)):
            note = write_note(good._replace(signatures=lines))
            assert witness.add_checkpoint(write_request(0, [], note)).status == 403


def test_an_unreadable_signature_is_no_good_one(witness: LocalWitness, log: MemoryLog) -> None:
    good = head_of(log).decode()
    spoiled = good.removesuffix("\n")[:-4] + "!AA=\n"
    body = f"old 0\n\n{spoiled}".encode()
    assert told(witness.add_checkpoint(body)) == (403, "invalid signature\n")
    other = f"old 0\n\nnobody's\n{spoiled.partition(chr(10))[2]}".encode()
    assert witness.add_checkpoint(other).status == 404


def test_who_has_two_keys_must_sign_with_both(witness: LocalWitness, log: MemoryLog) -> None:
    for one in log.keys:
        body = write_request(0, [], head_of(log, [one]))
        assert witness.add_checkpoint(body).status == 403


def test_one_key_is_enough_where_that_is_said(log: MemoryLog, bench: Bench) -> None:
    bench.logs = [replace(known(log), needs_all=False)]
    witness = bench.open()
    for one in log.keys:
        log.add(b"more")
        old = witness.store.marks().heads
        size = old[log.origin].size if old else 0
        body = write_request(size, way(log, size), head_of(log, [one]))
        assert witness.add_checkpoint(body).status == 200


def test_a_keys_name_may_differ_from_the_origin(log: MemoryLog, bench: Bench) -> None:
    signer = note_signer("sum.example", ED25519_NOTE)
    odd = MemoryLog(origin="a database tree", keys=[signer])
    odd.add(b"x")
    bench.logs = [known(odd)]
    assert bench.open().add_checkpoint(asked(odd, 0)).status == 200


def test_lines_of_strangers_are_left_out_of_what_is_kept(
    witness: LocalWitness, log: MemoryLog
) -> None:
    note = parse_note(head_of(log))
    tree = Checkpoint(log.origin, 3, log._edge.root)
    strange = sign(tree, note_signer("stranger.example", ED25519_COSIGNATURE), AT)
    sent = write_note(note._replace(signatures=(strange, *note.signatures)))
    assert witness.add_checkpoint(write_request(0, [], sent)).status == 200
    head = witness.store.head(log.origin)
    assert head is not None
    assert b"stranger" not in head.note
    assert len(parse_note(head.note).signatures) == 4


def test_extension_lines_are_cosigned_as_they_came(bench: Bench) -> None:
    signer = note_signer("other.example/log", ED25519_NOTE)
    text = Checkpoint("other.example/log", 1, bytes(32)).text + "an extension\n"
    note = write_note(Note(text, (signer.key.signature(signer.sign(text.encode())),)))
    bench.logs = [KnownLog("other.example/log", (signer.key,))]
    witness = bench.open()
    reply = witness.add_checkpoint(write_request(0, [], note))
    assert len(cosignatures(reply, text, witness.keys)) == 2


def test_another_old_size_is_answered_with_the_size_that_is_known(
    witness: LocalWitness, log: MemoryLog
) -> None:
    assert told(witness.add_checkpoint(write_request(1, way(log, 1), head_of(log)))) == (409, "0\n")
    witness.add_checkpoint(asked(log, 0))
    log.add(*entries(3, 4))
    for old in (0, 1, 2, 4, 7):
        reply = witness.add_checkpoint(write_request(old, way(log, old), head_of(log)))
        assert told(reply) == (409, "3\n")
        assert reply.media_type == SIZE_TYPE


def test_a_way_that_does_not_lead_there_is_refused(witness: LocalWitness, log: MemoryLog) -> None:
    witness.add_checkpoint(asked(log, 0))
    log.add(*entries(3, 4))
    good = way(log, 3)
    spoiled = [bytes(32), *good[1:]]
    for proof in ([], good[:-1], [*good, bytes(32)], spoiled, good[::-1]):
        body = write_request(3, proof, head_of(log))
        assert witness.add_checkpoint(body).status == 422
    assert witness.add_checkpoint(write_request(3, good, head_of(log))).status == 200


def test_from_nothing_no_way_is_taken(witness: LocalWitness, log: MemoryLog) -> None:
    for proof in ([bytes(32)], way(log, 1)):
        assert witness.add_checkpoint(write_request(0, proof, head_of(log))).status == 422


def test_to_the_same_size_no_way_is_taken(witness: LocalWitness, log: MemoryLog) -> None:
    witness.add_checkpoint(asked(log, 0))
    assert witness.add_checkpoint(write_request(3, [bytes(32)], head_of(log))).status == 422


def test_the_same_size_with_another_root_is_refused(witness: LocalWitness, log: MemoryLog) -> None:
    witness.add_checkpoint(asked(log, 0))
    fork = MemoryLog(keys=log.keys)
    fork.add(*entries(0, 3, "other"))
    assert witness.add_checkpoint(asked(fork, 3)).status == 422


def test_a_clock_that_went_back_cosigns_nothing(
    witness: LocalWitness, bench: Bench, log: MemoryLog
) -> None:
    witness.add_checkpoint(asked(log, 0))
    log.add(b"more")
    bench.clock.on(-1)
    assert witness.add_checkpoint(asked(log, 3)).status == 503
    bench.clock.on(1)
    assert witness.add_checkpoint(asked(log, 3)).status == 200


def test_no_key_may_speak_for_two(log: MemoryLog) -> None:
    own = note_signer("witness.example", ML_DSA_44_SUBTREE).key
    require_apart([own], [known(log)])
    for keys in ([], [log.keys[0].key], [own, own]):
        with pytest.raises(InvalidInputError):
            require_apart(keys, [known(log)])
    with pytest.raises(InvalidInputError) as refused:
        require_apart([log.keys[1].key], [known(log)])
    assert refused.value.rule == "own_key"


def test_a_log_has_keys_of_its_own_and_a_name_of_one_line(log: MemoryLog) -> None:
    keys = tuple(one.key for one in log.keys)
    cosigner = note_signer("w.example", ED25519_COSIGNATURE).key
    for origin, held in (
        ("a", ()), ("a", (keys[0], keys[0])), ("a", (cosigner,)), ("", keys), ("a\nb", keys),
        ("a" * 256, keys),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError):
            KnownLog(origin, held)


SIGNERS = MemoryLog()
SIGNERS.add(*entries(0, 9))
LOGS = {SIGNERS.origin: known(SIGNERS)}
GOOD = asked(SIGNERS, 0)


def memory_of(log: MemoryLog, *, size: int, root: bytes, then: bytes | None) -> Memory:
    head = WitnessedHead(Checkpoint(log.origin, size, root), b"", AT)
    return Memory(head, then)


@given(st.binary(max_size=400))
@example(b"old 0\n\n" + b"\n" * 20)
def test_any_bytes_are_answered(body: bytes) -> None:
    assert isinstance(examine(body, LOGS), Reply)


@given(st.data())
def test_any_spoiled_request_is_answered_and_none_is_taken_for_another(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    change = data.draw(st.binary(max_size=3))
    body = GOOD[:at] + change + GOOD[at + data.draw(st.integers(0, 3)) :]
    examined = examine(body, LOGS)
    if isinstance(examined, Submission):
        # Whatever else was changed: the head is the log's own word, and is judged as such.
        assert examined.checkpoint == Checkpoint(SIGNERS.origin, 9, SIGNERS._edge.root)
    else:
        assert examined.status in {400, 403, 404}


@given(
    old=st.integers(0, 9),
    size=st.integers(1, 12),
    same=st.booleans(),
    then=st.sampled_from([None, SIGNERS._edge.root, bytes(32)]),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=3),
)
def test_nothing_but_what_was_proved_goes_on(
    old: int, size: int, *, same: bool, then: bytes | None, proof: list[bytes]
) -> None:
    examined = examine(write_request(old, proof, head_of(SIGNERS)), LOGS)
    assert isinstance(examined, Submission)
    root = SIGNERS._edge.root if same else bytes(32)
    judged = judge(examined, memory_of(SIGNERS, size=size, root=root, then=then), AT)
    if judged.refusal is None:
        assert old == size
        assert not proof
        assert same
        assert size == 9
    else:
        assert judged.refusal.status == (409 if old != size else 422)
        if then == bytes(32):
            assert judged.suspicion is Suspicion.FORK
