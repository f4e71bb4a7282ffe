"""Opens of all that is sealed only what an online check compares; the rest reads as erased.

A process that verifies certificates then never holds what they say of anybody, and a check does
not pay for opening a draft, a token and a page that it does not look at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from ledger.personal import Erased, Purpose
from ledger.store.mapper import Seals
from ledger.store.withheld import WithheldParts

COMPARED: Final = frozenset({"certificate.signed/1"})
"""Facts whose sealed parts a check needs: the hash of what was signed."""


@dataclass(frozen=True, slots=True)
class NarrowParts:
    """Implements `ledger.store.mapper.Seals` for a store that only reads."""

    seals: Seals
    topics: frozenset[str] = COMPARED
    _withheld: WithheldParts = field(default_factory=WithheldParts, init=False)

    def seal(
        self, *, subject: UUID, stream_id: UUID, version: int, topic: str,
        parts: Mapping[Purpose, Mapping[str, object]],
    ) -> tuple[dict[str, bytes], list[bytes]]:  # fmt: skip
        """Never: this store only reads."""
        return self._withheld.seal(
            subject=subject, stream_id=stream_id, version=version, topic=topic, parts=parts
        )

    def open(
        self, *, stream_id: UUID, version: int, topic: str, sealed: Mapping[str, bytes]
    ) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
        """Return the parts of the facts that are compared, every other one as erased."""
        seals = self.seals if topic in self.topics else self._withheld
        return seals.open(stream_id=stream_id, version=version, topic=topic, sealed=sealed)
