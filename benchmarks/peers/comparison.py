"""The rounds and the rows: every peer beside ours, in turn, in processor time.

A peer is first shown to accept what it should and to refuse what a verifier must refuse; what else
it lets through stands beside its figure, as tried in the same run. Then all are timed in turn, a
block each, and the least disturbed block of each counts.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.peers.case import ES256, ESP256, MUST_REFUSE, Code, Form, Jwt, case, probes
from benchmarks.peers.install import COMMAND, FOLDER, HERE, ROOT, is_installed, node_in, python_in
from benchmarks.peers.process import Peer, PeerError, started
from benchmarks.table import Row

ROUNDS: Final = 150
BLOCK: Final = 64
"""Verifications of a round: few, so that some rounds are disturbed by nothing else."""
PROGRAMS: Final = "benchmarks.peers.programs"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who takes part, and what is read."""

    program: str
    """A module under `PROGRAMS`, or a file under ``node``."""
    form: Form
    reads: str
    """What the form is called in the table."""
    apart: bool = True
    """Whether it runs in the peers' environment."""
    floor: bool = False
    """Whether it is a signature check alone."""

    def command(self, given: Path, installed: Path) -> list[str]:
        """Return the command that starts it on the case in the file ``given``."""
        if self.program.endswith(".mjs"):
            return ["node", str(node_in(installed) / self.program), str(given)]
        python = str(python_in(installed)) if self.apart else sys.executable
        return [python, "-m", f"{PROGRAMS}.{self.program}", str(given)]


_OURS = Entry("ours", Code(ESP256), "our code", apart=False)
_OTHERS = (
    Entry("with_joserfc", Jwt(), "JWT"),
    Entry("with_pyjwt", Jwt(), "JWT"),
    Entry("with_cwt", Code(ESP256), "our code"),
    Entry("by_hand.mjs", Code(ESP256), "our code"),
    Entry("with_cose_kit.mjs", Code(ES256), "our code with ES256"),
    Entry("with_auth0_cose.mjs", Code(ES256), "our code with ES256"),
    Entry("raw_p256", Code(ESP256), "prepared", apart=False, floor=True),
    Entry("raw_p256.mjs", Code(ESP256), "prepared", floor=True),
)


def rows(installed: Path = FOLDER) -> Iterator[Row]:
    """Measure, and yield a row for each other verifier and each floor; none if not installed."""
    if not is_installed(installed):
        print(f"peers: not installed; {COMMAND} installs them (needs Node)", file=sys.stderr)
        return
    at = datetime.now(UTC).replace(microsecond=0)
    entries = (_OURS, *_OTHERS)
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        for file in (HERE / "node").glob("*.mjs"):  # Node looks for libraries beside a program
            shutil.copy(file, node_in(installed))
        peers = []
        for entry in entries:
            given = folder / f"{entry.program}.json"
            given.write_text(case(entry.form, at).as_json(), "utf-8")
            peers.append(running.enter_context(started(entry.command(given, installed), ROOT)))
        let = [_let_through(peer, entry, at) for peer, entry in zip(peers, entries, strict=True)]
        assert not let[0], let[0]
        best = _best(peers)
    for peer, entry, through, seconds in list(zip(peers, entries, let, best, strict=True))[1:]:
        yield _row(peer, entry, through, seconds, best[0])


def _let_through(peer: Peer, entry: Entry, at: datetime) -> list[str]:
    """Return what ``peer`` accepts and should not, after the proof that it is a verifier."""
    if not peer.accepts(case(entry.form, at).texts[0]):
        raise PeerError(f"{peer.name}: refuses a good text")
    spoiled = probes(entry.form, at)
    for wrong in MUST_REFUSE:
        if peer.accepts(spoiled[wrong]):
            raise PeerError(f"{peer.name}: accepts a text with {wrong}")
    rest = () if entry.floor else spoiled.keys() - MUST_REFUSE
    return [wrong for wrong in spoiled if wrong in rest and peer.accepts(spoiled[wrong])]


def _best(peers: list[Peer]) -> list[float]:
    """Return processor seconds of one verification of each, from the best of interleaved rounds."""
    spent: list[list[float]] = [[] for _ in peers]
    for _ in range(ROUNDS):
        for peer, seconds in zip(peers, spent, strict=True):
            seconds.append(peer.seconds(BLOCK) / BLOCK)
    return [min(seconds) for seconds in spent]


def _row(peer: Peer, entry: Entry, through: list[str], seconds: float, ours: float) -> Row:
    told = f"; lets through: {', '.join(through)}" if through else ""
    return Row(
        what=f"{peer.name} ({entry.reads}, {peer.runtime})",
        figure=f"{seconds * 1e6:.1f} µs{told}",
        floor=f"ours {ours * 1e6:.1f} µs",
        ratio=seconds / ours,
        bar=None if entry.floor else 1.0,
        at_most=False,
    )
