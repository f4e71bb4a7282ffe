"""Changing a policy of the plain shape: log keys, witnesses, one group of which so many are enough.

A witness with several keys is a group of all of them. A policy of another shape is for a hand. A
log's key that was retired stays: old heads are believed by it.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.transparency.note import ED25519_COSIGNATURE, NoteKey, is_name
from ledger.transparency.policy import (
    NO_QUORUM,
    Group,
    Log,
    Policy,
    Witness,
    parse_policy,
    write_policy,
)

ENOUGH: Final = "enough"
"""Name of the group that is the quorum."""
_KINDS: Final = {ED25519_COSIGNATURE: "ed25519"}
_OTHER_KIND: Final = "ml-dsa-44"


def new_policy(keys: Sequence[NoteKey]) -> Policy:
    """Return the policy of a log that nobody witnesses yet."""
    return Policy(tuple(Log(key) for key in keys), {}, {}, NO_QUORUM)


def members_of(policy: Policy) -> tuple[str, ...]:
    """Return the names of the witnesses among which the quorum is.

    Raises:
        RefusedError: ``policy_shape``.
    """
    if policy.quorum == NO_QUORUM and not policy.witnesses and not policy.groups:
        return ()
    if policy.quorum != ENOUGH:
        raise RefusedError("policy_shape", f"expected a quorum named {ENOUGH}: edit it by hand")
    return policy.groups[ENOUGH].members


def add_witness(policy: Policy, name: str, keys: Sequence[NoteKey], address: str) -> Policy:
    """Return the policy with one more witness; the first one is the quorum by itself.

    Raises:
        InvalidInputError: ``witness_name``, or as of a policy: a key or name that is there.
        RefusedError: ``policy_shape``.
    """
    members = members_of(policy)
    if not is_name(name) or name in {ENOUGH, NO_QUORUM, *members}:
        raise InvalidInputError("name", "witness_name", "a new name, without spaces and plus signs")
    if not keys or not is_name(address):
        raise InvalidInputError("witness", "witness_form", "one or more keys, and an address")
    return _with(policy, members, Witnessing(name, keys, address))


class Witnessing(NamedTuple):
    """A witness with all of its keys."""

    name: str
    keys: Sequence[NoteKey]
    address: str


def _with(policy: Policy, members: tuple[str, ...], added: Witnessing) -> Policy:
    name, keys, address = added
    lines = {
        one.name: one
        for one in (
            Witness(name if len(keys) == 1 else f"{name}-{_kind(key)}", key, address)
            for key in keys
        )
    }
    groups = dict(policy.groups)
    enough = groups.pop(ENOUGH, Group(ENOUGH, 1, ()))
    if len(keys) > 1:
        groups[name] = Group(name, len(lines), tuple(lines))
    groups[ENOUGH] = enough._replace(members=(*members, name))
    return _checked(
        replace(policy, witnesses={**policy.witnesses, **lines}, groups=groups, quorum=ENOUGH)
    )


def remove_witness(policy: Policy, name: str) -> Policy:
    """Return the policy without a witness.

    Raises:
        NotFoundError: It has no such witness.
        RefusedError: ``quorum_too_few``: lower the quorum first; ``policy_shape``.
    """
    members = members_of(policy)
    if name not in members:
        raise NotFoundError(f"{name}: expected the name of a witness of the policy")
    enough = policy.groups[ENOUGH].threshold
    if len(members) <= enough:
        message = f"{enough} of {len(members)} are asked for: lower the quorum first"
        raise RefusedError("quorum_too_few", message)
    return _checked(_without(policy, members, name))


def replace_witness(policy: Policy, name: str, keys: Sequence[NoteKey], address: str) -> Policy:
    """Return the policy in which a witness has other keys; as many are enough as before.

    Raises:
        NotFoundError: It has no such witness.
        InvalidInputError: As of a policy: a key that is there.
        RefusedError: ``policy_shape``.
    """
    members = members_of(policy)
    if name not in members:
        raise NotFoundError(f"{name}: expected the name of a witness of the policy")
    left = _without(policy, members, name)
    return _with(left, left.groups[ENOUGH].members, Witnessing(name, keys, address))


def _without(policy: Policy, members: tuple[str, ...], name: str) -> Policy:
    left = tuple(member for member in members if member != name)
    gone = {name, *(policy.groups[name].members if name in policy.groups else ())}
    groups = {key: one for key, one in policy.groups.items() if key not in gone}
    groups[ENOUGH] = groups[ENOUGH]._replace(members=left)
    witnesses = {key: one for key, one in policy.witnesses.items() if key not in gone}
    return replace(policy, witnesses=witnesses, groups=groups)


def set_quorum(policy: Policy, enough: int) -> Policy:
    """Return the policy under which ``enough`` of its witnesses are enough.

    Raises:
        RefusedError: ``quorum_too_few``, ``policy_shape``.
    """
    members = members_of(policy)
    if not 0 < enough <= len(members):
        raise RefusedError("quorum_too_few", f"expected a number from 1 to {len(members)}")
    groups = {**policy.groups, ENOUGH: Group(ENOUGH, enough, members)}
    return _checked(replace(policy, groups=groups))


def join_log_keys(policy: Policy, keys: Sequence[NoteKey]) -> Policy:
    """Return the policy in which a log has these keys too; heads by the old ones count as before.

    Raises:
        InvalidInputError: As of a policy: a key that is there.
    """
    return _checked(replace(policy, logs=(*policy.logs, *(Log(key) for key in keys))))


def end_log_keys(policy: Policy, keys: Collection[NoteKey], size: int) -> Policy:
    """Return the policy in which these keys of a log count for heads of at most ``size`` leaves.

    Raises:
        RefusedError: ``log_keys_missing``: of a kind no key would be left for later heads.
    """
    logs = tuple(
        log._replace(until=size) if log.key in keys and log.until is None else log
        for log in policy.logs
    )
    ended = replace(policy, logs=logs)
    for origin in {key.name for key in keys}:
        left = {log.key.kind for log in logs if log.key.name == origin and log.until is None}
        if left != {key.kind for key in policy.log_keys(origin)}:
            raise RefusedError("log_keys_missing", "expected a key of each kind to be left")
    return _checked(ended)


def _kind(key: NoteKey) -> str:
    return _KINDS.get(key.kind, _OTHER_KIND)


def _checked(policy: Policy) -> Policy:
    """Return the policy as it will be read."""
    return parse_policy(write_policy(policy))
