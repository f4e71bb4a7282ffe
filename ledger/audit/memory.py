"""The auditor's own memory: a folder with what was verified last, and the scan that is under way.

    state.json        what the last whole audit verified: log, size, root
    head-<size>       the head itself, a signed note
    tiles/<part>      the hash above each 256 leaves
    leaves/<part>     the leaves themselves, where they are kept
    edge-<size>       the leaves of the tile that was not full
    policies.json     by which policies heads were judged, and how far each reached
    findings.jsonl    everything that was ever found
    coverage.json     which entries were verified when, and where something was found: for a map
    rate              rows a second of the last scan
    scan/             the scan under way: its plan, and each part when it is done

It moves on only when a scan is whole and its findings are written: what was not looked at to the
end is never taken for verified. A process that dies loses the part that it was at.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ledger.audit.coverage import Coverage, coverage_from_json, merged
from ledger.audit.findings import Finding
from ledger.audit.join import JoinResult, joined_from_json
from ledger.audit.scope import Plan, scope_from_json
from ledger.audit.tasks import PartResult, result_from_json
from ledger.errors import InvalidInputError
from ledger.transparency.log import PublishedHead
from ledger.transparency.merkle import HASH_BYTES, Frontier, complete_root, fold, subtrees
from ledger.transparency.policy import parse_policy, write_policy
from ledger.transparency.policy_history import FormerPolicy, Policies
from ledger.transparency.tiles import WIDTH

FORMAT: Final = 1
POLICIES: Final = "policies.json"
COVERAGE: Final = "coverage.json"


@dataclass(frozen=True, slots=True)
class Verified:
    """What the last whole audit verified."""

    format: int
    size: int
    root: str
    """Hex."""
    part_rows: int
    at: str
    """When, by the auditor's clock."""


class AuditorMemory:
    """One auditor's memory of one log; one process at a time. Implements `Remembered`."""

    def __init__(self, folder: Path) -> None:
        """Keep it in ``folder``, which is made if it is not there.

        Raises:
            InvalidInputError: ``memory``: what is there is no memory, or of another format.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._verified: Verified | None = None
        if (folder / "state.json").exists():
            self._verified = _read_state(folder / "state.json")

    @property
    def verified(self) -> Verified | None:
        """What was verified last; None before the first whole audit."""
        return self._verified

    @property
    def size(self) -> int:
        """Leaves that were verified."""
        return self._verified.size if self._verified else 0

    def head(self) -> bytes | None:
        """Return the last verified head, a signed note."""
        return (self.folder / f"head-{self.size}").read_bytes() if self._verified else None

    def policies(self) -> tuple[FormerPolicy, ...]:
        """Return by which policies the heads up to `size` were judged, when they were new.

        Raises:
            InvalidInputError: ``memory``: what is there is not that.
        """
        file = self.folder / POLICIES
        if not file.exists():
            return ()
        try:
            known = [
                FormerPolicy(at, parse_policy(text)) for at, text in json.loads(file.read_bytes())
            ]
        except (ValueError, TypeError, InvalidInputError) as error:
            raise InvalidInputError("memory", "memory", "the policies of former audits") from error
        return tuple(one._replace(until=min(one.until, self.size)) for one in known)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the memory for one process.

        Raises:
            InvalidInputError: ``memory_in_use``.
        """
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise InvalidInputError("memory", "memory_in_use", "one audit at a time") from error
        try:
            yield
        finally:
            os.close(descriptor)

    # What was verified

    def tiles(self, part: int) -> Sequence[bytes]:
        """Return the hash above each full tile of a part."""
        if self._verified is None:
            return ()
        full = min(self.size - part * self._verified.part_rows, self._verified.part_rows) // WIDTH
        file = self.folder / "tiles" / str(part)
        return _hashes(file.read_bytes())[: max(full, 0)] if file.exists() else ()

    def leaves(self, part: int) -> bytes:
        """Return the leaves of a part, as far as they were kept."""
        file = self.folder / "leaves" / str(part)
        if self._verified is None or not file.exists():
            return b""
        return file.read_bytes()[: (self.size - part * self._verified.part_rows) * HASH_BYTES]

    def edge(self) -> tuple[int, Sequence[bytes]]:
        """Return the index and the leaves of the tile that was not full."""
        first = self.size // WIDTH * WIDTH
        if first == self.size:
            return first, ()
        return first, _hashes((self.folder / f"edge-{self.size}").read_bytes())

    def root_of(self, part: int) -> bytes | None:
        """Return the hash above a whole part; None where it was not whole."""
        tiles = self.tiles(part)
        whole = self._verified is not None and len(tiles) * WIDTH == self._verified.part_rows
        return complete_root(tiles) if whole else None

    def check(self, part_rows: int) -> None:
        """Refuse to go on from a memory that is damaged, or of parts of another size.

        Raises:
            InvalidInputError: ``memory_damaged``, ``memory_parts``, ``coverage_form``.
        """
        self.coverage()
        if self._verified is None:
            return
        if self._verified.part_rows != part_rows:
            expected = f"parts of {self._verified.part_rows} rows"
            raise InvalidInputError("memory", "memory_parts", expected)
        tree = Frontier()
        for part in range(-(-self.size // part_rows)):
            tree.extend(self.tiles(part))
        _, edge = self.edge()
        peaks = list(tree.peaks)
        peaks += [
            complete_root(edge[node.number << node.level : node.number + 1 << node.level])
            for node in subtrees(0, len(edge))
        ]
        if not peaks or tree.size * WIDTH + len(edge) != self.size:
            raise InvalidInputError("memory", "memory_damaged", "all tiles that were verified")
        if fold(peaks).hex() != self._verified.root:
            raise InvalidInputError("memory", "memory_damaged", "tiles that lead to its root")

    def rate(self) -> float | None:
        """Return how many rows a second the last scan read; None before the first."""
        file = self.folder / "rate"
        return float(file.read_text("ascii")) if file.exists() else None

    def note_rate(self, rate: float) -> None:
        """Note how many rows a second were read."""
        _write(self.folder / "rate", f"{rate:.1f}".encode("ascii"))

    def coverage(self) -> Coverage:
        """Return which entries were verified when; of audits that were whole or in part.

        Raises:
            InvalidInputError: ``coverage_form``: the file is damaged.
        """
        file = self.folder / COVERAGE
        if not file.exists():
            return Coverage()
        try:
            return coverage_from_json(json.loads(file.read_bytes()))
        except ValueError as error:
            raise InvalidInputError("memory", "coverage_form", "JSON in coverage.json") from error

    # The scan under way

    @property
    def scan(self) -> Path:
        """The folder of the scan under way."""
        return self.folder / "scan"

    def running(self) -> Plan | None:
        """Return the plan of the scan under way."""
        file = self.scan / "plan.json"
        if not file.exists():
            return None
        value = json.loads(file.read_bytes())
        return Plan(**{**value["plan"], "scope": scope_from_json(value["plan"]["scope"])})

    def arguments(self) -> dict[str, Any]:
        """Return what the scan under way was started with."""
        arguments: dict[str, Any] = json.loads((self.scan / "plan.json").read_bytes())["arguments"]
        return arguments

    def begin(self, plan: Plan, arguments: dict[str, Any]) -> None:
        """Begin a scan; one that was under way is given up."""
        shutil.rmtree(self.scan, ignore_errors=True)
        self.scan.mkdir(mode=0o700)
        value = {"plan": {**asdict(plan), "scope": plan.scope.as_json()}, "arguments": arguments}
        _write(self.scan / "plan.json", json.dumps(value).encode())

    def done(self, part: int) -> PartResult | None:
        """Return what a part of this scan came to, None if it was not finished."""
        file = self.scan / f"{part}.part"
        return result_from_json(json.loads(file.read_bytes())) if file.exists() else None

    def keep(self, result: PartResult) -> None:
        """Note that a part is done."""
        _write(self.scan / f"{result.number}.part", json.dumps(result.as_json()).encode())

    def joined(self, number: int) -> JoinResult | None:
        """Return what a range of streams came to, None if it was not finished."""
        file = self.scan / f"{number}.joined"
        return joined_from_json(json.loads(file.read_bytes())) if file.exists() else None

    def keep_joined(self, result: JoinResult) -> None:
        """Note that a range of streams is done."""
        _write(self.scan / f"{result.number}.joined", json.dumps(result.as_json()).encode())

    # Moving on

    def finish(
        self, findings: Iterable[Finding], *, at: datetime, head: PublishedHead | None, plan: Plan,
        coverage: Coverage, policies: Policies | None = None,
    ) -> None:  # fmt: skip
        """Write what was found; then, with a ``head``, remember it and the tree that was scanned.

        ``head`` is None where the tree or the heads are not believed: the memory then stays where
        it was, the findings are written all the same. ``policies`` are those by which heads were
        judged.
        """
        written = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(os.open(self.folder / "findings.jsonl", written, 0o600), "ab") as file:
            for finding in findings:
                line = json.dumps({"scan": at.isoformat(), **finding.as_json()})
                file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        known = json.dumps(merged(self.coverage(), coverage).as_json())
        _write(self.folder / COVERAGE, known.encode())
        if head is not None and head.size:
            if policies is not None:
                seen = [(one.until, write_policy(one.policy)) for one in policies.seen(head.size)]
                _write(self.folder / POLICIES, json.dumps(seen).encode())
            self._move_on(head, at, plan)
        shutil.rmtree(self.scan, ignore_errors=True)

    def _move_on(self, head: PublishedHead, at: datetime, plan: Plan) -> None:
        for name in ("tiles", "leaves"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        for file in self.scan.glob("*.part"):
            result = result_from_json(json.loads(file.read_bytes()))
            _write(self.folder / "tiles" / str(result.number), b"".join(result.tiles))
            if result.edge:
                _write(self.folder / f"edge-{head.size}", b"".join(result.edge))
            leaves = self.scan / f"{result.number}.leaves"
            if leaves.exists():
                self._keep_leaves(result, leaves.read_bytes())
        former = self.size
        verified = Verified(FORMAT, head.size, head.root.hex(), plan.part_rows, at.isoformat())
        _write(self.folder / f"head-{head.size}", head.note)
        _write(self.folder / "state.json", json.dumps(asdict(verified)).encode())
        self._verified = verified
        if former != head.size:
            for name in ("edge", "head"):
                (self.folder / f"{name}-{former}").unlink(missing_ok=True)

    def _keep_leaves(self, result: PartResult, leaves: bytes) -> None:
        file = self.folder / "leaves" / str(result.number)
        skipped = (result.first - result.start) * HASH_BYTES
        before = file.read_bytes()[:skipped] if skipped and file.exists() else b""
        _write(file, before.ljust(skipped, b"\x00") + leaves)


def _read_state(file: Path) -> Verified:
    try:
        verified = Verified(**json.loads(file.read_bytes()))
    except (ValueError, TypeError) as error:
        raise InvalidInputError("memory", "memory", "the state of an auditor's memory") from error
    if verified.format != FORMAT:
        raise InvalidInputError("memory", "memory", f"a memory of format {FORMAT}")
    return verified


def _hashes(data: bytes) -> list[bytes]:
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def _write(file: Path, content: bytes) -> None:
    """Write a file, whole or not at all, flushed."""
    new = file.with_name(file.name + ".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(descriptor)
    new.replace(file)
