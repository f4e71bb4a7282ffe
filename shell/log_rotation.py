"""Changing the keys that sign the log's heads, without a head that somebody cannot believe.

Announced, then both, then retired: new keys are made and stand in the trust list; after their
notice the policy names them beside the old ones and each head is signed by all; when a head with
all of them is published, the old ones are retired. They stay in the policy, for heads of at most
that size: old proofs are believed as before, and a stolen old key makes no later head.
"""

from collections.abc import Mapping

from keys.trust_list import CHECKPOINT_USE, KeyState, TrustedKey
from ledger.commands import keys as key_commands
from ledger.errors import RefusedError
from ledger.facts import Act
from ledger.transparency.note import NoteKey, parse_note
from ledger.transparency.policy import Policy
from ledger.transparency.policy_edit import end_log_keys, join_log_keys
from shell.first_start import log_keys, note_keys
from shell.sequencer import log_of
from system import LIST_ID, System


def announce(system: System, act: Act) -> list[NoteKey]:
    """Make the successors of the log's keys, and publish them; they sign nothing yet.

    Raises:
        NotFoundError: The home has no log.
        RefusedError: ``rotation_begun``.
    """
    log_of(system)
    if _successors(system):
        raise RefusedError("rotation_begun", "new keys of the log wait to join the old ones")
    made = log_keys(system, act)
    _publish(system, act)
    return note_keys(system.log_files.origin(), made)


def join(system: System, act: Act, *, immediately_because: str | None = None) -> list[NoteKey]:
    """Let the new keys sign beside the old ones, after their notice.

    Raises:
        NotFoundError: The home has no log.
        RefusedError: ``rotation_not_begun``; ``signing_key_notice``, and no reason is given.
    """
    policy, new = _policy(system), _successors(system)
    if not new:
        raise RefusedError("rotation_not_begun", "expected new keys of the log: begin")
    for key in new:
        if key.state is KeyState.PENDING:
            key_commands.activate(
                facts=system.facts, act=act, kid=key.public.kid,
                immediately_because=immediately_because,
            )  # fmt: skip
    _publish(system, act)
    keys = note_keys(system.log_files.origin(), [key.public for key in new])
    system.keep_policy(join_log_keys(policy, keys))
    return keys


def finish(system: System, act: Act) -> tuple[list[NoteKey], int]:
    """Retire the old keys; return them, and the size of the largest head that they count for.

    Raises:
        NotFoundError: The home has no log.
        RefusedError: ``rotation_not_begun``; ``overlap_missing``: no head by the new keys yet.
    """
    policy, log = _policy(system), log_of(system)
    states = {key.public.kid: key for key in key_commands.list_keys(facts=system.reading)}
    old, new = _generations(policy, system.log_files.origin(), states)
    head = log.latest()
    size = 0 if head is None else head.size
    if old:
        working = all(_is_active(key, states) for key in old)
        lines = () if head is None else parse_note(head.note).signatures
        if working and not all(any(key.has_signed(line) for line in lines) for key in new):
            message = "the newest head is not signed by the new keys yet: let the log run"
            raise RefusedError("overlap_missing", message)
        # First the policy, which the log's process follows: it signs by keys in force alone.
        policy = end_log_keys(policy, old, size)
        system.keep_policy(policy)
    ended = [one.key for one in policy.logs if one.until is not None]
    left = [key for key in ended if _is_active(key, states)]
    if not old and not left:
        raise RefusedError("rotation_not_begun", "the log has one key of each kind: begin")
    for key in left:
        key_commands.retire(facts=system.facts, act=act, kid=key.public.kid)
    _publish(system, act)
    return old or left, size


def _is_active(key: NoteKey, states: Mapping[bytes, TrustedKey]) -> bool:
    known = states.get(key.public.kid)
    return known is not None and known.state is KeyState.ACTIVE


def _generations(
    policy: Policy, origin: str, states: Mapping[bytes, TrustedKey]
) -> tuple[list[NoteKey], list[NoteKey]]:
    """Return the keys in force that have a successor, and those that have none."""
    force = [one.key for one in policy.logs if one.key.name == origin and one.until is None]
    newest = {key.kind: key for key in sorted(force, key=lambda key: _since(key, states))}
    return [key for key in force if newest[key.kind] != key], list(newest.values())


def _since(key: NoteKey, states: Mapping[bytes, TrustedKey]) -> float:
    known = states.get(key.public.kid)
    return 0.0 if known is None else known.sign_from.timestamp()


def _successors(system: System) -> list[TrustedKey]:
    """Return the log's keys that may sign one day and that the policy does not name."""
    named = {one.key.public.kid for one in _policy(system).logs}
    return [
        key
        for key in key_commands.list_keys(facts=system.reading)
        if CHECKPOINT_USE in key.uses
        and key.state in {KeyState.PENDING, KeyState.ACTIVE}
        and key.public.kid not in named
    ]


def _policy(system: System) -> Policy:
    log_of(system)
    assert system.policy is not None, "it belongs to the log"
    return system.policy


def _publish(system: System, act: Act) -> None:
    key_commands.publish_trust_list(
        facts=system.facts, signer=system.keyring, act=act, list_id=LIST_ID
    )
