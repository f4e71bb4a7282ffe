"""Published heads: their signatures and quorum, and the heads that outsiders hold beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ledger.audit.findings import Finding, Severity, finding_from_json
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint
from ledger.transparency.cosignature import by_each_kind, verify_signatures
from ledger.transparency.log import PublishedHead
from ledger.transparency.note import parse_note
from ledger.transparency.policy import Policy
from ledger.transparency.policy_history import Policies


@dataclass(frozen=True, slots=True)
class HeadJudgement:
    """What became of one published head."""

    size: int
    root: bytes
    """As its note says, or as it is stored where the note cannot be read."""
    quorum_at: datetime | None
    """By the witnesses' signatures that were checked; None where nothing was."""
    finding: Finding | None = None
    checked: bool = False
    """Whether signatures and quorum were looked at."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "size": self.size,
            "root": self.root.hex(),
            "quorum_at": None if self.quorum_at is None else self.quorum_at.isoformat(),
            "finding": None if self.finding is None else self.finding.as_json(),
            "checked": self.checked,
        }


def judgement_from_json(value: Mapping[str, Any]) -> HeadJudgement:
    """Return the judgement that `HeadJudgement.as_json` wrote."""
    at, finding = value["quorum_at"], value["finding"]
    return HeadJudgement(
        value["size"],
        bytes.fromhex(value["root"]),
        None if at is None else datetime.fromisoformat(at),
        None if finding is None else finding_from_json(finding),
        value["checked"],
    )


def judge_head(head: PublishedHead, policy: Policy | None) -> HeadJudgement:
    """Return what is to be said of a published head; without a policy only what its note reads."""
    said = _said(head.note)
    root = head.root if said is None else said.root
    if policy is None:
        return HeadJudgement(head.size, root, None)
    try:
        cosigned = policy.judge(head.note)
    except (InvalidInputError, ProofError) as error:
        finding = _finding(head.size, error.rule, "a head that log and quorum have signed")
        return HeadJudgement(head.size, root, None, finding, checked=True)
    if (cosigned.checkpoint.size, cosigned.checkpoint.root) != (head.size, head.root):
        finding = _finding(head.size, "head", "size and root as the note says")
        return HeadJudgement(head.size, root, None, finding, checked=True)
    return HeadJudgement(head.size, root, cosigned.quorum_at, None, checked=True)


def _finding(size: int, rule: str, expected: str) -> Finding:
    place: dict[str, str | int] = {"size": size}
    return Finding(f"C3.{rule}", Severity.CRITICAL, place, expected, rule.replace("_", " "))


def _said(note: bytes) -> Checkpoint | None:
    """Return the head that a note's text says, whatever its signatures are."""
    text, _, _ = note.partition(b"\n\n")
    try:
        return parse_checkpoint(text.decode() + "\n")
    except (InvalidInputError, UnicodeDecodeError):
        return None


class OutsideHead(NamedTuple):
    """A head that somebody outside holds: a file, a witness's answer, an auditor's memory."""

    name: str
    """Which file or witness; shown in findings."""
    note: bytes


class KnownHead(NamedTuple):
    """An outsider's head that the log has signed."""

    name: str
    checkpoint: Checkpoint


def outside_head(given: OutsideHead, policies: Policies) -> KnownHead | Finding:
    """Return the head that an outsider holds, if every key of the log has signed it.

    A quorum is not asked for: a head that the log has signed binds it, whoever else saw it.
    """
    place: dict[str, str | int] = {"file": given.name}
    expected = "a head that the log has signed"
    try:
        note = parse_note(given.note)
        checkpoint = parse_checkpoint(note.text)
        size = checkpoint.size
        keys = policies.at(size).log_keys(checkpoint.origin, size=size)
        signed = {one.key for one in verify_signatures(note, keys)}
    except (InvalidInputError, ProofError) as error:
        return Finding(f"C4.{error.rule}", Severity.ERROR, place, expected, str(error))
    if not by_each_kind(keys, signed):
        found = "one of another log" if not keys else "one without the log's signatures"
        return Finding("C4.unsigned", Severity.ERROR, place, expected, found)
    return KnownHead(given.name, checkpoint)
