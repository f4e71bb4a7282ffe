from collections.abc import Callable

from typing_extensions import override

from keys.key_cache import KeyCache


def test_it_keeps_no_more_than_it_may() -> None:
    cache: KeyCache[int, int] = KeyCache(10)
    for number in range(1000):
        cache.put(number, number, seen=0)
        assert len(cache) <= 10
    assert cache.get(999) == 999
    assert cache.get(0) is None


def test_what_is_used_stays() -> None:
    cache: KeyCache[int, int] = KeyCache(10)
    cache.put(-1, 7, seen=0)
    for number in range(100):
        cache.put(number, number, seen=0)
        assert cache.get(-1) == 7


def test_emptied_it_holds_nothing() -> None:
    cache: KeyCache[int, int] = KeyCache(10)
    cache.put(1, 1, seen=cache.turn)
    cache.empty()
    assert cache.get(1) is None
    assert len(cache) == 0


def test_a_slow_reader_does_not_bring_back_what_was_emptied() -> None:
    cache: KeyCache[int, int] = KeyCache(10)
    seen = cache.turn
    cache.empty()
    cache.put(1, 1, seen=seen)
    assert cache.get(1) is None


class Name:
    """A name that tells when it is looked for: twice by a `get` that finds it in the older half."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], None] | None = None
        self._looked = 0

    @override
    def __hash__(self) -> int:
        self._looked += 1
        if self.meanwhile is not None and self._looked == 2:
            self.meanwhile()
        return 7

    @override
    def __eq__(self, other: object) -> bool:
        return self is other

    def watch(self, meanwhile: Callable[[], None]) -> None:
        """Let something happen after the younger half was looked into."""
        self.meanwhile, self._looked = meanwhile, 0


def test_a_reader_who_had_just_found_it_does_not_bring_back_what_was_emptied() -> None:
    cache: KeyCache[object, int] = KeyCache(2)
    name = Name()
    cache.put(name, 1, seen=cache.turn)
    cache.put("another", 2, seen=cache.turn)  # the first is in the older half now
    name.watch(cache.empty)
    cache.get(name)
    assert len(cache) == 0
    assert cache.get(name) is None
