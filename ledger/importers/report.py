"""What an import did: counts and reasons, as text and as JSON; no value of any document."""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ledger.commands.deliveries import Outcome, Taken
from ledger.importers.pieces import LeftOut


@dataclass
class Report:
    """Counts so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By rule and place."""
    findings: Counter[str] = field(default_factory=Counter)
    """Taken in, and odd: other names or numbers than before."""
    papers: Counter[str] = field(default_factory=Counter)
    """What became of the referrals and appointments that visits say they used."""
    left_out: Counter[str] = field(default_factory=Counter)
    files: int = 0
    size: int = 0
    """Bytes of them."""
    seconds: float = 0.0
    _left_out_hashes: dict[str, bytes] = field(default_factory=dict)

    def take(self, taken: Taken) -> None:
        """Count an answer."""
        self.outcomes[taken.outcome.value] += 1
        self.findings.update(taken.findings)
        if taken.outcome is Outcome.REFUSED:
            self.refused[taken.rule, taken.place] += 1

    def refuse(self, rule: str, place: str) -> None:
        """Count a refusal before the ledger was asked."""
        self.outcomes[Outcome.REFUSED.value] += 1
        self.refused[rule, place] += 1

    def leave_out(self, piece: LeftOut) -> None:
        """Count what is left out; its hash goes into the hash of all of its type, in order."""
        self.left_out[piece.kind] += 1
        before = self._left_out_hashes.get(piece.kind, bytes(32))
        self._left_out_hashes[piece.kind] = sha256(before + piece.digest).digest()

    @property
    def total(self) -> int:
        """How many visits and resources were answered."""
        return sum(self.outcomes.values())

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {
            "files": self.files,
            "bytes": self.size,
            "seconds": round(self.seconds, 3),
            **{outcome.value: self.outcomes[outcome.value] for outcome in Outcome},
            "refused_by": [
                {"rule": rule, "place": place, "count": count}
                for (rule, place), count in self.refused.most_common()
            ],
            "findings": dict(self.findings),
            "papers": dict(self.papers),
            "left_out": [
                {"type": kind, "count": count, "sha256": self._left_out_hashes[kind].hex()}
                for kind, count in sorted(self.left_out.items())
            ],
        }

    def as_text(self) -> str:
        """Return it for a person."""
        lines = [f"{outcome.value:10} {self.outcomes[outcome.value]:>9,}" for outcome in Outcome]
        lines += [
            f"  {count:>9,}  {rule}{f' at {place}' if place else ''}"
            for (rule, place), count in self.refused.most_common()
        ]
        lines += [
            f"odd        {count:>9,}  {name}" for name, count in sorted(self.findings.items())
        ]
        lines += [f"papers     {count:>9,}  {name}" for name, count in sorted(self.papers.items())]
        lines += [
            f"left out   {count:>9,}  {kind} (hash {self._left_out_hashes[kind].hex()[:16]})"
            for kind, count in sorted(self.left_out.items())
        ]
        rate = self.total / self.seconds if self.seconds else 0.0
        lines.append(
            f"{self.files:,} files, {self.size:,} bytes, {self.seconds:.1f} s, {rate:,.0f} a second"
        )
        return "\n".join(lines)
