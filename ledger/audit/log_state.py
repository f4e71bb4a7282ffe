"""How a log stands: its newest head, who cosigned when, what waits for a head. Pure.

What is shown here is what the service itself says of its log: whoever does not believe the service
checks it from outside, with a policy of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ledger.audit.freshness import Freshness
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import parse_checkpoint
from ledger.transparency.cosignature import verify_signatures
from ledger.transparency.log import PublishedHead
from ledger.transparency.note import parse_note
from ledger.transparency.policy import NO_QUORUM, Policy

LOOKED_BACK: Final = 32
"""Heads that are looked through for a witness's newest cosignature."""


@dataclass(frozen=True, slots=True)
class WitnessSeen:
    """One witness of the policy, and its newest cosignature among the heads looked at."""

    name: str
    """In the policy."""
    at: datetime | None
    """By its own clock; None if none of the heads has one."""
    size: int | None
    """Of the head."""
    on_newest: bool


@dataclass(frozen=True, slots=True)
class LogState:
    """A log at a moment."""

    at: datetime
    origin: str | None
    facts: int
    """Position of the ledger's last fact."""
    tree: int
    """Leaves in the tree, published or not."""
    head: PublishedHead | None
    wrong: str | None
    """Why the policy does not believe the newest head, as the rule's name; None if it does."""
    quorum: str
    """As the policy says it: so many of these."""
    witnesses: tuple[WitnessSeen, ...]
    freshness: Freshness
    waiting_since: datetime | None = None
    """When the oldest fact that no published head covers was recorded."""

    @property
    def tail(self) -> int:
        """Facts that no published head covers."""
        return max(self.facts - (0 if self.head is None else self.head.size), 0)

    @property
    def age_seconds(self) -> int | None:
        """Since when the newest head's quorum is complete; None where none is asked for."""
        if self.head is None or self.head.quorum_at is None:
            return None
        return max(int((self.at - self.head.quorum_at).total_seconds()), 0)

    @property
    def is_stale(self) -> bool:
        """Whether the newest head is older than it may be."""
        age = self.age_seconds
        return age is not None and age > self.freshness.head_seconds

    @property
    def is_late(self) -> bool:
        """Whether a fact waits for a head longer than it may."""
        if self.waiting_since is None:
            return False
        return (self.at - self.waiting_since).total_seconds() > self.freshness.tail_seconds

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "at": self.at.isoformat(),
            "origin": self.origin,
            "facts": self.facts,
            "tree": self.tree,
            "head": None if self.head is None else head_json(self.head),
            "wrong": self.wrong,
            "age_seconds": self.age_seconds,
            "stale": self.is_stale,
            "quorum": self.quorum,
            "witnesses": [
                {
                    "name": one.name,
                    "at": _plain(one.at),
                    "size": one.size,
                    "on_newest": one.on_newest,
                }
                for one in self.witnesses
            ],
            "tail": self.tail,
            "waiting_since": _plain(self.waiting_since),
            "late": self.is_late,
        }


def head_json(head: PublishedHead) -> dict[str, Any]:
    """Return a head in plain values, without its note."""
    return {"size": head.size, "root": head.root.hex(), "quorum_at": _plain(head.quorum_at)}


def wrong_with(head: PublishedHead | None, policy: Policy) -> str | None:
    """Return why ``policy`` does not believe a head, as a rule's name; None if it does."""
    if head is None:
        return None
    try:
        cosigned = policy.judge(head.note)
    except (InvalidInputError, ProofError) as error:
        return error.rule
    same = (cosigned.checkpoint.size, cosigned.checkpoint.root) == (head.size, head.root)
    return None if same else "other_head"


def witnesses_seen(policy: Policy, heads: Iterable[PublishedHead]) -> tuple[WitnessSeen, ...]:
    """Return each witness's newest cosignature among ``heads``, the largest first.

    No more heads are looked at than are needed.
    """
    missing = {one.key: name for name, one in policy.witnesses.items()}
    found: dict[str, WitnessSeen] = {}
    for number, head in enumerate(heads):
        for key, at in _signed(policy, head):
            name = missing.pop(key, None)
            if name is not None:
                found[name] = WitnessSeen(name, at, head.size, on_newest=number == 0)
        if not missing:
            break
    nothing = (WitnessSeen(name, None, None, on_newest=False) for name in missing.values())
    found |= {one.name: one for one in nothing}
    return tuple(found[name] for name in policy.witnesses)


def _signed(policy: Policy, head: PublishedHead) -> Sequence[tuple[Any, datetime | None]]:
    try:
        note = parse_note(head.note)
        parse_checkpoint(note.text)
        keys = [one.key for one in policy.witnesses.values()]
        return [(one.key, one.at) for one in verify_signatures(note, keys)]
    except (InvalidInputError, ProofError):
        return ()


def quorum_words(policy: Policy) -> str:
    """Return the policy's outermost rule: so many of these witnesses or groups."""
    group = policy.groups.get(policy.quorum)
    if policy.quorum == NO_QUORUM or group is None:
        return policy.quorum
    return f"{group.threshold}/{len(group.members)}: {', '.join(group.members)}"


def origin_of(policy: Policy) -> str:
    """Return the name of the log that a policy follows."""
    return ", ".join(sorted({log.key.name for log in policy.logs}))


def _plain(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
