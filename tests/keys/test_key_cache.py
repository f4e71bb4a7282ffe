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
