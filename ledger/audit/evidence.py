"""What an audit is given: a copy, a log, a policy, and what outsiders hold."""

from dataclasses import dataclass
from typing import NamedTuple

from ledger.audit.heads import OutsideHead
from ledger.audit.rows import RowSource
from ledger.audit.timestamps import Timestamps
from ledger.transparency.log import LogReader
from ledger.transparency.policy import Policy
from ledger.transparency.policy_history import FormerPolicy


class HeldProof(NamedTuple):
    """A ``.tlog-proof`` in somebody's hands."""

    name: str
    """Of the file."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is looked at. What is not given is not checked, and the report says so."""

    ledger: str | RowSource
    """``sqlite:///path``, ``postgresql://…``, or any `RowSource`."""
    log: str | LogReader | None = None
    policy: Policy | None = None
    """The newest one."""
    outside: tuple[OutsideHead, ...] = ()
    """Heads of files and witnesses."""
    silent: tuple[str, ...] = ()
    """Witnesses that were asked for their head and did not answer."""
    proofs: tuple[HeldProof, ...] = ()
    timestamps: Timestamps | None = None
    """Tokens of a time-stamping authority over published heads."""
    keys: str | None = None
    """The key store's connection string: then erasures are checked both ways."""
    files: str | None = None
    """Folder of the files beside the ledger: then each that a fact names is looked at."""
    former: tuple[FormerPolicy, ...] = ()
    """Policies before the newest one, and how far they reach: never by the log's own word."""
