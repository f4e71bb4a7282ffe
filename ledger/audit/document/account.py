"""What an auditor's document tells: the report, and how it was made. No personal data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from ledger.audit.memory import Verified
from ledger.audit.report import Report
from ledger.audit.scope import Scope
from ledger.transparency.policy import NO_QUORUM, Policy


class Quorum(NamedTuple):
    """Whose cosignatures a head needs, by the policy that the auditor was given."""

    needed: int
    members: tuple[str, ...]
    """Names of witnesses, or of groups of them; empty where none is asked for."""


class Held(NamedTuple):
    """The head that the auditor's memory held before this audit."""

    size: int
    root: str
    """Hex."""
    at: datetime
    """When it was verified, by the auditor's clock."""


class Brought(NamedTuple):
    """What outsiders brought to be held against the ledger."""

    heads: int = 0
    """Files with heads."""
    witnesses: int = 0
    """Witnesses that were asked for the head they saw."""
    proofs: int = 0
    keys: bool = False
    """Whether the key store was there: then erasures are checked both ways."""
    nodes: int = 0
    """Other nodes of the log that were asked for the head they show."""
    timestamps: bool = False
    """Whether heads that a time-stamping authority stamped were there."""
    former_policies: int = 0
    """Policies by which older heads are judged."""
    files: bool = False
    """Whether the folder of files was there: then each is held against the fact that names it."""


NOTHING: Final = Brought()
"""Nobody brought anything."""


@dataclass(frozen=True, slots=True)
class AuditAccount:
    """One audit, told from its beginning to its end."""

    report: Report
    scope: Scope
    begun_at: datetime
    """Aware; by the auditor's clock."""
    ended_at: datetime
    program: str
    """The release of this program, such as ``0.1.0``."""
    command: tuple[str, ...]
    """What makes the same audit again, word by word; without passwords."""
    origin: str | None = None
    """Of the log, as the policy names it; None without a policy."""
    policy_digest: str | None = None
    """SHA-256 of the policy's file, hex; None without a policy."""
    quorum: Quorum | None = None
    """None without a policy."""
    brought: Brought = NOTHING
    held: Held | None = None
    """None without a memory, or before its first whole audit."""

    def __post_init__(self) -> None:
        """Refuse times that could mean two moments."""
        if self.begun_at.tzinfo is None or self.ended_at.tzinfo is None:
            raise ValueError("expected aware times")

    def as_json(self) -> dict[str, Any]:
        """Return all but the findings, in plain values."""
        told = self.report.as_json()
        findings = told.pop("findings")
        return {
            **told,
            "findings": len(findings),
            "scope": self.scope.as_json(),
            "begun_at": self.begun_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "program": self.program,
            "command": list(self.command),
            "origin": self.origin,
            "policy_sha256": self.policy_digest,
            "quorum": None if self.quorum is None else self.quorum._asdict(),
            "brought": self.brought._asdict(),
            "held": None if self.held is None else _held_json(self.held),
        }


def _held_json(held: Held) -> dict[str, Any]:
    return {"size": held.size, "root": held.root, "at": held.at.isoformat()}


def quorum_of(policy: Policy) -> Quorum:
    """Return the outermost rule of a policy: so many of these witnesses or groups."""
    if policy.quorum == NO_QUORUM:
        return Quorum(0, ())
    group = policy.groups.get(policy.quorum)
    return Quorum(1, (policy.quorum,)) if group is None else Quorum(group.threshold, group.members)


def origin_of(policy: Policy) -> str:
    """Return the name of the log that a policy follows, of several all."""
    return ", ".join(sorted({log.key.name for log in policy.logs}))


def held_of(verified: Verified) -> Held:
    """Return what a memory held, from the state that it keeps."""
    return Held(verified.size, verified.root, datetime.fromisoformat(verified.at))
