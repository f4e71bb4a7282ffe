"""Facts and states as plain values, whatever they hold."""

import json
from datetime import UTC, date, datetime
from uuid import UUID

from keys.algorithms import ESP256, PrivateKey
from ledger.audit.plain import plain
from ledger.personal import Erased


def test_a_key_is_told_by_its_name_and_not_by_the_library_s_object() -> None:
    public = PrivateKey.generate(ESP256).public
    told = plain(public)
    assert told["kid"] == public.kid.hex()
    assert told["algorithm"]["name"] == ESP256.name
    assert "key" not in told
    json.dumps(told)


def test_values_are_told_as_json_has_them() -> None:
    assert plain(datetime(2026, 11, 24, 9, tzinfo=UTC)) == "2026-11-24T09:00:00Z"
    assert plain({UUID(int=1): [date(2026, 1, 2), frozenset({2, 1})]}) == {
        str(UUID(int=1)): ["2026-01-02", [1, 2]],
    }
    assert plain(Erased(bytes(16)), erased="withheld") == "withheld"
    assert plain(bytes(40)).startswith("40 bytes, SHA-256 ")
