"""The clock, identifiers and randomness: the one place that asks the world for any of them."""

import secrets
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

from ledger.store.event_ids import RANDOM_BYTES, event_id


class Clockwork:
    """The one place that asks the world: what time it is, a new name, something unguessable."""

    @staticmethod
    def now() -> datetime:
        """Return the time, aware, UTC."""
        return datetime.now(UTC)

    @staticmethod
    def new_id() -> UUID:
        """Return a random identifier: of a stream, a person, a command."""
        return uuid4()

    @staticmethod
    def new_event_id() -> UUID:
        """Return an identifier that sorts by time."""
        return event_id(time.time_ns() // 1_000_000, secrets.token_bytes(RANDOM_BYTES))

    random = staticmethod(secrets.token_bytes)
    draw = staticmethod(secrets.randbelow)
