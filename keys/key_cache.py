"""Keys of persons that were used lately, ready for use; emptied whenever anybody is forgotten.

Two dictionaries take turns: what is found in the older one moves to the younger, and what nobody
asked for during a whole turn is dropped. Reading takes no lock: each step is one atomic look.
"""

from typing import Final, Generic, TypeVar

MOST_KEYS: Final = 4096
"""Most keys that a process keeps. Source: the keys reference, section 4.2."""

K = TypeVar("K")
V = TypeVar("V")


class KeyCache(Generic[K, V]):
    """At most ``most`` values, lately used ones first."""

    def __init__(self, most: int = MOST_KEYS) -> None:
        """Begin empty."""
        self._half = most // 2
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self.turn = 0
        """Counts the emptyings; take it before reading what is going to be put."""

    def get(self, name: K) -> V | None:
        """Return the value, or None if it is not here."""
        found = self._young.get(name)
        if found is None:
            found = self._old.get(name)
            if found is not None:
                self.put(name, found, seen=self.turn)
        return found

    def put(self, name: K, value: V, *, seen: int) -> None:
        """Keep ``value``, unless the cache was emptied since the caller saw its ``turn``.

        Otherwise a slow reader would bring back a key that was destroyed under its feet.
        """
        if seen != self.turn:
            return
        if len(self._young) >= self._half:
            self._young, self._old = {}, self._young
        self._young[name] = value

    def empty(self) -> None:
        """Forget everything."""
        self.turn += 1
        self._young, self._old = {}, {}

    def __len__(self) -> int:
        """Count what is kept."""
        return len(self._young) + len(self._old)
