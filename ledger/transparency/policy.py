"""Which logs and witnesses count, and how many are enough: a policy file. Source: C2SP tlog-policy.

    log <vkey> [<address>]
    #: log-until <size> <name>+<key id>
    witness <name> <vkey> [<address>]
    group <name> <k | any | all> <member> …
    quorum <name | none>

A witness with two keys is two lines and a group of both. The second line is ours, and a remark to
other programs: the log's key above it was retired, and signs no head of more leaves. `Policy.judge`
is the one place where a head becomes believed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint, parse_size
from ledger.transparency.cosignature import Signed, by_each_kind, verify_signatures
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    NoteKey,
    has_controls,
    parse_note,
    parse_vkey,
)

NO_QUORUM: Final = "none"
LARGEST_POLICY: Final = 1 << 16
"""Characters."""
_OURS: Final = "#:"
_UNTIL: Final = "log-until"


class Log(NamedTuple):
    """A log that is followed; a log with two keys has two."""

    key: NoteKey
    address: str | None = None
    until: int | None = None
    """Leaves of the largest head that this key counts for; None for a key in force."""


class Witness(NamedTuple):
    """A key that cosigns heads."""

    name: str
    """In the policy; its key may be known to others by another one."""
    key: NoteKey
    address: str | None = None


class Group(NamedTuple):
    """So many of these are enough."""

    name: str
    threshold: int
    members: tuple[str, ...]
    """Names of witnesses and of groups above this one."""


class Cosigned(NamedTuple):
    """A head that the policy believes."""

    checkpoint: Checkpoint
    quorum_at: datetime | None
    """When the quorum was complete, by its witnesses' own clocks; None if none is asked for."""
    signatures: tuple[Signed, ...]
    """Every good signature by a key of the policy."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a verifier has decided about logs and witnesses."""

    logs: tuple[Log, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str
    """Name of a witness or group, or `NO_QUORUM`."""

    def judge(self, data: bytes, *, origin: str | None = None) -> Cosigned:
        """Return the head in the note ``data``.

        Of each kind of the log's keys that the policy names, one that counts for a head of this
        size must have signed: who trusts two kinds, trusts no head that one alone vouches for.

        Args:
            data: A signed note.
            origin: The only log that is meant; None takes any of the policy's.

        Raises:
            InvalidInputError: It is no note, or its text no checkpoint.
            ProofError: ``other_origin``, ``log_unknown``, ``log_unsigned``, ``signature_wrong``,
                ``quorum_missed``.
        """
        note = parse_note(data)
        checkpoint = parse_checkpoint(note.text)
        if origin is not None and checkpoint.origin != origin:
            raise ProofError("other_origin", "the head is another log's")
        own = self.log_keys(checkpoint.origin)
        if not own:
            raise ProofError("log_unknown", "the policy names no such log")
        signed = verify_signatures(note, [*own, *(one.key for one in self.witnesses.values())])
        counting = self.log_keys(checkpoint.origin, size=checkpoint.size)
        if not by_each_kind(counting, {one.key for one in signed}):
            raise ProofError("log_unsigned", "the log has not signed with a key of each kind")
        return Cosigned(checkpoint, self._quorum_at(signed), tuple(signed))

    def log_keys(self, origin: str, *, size: int | None = None) -> list[NoteKey]:
        """Return the keys of a log; with ``size`` those that count for a head of so many leaves."""
        own = [log for log in self.logs if log.key.name == origin]
        return [log.key for log in own if size is None or log.until is None or size <= log.until]

    def _quorum_at(self, signed: list[Signed]) -> datetime | None:
        if self.quorum == NO_QUORUM:
            return None
        times = {one.key: one.at for one in signed if one.at is not None}
        complete = self._complete_at(self.quorum, times)
        if complete is None:
            raise ProofError("quorum_missed", "fewer witnesses have cosigned than the policy asks")
        return complete

    def _complete_at(self, name: str, times: Mapping[NoteKey, datetime]) -> datetime | None:
        """Return when this witness had cosigned, or enough of this group's members had."""
        if name in self.witnesses:
            return times.get(self.witnesses[name].key)
        group = self.groups[name]
        reached = [self._complete_at(member, times) for member in group.members]
        known = sorted(at for at in reached if at is not None)
        return known[group.threshold - 1] if len(known) >= group.threshold else None


class _Draft:
    """A policy as far as it is read."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self.grouped: set[str] = set()

    def log(self, words: list[str]) -> None:
        """Read ``<vkey> [<address>]``."""
        vkey, address = _one_or_two(words)
        key = _key(vkey, {ED25519_NOTE, ML_DSA_44_SUBTREE})
        if any(log.key == key for log in self.logs):
            raise _refused("duplicate_key", "each log key once")
        self.logs.append(Log(key, address))

    def ours(self, words: list[str]) -> None:
        """Read ``log-until <size> <name>+<key id>``, of a key that is named above it."""
        if len(words) != 3 or words[0] != _UNTIL:  # noqa: PLR2004 (the words of its form)
            raise _refused("line_form", f"{_OURS} {_UNTIL} <size> <name>+<key id>")
        until = parse_size(words[1], "log")
        for number, log in enumerate(self.logs):
            if log.key.short == words[2] and log.until is None:
                self.logs[number] = log._replace(until=until)
                return
        raise _refused("unknown_key", "a log's key that is named above, ended once")

    def witness(self, words: list[str]) -> None:
        """Read ``<name> <vkey> [<address>]``."""
        name, rest = self._new_name(words)
        vkey, address = _one_or_two(rest)
        key = _key(vkey, {ED25519_COSIGNATURE, ML_DSA_44_SUBTREE})
        if any(one.key.raw == key.raw for one in self.witnesses.values()):
            raise _refused("duplicate_key", "each witness key once, under one name")
        self.witnesses[name] = Witness(name, key, address)

    def group(self, words: list[str]) -> None:
        """Read ``<name> <k | any | all> <member> …``."""
        name, rest = self._new_name(words)
        if not rest[1:]:
            raise _refused("group_form", "group <name> <k | any | all> <member> …")
        members = tuple(rest[1:])
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise _refused("unknown_member", "members that are defined above the group")
            if member in self.grouped:
                raise _refused("member_twice", "each witness and group in one group")
            self.grouped.add(member)
        threshold = {"any": 1, "all": len(members)}.get(rest[0])
        if threshold is None:
            threshold = parse_size(rest[0], "group")
        if not 0 < threshold <= len(members):
            raise _refused("group_threshold", "a number from 1 to that of the members")
        self.groups[name] = Group(name, threshold, members)

    def set_quorum(self, words: list[str]) -> None:
        """Read ``<name | none>``."""
        if self.quorum is not None or len(words) != 1:
            raise _refused("quorum_form", "one quorum, of one name")
        if words[0] not in {NO_QUORUM, *self.witnesses, *self.groups}:
            raise _refused("unknown_member", "a quorum that is defined above it")
        self.quorum = words[0]

    def _new_name(self, words: list[str]) -> tuple[str, list[str]]:
        if not words or words[0] in {NO_QUORUM, *self.witnesses, *self.groups}:
            raise _refused("duplicate_name", "a name of its own for each witness and group")
        return words[0], words[1:]


def parse_policy(text: str) -> Policy:
    """Return the policy that ``text`` writes.

    Raises:
        InvalidInputError: Says which line has which fault.
    """
    if len(text) > LARGEST_POLICY:
        raise _refused("policy_size", f"at most {LARGEST_POLICY} characters")
    draft = _Draft()
    read: dict[str, Callable[[list[str]], None]] = {
        "log": draft.log,
        "witness": draft.witness,
        "group": draft.group,
        "quorum": draft.set_quorum,
        _OURS: draft.ours,
    }
    for number, line in enumerate(text.split("\n"), 1):
        try:
            _read_line(line, read)
        except InvalidInputError as error:
            place = f"policy line {number}"
            raise InvalidInputError(place, error.rule, error.expected) from error
    if draft.quorum is None:
        raise _refused("quorum_form", "a quorum line")
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)


def _read_line(line: str, read: Mapping[str, Callable[[list[str]], None]]) -> None:
    if has_controls(line, but="\t"):
        raise _refused("control_character", "no control characters but tabs and newlines")
    words = line.replace("\t", " ").strip(" ").split(" ")
    words = [word for word in words if word]
    if not words or (words[0].startswith("#") and words[0] != _OURS):
        return
    if words[0] not in read:
        raise _refused("unknown_keyword", "log, witness, group or quorum")
    read[words[0]](words[1:])


def _one_or_two(words: list[str]) -> tuple[str, str | None]:
    match words:
        case [one]:
            return one, None
        case [one, two]:
            return one, two
        case _:
            raise _refused("line_form", "a key, and perhaps an address")


def _key(vkey: str, kinds: set[int]) -> NoteKey:
    key = parse_vkey(vkey)
    if key.kind not in kinds:
        raise _refused("key_kind", "a log's key is of kind 1 or 6, a witness's of kind 4 or 6")
    return key


def _refused(rule: str, expected: str) -> InvalidInputError:
    return InvalidInputError("policy", rule, expected)


def write_policy(policy: Policy) -> str:
    """Return the text of a policy."""
    lines = [f"log {_with(log.key.vkey, log.address)}" for log in policy.logs]
    lines += [
        f"{_OURS} {_UNTIL} {log.until} {log.key.short}"
        for log in policy.logs
        if log.until is not None
    ]
    lines += [
        f"witness {one.name} {_with(one.key.vkey, one.address)}"
        for one in policy.witnesses.values()
    ]
    lines += [
        f"group {one.name} {one.threshold} {' '.join(one.members)}"
        for one in policy.groups.values()
    ]
    return "\n".join((*lines, f"quorum {policy.quorum}")) + "\n"


def _with(word: str, address: str | None) -> str:
    return word if address is None else f"{word} {address}"
