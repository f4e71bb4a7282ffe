"""Reading without looking: every part about a person reads as if it were erased.

Projections, health checks and status lists get their facts through this, so that none of them can
hold, log or leak what it never saw.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ledger.personal import KEY_ID_BYTES, Erased, Purpose


class WithheldParts:
    """Implements `ledger.store.mapper.Seals` for readers; it seals nothing and opens nothing."""

    def seal(
        self, *, subject: UUID, stream_id: UUID, version: int, topic: str,
        parts: Mapping[Purpose, Mapping[str, object]],
    ) -> tuple[dict[str, bytes], list[bytes]]:  # fmt: skip
        """Never: who may not read personal data may not write it either."""
        del subject, stream_id, version, parts
        raise AssertionError(f"{topic}: this store only reads")

    def open(
        self, *, stream_id: UUID, version: int, topic: str, sealed: Mapping[str, bytes]
    ) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
        """Return every part as erased, named by its key."""
        del stream_id, version, topic
        opened: dict[str, dict[str, Any] | Erased] = {
            purpose: Erased(part[:KEY_ID_BYTES]) for purpose, part in sealed.items()
        }
        return opened, [None] * len(sealed)
