"""Foreign credentials of our own making, right and wrong in every way that we know of, by name."""

import random
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import base45
import cbor2

from tests_support.foreign_odd_cards import cards, json_values
from tests_support.foreign_odd_health import health_certificates, layouts
from tests_support.foreign_vectors import (
    CLAIMS,
    IDENTITY,
    NOW,
    encoded,
    health,
    identity,
    packed,
)

_CHANGES: Final[tuple[dict[Any, Any], ...]] = (
    {1: "https://other.example"},
    {1: None},
    {169: "text"},
    {169: []},
    {169: {}},
    {4: NOW - 1},
    {6: NOW + 1},
    {4: None},
    {169: {True: 1}},
    {169: {4: ["a", {"b": 1.0}], 23: None}},
)


def odd_codes() -> dict[str, str]:
    """Return them all."""
    named = {
        "health": health_certificates(),
        "layout": layouts(),
        "card": cards(),
        "json": json_values(),
        "identity": _identities(),
        "text": _texts(),
    }
    return {f"{what}: {name}": text for what, codes in named.items() for name, text in codes}


def _identities() -> Iterator[tuple[str, str]]:
    yield "good", identity()
    yield "with kid", identity(kid=b"id-1")
    yield "another kid", identity(kid=b"id-2")
    yield "ES256", identity(algorithm=-7)
    yield "ESP256", identity(algorithm=-9)
    yield "Ed25519", identity(algorithm=-19)
    yield "PS256", identity(algorithm=-37, signature=bytes(256))
    yield "signature of 63", identity(signature=bytes(63))
    yield "by nobody", identity(signature=bytes(64))
    for changes in _CHANGES:
        yield f"{changes}", identity({**IDENTITY, **changes})
        yield f"{changes}, ES256", identity({**IDENTITY, **changes}, algorithm=-7)
    for name, data in {
        "encrypted": encoded(cbor2.CBORTag(16, [b"", {}, b"unreadable"])),
        "encrypted without a tag": encoded([b"", {}, b"unreadable"]),
        "no CBOR": b"\x1c" * 30,
        "a bomb": bytes(1_000_000),
    }.items():
        yield name, packed(data, "")
    yield "with a line end", identity() + "\r\n"
    yield "with a blank", identity() + " "


def _texts() -> Iterator[tuple[str, str]]:
    good = health()
    yield from {
        "line end": good + "\r\n\n",
        "blank": good + " ",
        "blank before": " " + good,
        "prefix": "HC1:",
        "lower case": good.lower(),
        "another version": good.replace("HC1", "HC2"),
        "a lone character": good + "A",
        "above a triple": "HC1::::" + good[4:],
        "above a pair": "HC1:::",
        "not ASCII": good + "\u0110",
        "a wide character": good + "\U0001d49c",
        "too long": "HC1:" + "0" * 20_000,
        "as long as may be": "HC1:" + "0" * (16 * 1024 - 4),
        "a character more": "HC1:" + "0" * (16 * 1024 - 3),
        "cards": "shc:/",
        "one digit": "shc:/1",
        "78": "shc:/78",
        "wide digits": "shc:/\uff10\uff10",
        "zero of one": "shc:/0/1/00",
        "a hundred": "shc:/1/100/00",
        "cards too long": "shc:/" + "00" * 9000,
        "almost zlib": identity()[:19],
        "no zlib": "A" * 40,
        "half a prefix": "HC1",
        "capital": "SHC:/00",
    }.items()


def spoiled(texts: Mapping[str, str], count: int, seed: int = 11) -> list[str]:
    """Return ``count`` codes, each a good one with something changed at one of its stages."""
    chance, codes = random.Random(seed), [*texts.values()]
    return [_spoiled(chance, chance.choice(codes)) for _ in range(count)]


def _spoiled(chance: random.Random, text: str) -> str:
    if text.startswith("shc:/") or chance.random() < 0.25:
        place = chance.randrange(len(text))
        return text[:place] + chance.choice("0123456789ABCDEFZ $%*+-./: a") + text[place + 1 :]
    prefix = "HC1:" if text.startswith("HC1:") else ""
    try:
        data = bytearray(base45.b45decode(text.removeprefix(prefix)))
        if chance.random() < 0.8:
            data = bytearray(zlib.decompress(data))
            _change(chance, data)
            return packed(bytes(data), prefix)
    except (ValueError, zlib.error):
        return text[:-1]
    _change(chance, data)
    return prefix + str(base45.b45encode(bytes(data)).decode())


def _change(chance: random.Random, data: bytearray) -> None:
    place = chance.randrange(len(data) + 1)
    how = chance.randrange(4)
    if how == 0:
        data[place:place] = chance.randbytes(chance.randint(1, 3))
    elif how == 1:
        del data[place : place + chance.randint(1, 3)]
    elif how == 2:
        del data[place:]
    else:
        data[place : place + 1] = chance.randbytes(1)


def respelled(count: int, seed: int = 12) -> list[str]:
    """Return ``count`` credentials whose claims were changed at random before they were signed."""
    chance, made = random.Random(seed), []
    for number in range(count):
        is_identity = bool(number % 2)
        payload = bytearray(encoded(dict(IDENTITY if is_identity else CLAIMS)))
        _change(chance, payload)
        make = identity if is_identity else health
        made.append(make(bytes(payload)))
    return made
