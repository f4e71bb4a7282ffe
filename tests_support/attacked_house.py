"""A small real ledger that is to be attacked: certificates, a recall, an erasure, a witnessed log.

It has three witnesses of which two are enough, and an auditor who was there before the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from ledger.audit.evidence import Evidence
from ledger.audit.memory import AuditorMemory
from ledger.audit.verify import verify
from ledger.certificates.procedure import Stage
from ledger.commands import erasure
from ledger.facts import Act
from ledger.personal import Purpose
from ledger.store.head_file import HeadFile
from ledger.store.log_publisher import LogPublisher
from ledger.store.log_store import open_log
from ledger.store.log_writer import LogWriter
from ledger.store.witness_round import WitnessRound
from ledger.transparency.log import PublishedHead
from ledger.transparency.note import ED25519_NOTE, ML_DSA_44_SUBTREE
from ledger.transparency.policy import Policy, parse_policy
from ledger.transparency.witness_request import AskWitness
from ledger.transparency.witnessing import KnownLog
from settings import Settings
from shell.population import people as sample_people
from tests_support.attacked_places import Places, fetch
from tests_support.desk_home import KEY_MEMORY_MIB, DeskHome, officer, open_home, start_home
from tests_support.memory_log import ORIGIN, note_signer
from tests_support.witness_bench import Bench, Clock
from verify_api.callers import Role
from verify_api.witness import LocalWitness

PART: Final = 256
_KEEPER: Final = "data_protection_officer"
_FORGOTTEN: Final = (Purpose.IDENTITY, Purpose.CONTACT, Purpose.JUDICIAL)


@dataclass
class AttackedHouse:
    """The ledger as it was before anybody laid hands on it. `found` it once, then only copy it."""

    folder: Path
    places: Places
    heads: list[PublishedHead] = field(default_factory=list)
    recalled: UUID = field(default_factory=uuid4)
    """Stream of the certificate that was recalled."""
    delivered: UUID = field(default_factory=uuid4)
    """Stream of one that is in force."""
    memory_size: int = 0
    """How many entries the auditor had verified."""
    backup: int = 0
    """Size of the log at the time of the oldest backup."""
    key_rows: list[tuple[object, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the log's keys and the witnesses."""
        self.signers = [note_signer(ORIGIN, kind) for kind in (ED25519_NOTE, ML_DSA_44_SUBTREE)]
        known = KnownLog(ORIGIN, tuple(one.key for one in self.signers))
        self.clock = Clock()
        self.benches = {
            f"http://{name}.example": Bench(
                self.folder / name, [known], f"{name}.example", self.clock
            )
            for name in ("one", "two", "three")
        }
        self.witnesses: dict[str, LocalWitness] = {
            address: bench.open() for address, bench in self.benches.items()
        }
        self.policy = self._policy()

    def _policy(self) -> Policy:
        lines = [f"log {one.key.vkey}" for one in self.signers]
        for address, bench in self.benches.items():
            name = bench.name.partition(".")[0]
            for kind, signer in zip(("ed", "ml"), bench.signers, strict=True):
                lines.append(f"witness {name}-{kind} {signer.key.vkey} {address}")
            lines.append(f"group {name} all {name}-ed {name}-ml")
        return parse_policy(
            "\n".join((*lines, "group enough 2 one two three", "quorum enough", ""))
        )

    @property
    def at(self) -> datetime:
        """When it ends."""
        return self.clock.at

    @property
    def memory(self) -> Path:
        """Where the auditor remembers."""
        return self.folder / "memory"

    def client(self, address: str) -> AskWitness:
        """Return what asks a witness."""
        return self.witnesses[address].add_checkpoint

    def found(self) -> None:
        """Live through it all, from the first key to the last head."""
        settings = Settings(
            self.folder / "home", ledger=self.places.ledger, views=self.places.views,
            subject_keys=self.places.keys, key_memory_mib=KEY_MEMORY_MIB,
        )  # fmt: skip
        start_home(settings)
        desk = open_home(settings)
        try:
            self._live(desk)
        finally:
            desk.close()

    def _live(self, desk: DeskHome) -> None:
        everybody = sample_people(11)
        subjects = self._register(desk, islice(everybody, 50))
        first, second = (desk.bring_to(Stage.READY, one) for one in islice(everybody, 2))
        self._publish(desk)
        self.recalled = desk.certificate(first).history.stream_id
        self.delivered = desk.certificate(second).history.stream_id
        for _ in range(3):
            self._register(desk, islice(everybody, 60))
            self._publish(desk)
        self.backup = self.heads[-1].size
        desk.later(hours=1)
        desk.do(first, "recall", officer(Role.SIGNER))
        self.key_rows = self._keys_of(subjects[3])
        self._forget(desk, subjects[3])
        self._publish(desk)
        self._remember()
        self._register(desk, islice(everybody, 20))
        desk.later(minutes=30)
        self._publish(desk)
        desk.bring_to(Stage.READY, next(everybody))
        desk.later(minutes=10)
        self._publish(desk)
        desk.system.projector.catch_up()

    def _register(self, desk: DeskHome, some: Iterable[object]) -> list[UUID]:
        found = []
        for person in some:
            desk.later(seconds=40)
            found.append(desk.register(person))  # type: ignore[arg-type]
        return found

    def _publish(self, desk: DeskHome) -> None:
        self.clock.at = desk.later(seconds=5)
        log = open_log(self.places.log)
        asking = WitnessRound(log, self.policy, self.client, patience_seconds=60)
        try:
            LogWriter(desk.system.facts, log).integrate()
            memory = HeadFile(self.folder / "newest")
            publisher = LogPublisher(
                log, origin=ORIGIN, signers=self.signers, witnesses=asking, memory=memory
            )
            head = publisher.publish()
            assert head is not None, "facts were recorded"
            self.heads.append(head)
        finally:
            asking.close()
            log.close()

    def _keys_of(self, subject: UUID) -> list[tuple[object, ...]]:
        return [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in fetch(
                self.places.keys,
                "SELECT wrapped, state, batch, key_id FROM subject_key WHERE subject = ?",
                [subject.bytes],
            )
        ]

    def _forget(self, desk: DeskHome, subject: UUID) -> None:
        facts, request, basis = desk.system.facts, uuid4(), "a court's order (mẫu)"

        def by(name: str) -> Act:
            return Act(desk.later(seconds=1), name, _KEEPER)

        for purpose in (Purpose.IDENTITY, Purpose.JUDICIAL):
            erasure.end_retention(
                facts, subject=subject, purpose=purpose, legal_basis=basis, act=by("keeper")
            )
        erasure.request_erasure(
            facts, subject=subject, request=request, purposes=_FORGOTTEN, legal_basis=basis,
            act=by("asker"),
        )  # fmt: skip
        for name in ("first", "second"):
            erasure.approve_erasure(facts, subject=subject, request=request, act=by(name))
        erasure.erase(
            facts, desk.system.subject_keys, subject=subject, request=request, act=by("second")
        )

    def _remember(self) -> None:
        evidence = Evidence(self.places.ledger, self.places.log, self.policy, keys=self.places.keys)
        memory = AuditorMemory(self.memory)
        report = verify(evidence, at=self.at, memory=memory, part_rows=PART)
        assert report.moved_on, report.findings
        self.memory_size = memory.size

    def close(self) -> None:
        """Close the witnesses."""
        for bench in self.benches.values():
            bench.close()
