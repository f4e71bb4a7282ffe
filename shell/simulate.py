"""Plays a day: begins each arrival when it is due, whether the service keeps up or not.

An open loop: a closed one, in which the next request waits for the answer before, slows down with
the service and hides what it does to people. Where all threads are busy an arrival begins late,
and how late is told.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Final, Protocol

from shell.simulate_day import Arrival, Kind

THREADS: Final = 64
TELL_EVERY: Final = 5.0


class Actor(Protocol):
    """Does what arrivals do; `shell.simulate_acts.Acts` does."""

    def play(self, kind: Kind, due: float) -> None:
        """Do what an arrival of ``kind`` does; ``due`` is the second at which it was to begin."""
        ...


def play(
    acts: Actor,
    arrivals: Iterable[Arrival],
    *,
    clock: Callable[[], float],
    stop: Event,
    tell: Callable[[float], None],
    threads: int = THREADS,
) -> float:
    """Play all ``arrivals`` or until ``stop`` is set; return the seconds that it took.

    Args:
        acts: What they do.
        arrivals: In order, by seconds after the beginning.
        clock: Seconds.
        stop: Ends it early; what has begun is finished, what waits for a thread is not begun.
        tell: Told the seconds so far, every few seconds.
        threads: How many arrivals may be under way at once.

    Raises:
        Exception: What an act raised that no answer explains: a fault of ours, which ends the day.
    """
    began = clock()
    watch = _Watch(clock, stop, tell, began)
    faults: list[BaseException] = []

    def note(done: "Future[None]") -> None:
        if not done.cancelled() and (fault := done.exception()) is not None:
            faults.append(fault)
            stop.set()

    with ThreadPoolExecutor(threads) as pool:
        for arrival in arrivals:
            due = began + arrival.at
            if not watch.reached(due):
                break
            pool.submit(acts.play, arrival.kind, due).add_done_callback(note)
        if stop.is_set():
            pool.shutdown(wait=True, cancel_futures=True)
    if faults:
        raise faults[0]
    return clock() - began


@dataclass
class _Watch:
    """Waits for moments, and tells in between."""

    clock: Callable[[], float]
    stop: Event
    tell: Callable[[float], None]
    began: float

    def __post_init__(self) -> None:
        self._told = self.began

    def reached(self, due: float) -> bool:
        """Wait until ``due``; say whether it came before the end."""
        while not self.stop.is_set() and (wait := due - self.clock()) > 0:
            self.stop.wait(min(wait, TELL_EVERY))
            self._say()
        return not self.stop.is_set()

    def _say(self) -> None:
        now = self.clock()
        if now - self._told >= TELL_EVERY:
            self._told = now
            self.tell(now - self.began)
