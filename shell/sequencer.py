"""The log's process: takes facts into the log, publishes its heads, raises the alarm.

It can be killed at any moment and begun again, and a second one that is started does no harm. What
it cannot publish it keeps trying: no fact is lost by that, and no certificate gets out. A policy
that is changed is taken up with the next round.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Final

import structlog

from app import System
from keys.errors import KeysError
from keys.trust_list import CHECKPOINT_USE, KeyState
from ledger.commands import keys as key_commands
from ledger.errors import LedgerError, LogError, NotFoundError, QuorumMissedError
from ledger.store.log_publisher import LogPublisher
from ledger.store.log_store import LogStore
from ledger.store.log_writer import LogWriter
from ledger.store.witness_round import Clients, WitnessRound
from ledger.transparency.cosignature import NoteSigner
from ledger.transparency.log import PublishedHead
from ledger.transparency.witness_request import AskWitness
from verify_api.witness_client import WitnessClient

PACE_SECONDS: Final = 0.25
"""At least so long from one head to the next; the first after a pause comes at once."""
ROUND_SECONDS: Final = 1.0
"""How often it looks by itself, and how soon it tries again what did not go."""
ALARM_SECONDS: Final = 60.0
"""How often the same alarm is repeated."""
WITNESS_SECONDS: Final = 4.0
"""How long one witness may take to answer."""

_log = structlog.get_logger("records.log")


@dataclass
class LogState:
    """How the log stands, as the process sees it."""

    size: int = 0
    head: PublishedHead | None = None
    alarm: str | None = None
    """The rule of the alarm that is on; None if all is well."""
    waits_for_quorum: bool = False
    refusals: dict[str, int] = field(default_factory=dict)
    """How often nothing was published, by rule."""
    witnesses: dict[str, bool | None] = field(default_factory=dict)
    """Whether each witness has cosigned the last head that it was asked for."""

    @property
    def is_well(self) -> bool:
        """Whether the last round has published all there was."""
        return self.alarm is None and not self.waits_for_quorum


def log_of(system: System) -> LogStore:
    """Return the home's log.

    Raises:
        NotFoundError: It has none.
    """
    if system.log is None:
        raise NotFoundError("this home has no log: expected one by `records log init`")
    return system.log


def note_signers(system: System) -> list[NoteSigner]:
    """Return what signs the log's heads: every key that the policy names and that is not retired.

    Raises:
        LogError: ``log_key_not_active``: the ledger does not say that one may sign now.
        NotFoundError: The home has no log.
    """
    if system.policy is None:
        raise NotFoundError("this home has no log: expected one by `records log init`")
    origin, now = system.log_files.origin(), system.clockwork.now()
    active = {
        key.public.kid
        for key in key_commands.list_keys(facts=system.reading)
        if key.state is KeyState.ACTIVE
        and CHECKPOINT_USE in key.uses
        and key.sign_from <= now < key.sign_until
    }
    named = [log for log in system.policy.logs if log.key.name == origin]
    own = [log.key for log in named if log.until is None]
    for key in own:
        if key.public.kid not in active:
            message = f"key {key.public.kid.hex()[:16]} may not sign heads now"
            raise LogError("log_key_not_active", message)
    if not own:
        raise LogError("log_key_not_active", f"the policy names no key of {origin}")
    return [NoteSigner(key, partial(system.keyring.sign, key.public.kid)) for key in own]


class Network:
    """Returns what asks the witness at an address over the network: `Clients`."""

    def __init__(self, moved: Callable[[str], str] = str) -> None:
        """Ask at the address that ``moved`` makes of the policy's."""
        self._moved = moved
        self._clients: dict[str, WitnessClient] = {}

    def __call__(self, address: str) -> AskWitness:
        """Return what asks the witness at ``address``; its connection is kept."""
        there = self._moved(address)
        if there not in self._clients:
            self._clients[there] = WitnessClient(there, timeout=WITNESS_SECONDS)
        return self._clients[there].add_checkpoint

    def close(self) -> None:
        """Close all connections; an answer that is awaited comes first, or its time is up."""
        for client in self._clients.values():
            client.close()


class Sequencer:
    """One log process's life."""

    def __init__(self, system: System, *, clients: Clients | None = None) -> None:
        """Sequence the ledger of ``system``; ``clients`` are in place of the network.

        Raises:
            NotFoundError: The home has no log.
            LogError: ``log_key_not_active``.
        """
        self._log = log_of(system)
        self._network = Network()
        self._clients = clients or self._network
        self._system = system
        self._writer = LogWriter(system.reading, self._log)
        self._round, self._publisher = self._joined()
        self._policy = system.policy
        self._renewal = timedelta(minutes=system.settings.log_renewal_minutes)
        self._renewed_at: datetime | None = None
        self._stopping = threading.Event()
        self._alarmed_at = 0.0
        self.state = LogState(head=self._log.latest())

    def _joined(self) -> tuple[WitnessRound, LogPublisher]:
        """Return who asks and who publishes, as the system's policy says."""
        policy, files = self._system.policy, self._system.log_files
        assert policy is not None, "it belongs to the log"
        signers = note_signers(self._system)
        asking = WitnessRound(self._log, policy, self._clients)
        publisher = LogPublisher(
            self._log,
            origin=files.origin(),
            signers=signers,
            witnesses=asking,
            memory=files.memory,
        )
        return asking, publisher

    def _follow_policy(self) -> None:
        """Take up the policy in force if it is another one by now."""
        policy = self._system.log_files.policy()
        if policy == self._policy:
            return
        self._system.policy = policy
        before = self._round
        self._round, self._publisher = self._joined()
        self._policy = policy
        before.close()
        _log.info("policy", witnesses=len(self._round.witnesses))

    def run(self) -> None:
        """Sequence and publish until `stop`."""
        wakeup = self._system.reading.wakeup()
        try:
            while not self._stopping.is_set():
                began = monotonic()
                went = self.round()
                self._stopping.wait(max(0.0, began + PACE_SECONDS - monotonic()))
                if went:
                    wakeup.wait(ROUND_SECONDS)
                else:
                    self._stopping.wait(ROUND_SECONDS)
        finally:
            wakeup.close()
            self.close()

    @property
    def published_size(self) -> int:
        """Leaves under the newest head that this process knows."""
        return self.state.head.size if self.state.head else 0

    def stop(self) -> None:
        """Let `run` return after what is under way."""
        self._stopping.set()

    def close(self) -> None:
        """Let the threads that ask witnesses end."""
        self._round.close()
        self._network.close()

    def round(self) -> bool:
        """Take in and publish what is there; whether that went well. Never raises what it told."""
        went, before = False, self.published_size
        try:
            head = self.once()
        except QuorumMissedError as error:
            self._missed(error)
        except LogError as error:
            self._alarm(error.rule, error)
        except (LedgerError, KeysError) as error:
            self._refused(error.code)
            _log.warning("trouble", code=error.code, what=str(error))
        else:
            self.state.alarm, self.state.waits_for_quorum = None, False
            went = True
            if head is not None:
                _log.info("published" if head.size != before else "renewed", size=head.size)
        self._note()
        return went

    def once(self) -> PublishedHead | None:
        """Take in and publish what is there; return the head if there is a new one.

        Raises:
            LogError: The log would contradict itself, its ledger or its witnesses.
            QuorumMissedError: Too few witnesses cosigned.
            StoreUnavailableError: A database did not answer.
        """
        self._follow_policy()
        self.state.size = self._writer.integrate()
        now = self._system.clockwork.now()
        head = self._publisher.publish(renew_before=self._renew_before(now))
        if head is not None:
            self.state.head, self._renewed_at = head, now
        return head

    def _renew_before(self, now: datetime) -> datetime | None:
        """Return when a quorum is old; nothing is, while what was published here is young.

        Witnesses tell the time of a quorum: one whose clock is late is not asked without end.
        """
        before = now - self._renewal
        young = self._renewed_at is not None and self._renewed_at > before
        return None if young else before

    def _note(self) -> None:
        """Note what witnesses answered, and raise the alarm for what they object to."""
        self.state.witnesses = {one.names[0]: one.answered for one in self._round.witnesses}
        objections: Sequence[LogError] = self._publisher.objections
        if objections and self.state.alarm is None:
            self._tell(objections[0].rule, objections[0])

    def _missed(self, error: QuorumMissedError) -> None:
        self._refused(error.code)
        waited, self.state.waits_for_quorum = self.state.waits_for_quorum, True
        if not waited:  # told last: who reads it finds the state as it says
            _log.warning("quorum_missed", what=str(error))

    def _alarm(self, rule: str, error: LogError) -> None:
        self._refused(rule)
        if self.state.alarm != rule:
            self._alarmed_at = 0.0
        self.state.alarm = rule
        self._tell(rule, error)

    def _tell(self, rule: str, error: LogError) -> None:
        # Messages of these errors name positions and sizes, never a person.
        if not self._alarmed_at or monotonic() - self._alarmed_at >= ALARM_SECONDS:
            self._alarmed_at = monotonic()
            _log.error("alarm", rule=rule, what=str(error))

    def _refused(self, rule: str) -> None:
        self.state.refusals[rule] = self.state.refusals.get(rule, 0) + 1
