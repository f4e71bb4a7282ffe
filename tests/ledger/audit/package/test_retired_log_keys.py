"""A package's program knows a log's retired keys as the ledger does: for heads of their time."""

import pytest

from ledger.audit.package.verify import HEAD, Outcome, WrongError, check_head, read_policy
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import NoteSigner, sign
from ledger.transparency.note import ED25519_NOTE, ML_DSA_44_SUBTREE, Note, write_note
from ledger.transparency.policy import write_policy
from ledger.transparency.policy_edit import end_log_keys, join_log_keys, new_policy
from tests_support.memory_log import ORIGIN, note_signer

OLD, NEW = (
    [note_signer(ORIGIN, kind) for kind in (ED25519_NOTE, ML_DSA_44_SUBTREE)] for _ in range(2)
)
UNTIL = 9
POLICY = end_log_keys(
    join_log_keys(new_policy([one.key for one in OLD]), [one.key for one in NEW]),
    [one.key for one in OLD], UNTIL,
)  # fmt: skip


def size_of(size: int, signers: list[NoteSigner], text: str | None = None) -> int:
    head = Checkpoint(ORIGIN, size, b"r" * 32)
    note = write_note(Note(head.text, tuple(sign(head, one) for one in signers)))
    return check_head({HEAD: note}, read_policy(text or write_policy(POLICY)), Outcome()).size


def test_heads_of_their_time_are_believed_by_retired_keys() -> None:
    for signers in (OLD, [*OLD, *NEW], NEW):
        assert size_of(UNTIL, signers) == UNTIL
    assert size_of(UNTIL + 1, NEW) == size_of(UNTIL + 1, [*OLD, *NEW]) == UNTIL + 1


@pytest.mark.parametrize("signers", [OLD, [*OLD, NEW[0]], [*OLD, NEW[1]], [OLD[0], NEW[1]]])
def test_later_heads_are_not(signers: list[NoteSigner]) -> None:
    with pytest.raises(WrongError, match="a key of each kind"):
        size_of(UNTIL + 1, signers)


@pytest.mark.parametrize("remark", ["#: log-until 9 x", "#: log-until 9", "#: x"])
def test_the_end_of_no_key_is_refused(remark: str) -> None:
    with pytest.raises(WrongError):
        size_of(UNTIL, NEW, write_policy(POLICY) + remark + "\n")


def test_a_key_ends_once() -> None:
    again = f"#: log-until {UNTIL + 5} {OLD[0].key.short}\n"
    with pytest.raises(WrongError):
        size_of(UNTIL, NEW, write_policy(POLICY) + again)
