"""How often one network or account may ask: the generic cell rate algorithm, one number a key.

Each request moves a key's "theoretical arrival time" on by one interval; a key whose time lies
more than a burst ahead of now has to wait. Counts are a process's own: the composition root
divides the rate by the number of processes. Failed sign-ins are counted in the database instead.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from verify_api.errors import TooManyRequestsError

_SECOND: Final = 1_000_000_000
MOST_KEYS: Final = 100_000
"""About 20 MB; networks that are not waiting are dropped first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` requests at once, then ``per_second``."""

    per_second: float
    burst: int


class Limiter:
    """Counts requests by key; safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float], *, most_keys: int = MOST_KEYS) -> None:
        """Count by the clock ``monotonic``, in seconds."""
        self._monotonic = monotonic
        self._most_keys = most_keys
        self._arrival: dict[tuple[str, str], int] = {}
        self._one_at_a_time = threading.Lock()

    def count(self, sort: str, who: str, rate: Rate, *, cost: int = 1) -> None:
        """Count ``cost`` requests of ``sort`` by ``who``.

        Raises:
            TooManyRequestsError: With the seconds after which the next one is answered.
        """
        # Whole nanoseconds: sums of fractions would lose the last request of a burst.
        interval = round(_SECOND / rate.per_second)
        with self._one_at_a_time:
            now = int(self._monotonic() * _SECOND)
            arrival = max(self._arrival.get((sort, who), now), now)
            early = arrival - now - interval * (rate.burst - 1)
            if early > 0:
                raise TooManyRequestsError(early / _SECOND)
            if len(self._arrival) >= self._most_keys:
                self._make_room(now)
            self._arrival[sort, who] = arrival + interval * cost

    def _make_room(self, now: int) -> None:
        waiting = {key: arrival for key, arrival in self._arrival.items() if arrival > now}
        if len(waiting) >= self._most_keys:
            # Everybody waits: an attack from a hundred thousand networks. The half that would
            # wait shortest is forgotten, so that room is not made again at the next request.
            longest = sorted(waiting.items(), key=lambda item: item[1])[self._most_keys // 2 :]
            waiting = dict(longest)
        self._arrival = waiting


@lru_cache(maxsize=4096)
def network_of(address: str | None) -> str:
    """Return whom ``address`` stands for: itself for IPv4, its /64 for IPv6, as one household."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((int(parsed), 64), strict=False))
    return str(parsed)
