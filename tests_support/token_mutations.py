"""Spoiled tokens by the hundred thousand, the same ones for the same seed. None may ever be valid.

Each sort takes one good token and does one thing that a forger, a fuzzer or a worn code would do.
Those that are signed again with the true key change what a verifier must not accept at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, TypeAlias

import cbor2

from keys.algorithms import PrivateKey
from ledger import canonical
from ledger.certificates.digits import to_digits
from ledger.certificates.kind import Sex
from ledger.certificates.qr_text import address
from ledger.certificates.token import TOKEN_TYP, read_signed
from tests_support.signed_certificates import (
    HOST,
    ISSUING_KEY,
    STATUS_KEY,
    TOKEN,
    ed25519,
    p256,
    signed,
)

PREFIX = address(HOST)
_OTHER_KEYS = (*(p256(number) for number in range(20, 24)), STATUS_KEY, ed25519(2))
_ALGORITHMS = (-7, -8, -19, -35, -37, -48, -257, 0, 5, -65535)

GOOD = tuple(
    signed(
        replace(
            TOKEN,
            number=f"{number}/LLTP-CA01",
            expires_at=TOKEN.expires_at + timedelta(days=number),
            holder=replace(TOKEN.holder, sex=Sex(1 + number % 3), id_tail=f"{number:04d}"),
        )
    )
    for number in range(8)
)
"""The tokens that are spoiled: each one of them is valid."""

Spoil: TypeAlias = Callable[[Random, bytes], str]


def mutations(seed: int, count: int) -> Iterator[str]:
    """Yield ``count`` texts, none of which is a good token's."""
    random = Random(seed)
    good = {PREFIX + to_digits(token) for token in GOOD}
    while count:
        text = random.choice(SORTS)(random, random.choice(GOOD))
        if text not in good:
            count -= 1
            yield text


def _text(token: bytes) -> str:
    return PREFIX + to_digits(token)


def _flip_bits(random: Random, token: bytes) -> str:
    data = bytearray(token)
    for _ in range(random.choice((1, 1, 1, 2, 8))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return _text(bytes(data))


def _cut(random: Random, token: bytes) -> str:
    return _text(token[: random.randrange(len(token))])


def _extend(random: Random, token: bytes) -> str:
    return _text(token + random.randbytes(random.randrange(1, 40)))


def _splice(random: Random, token: bytes) -> str:
    start = random.randrange(len(token))
    end = min(len(token), start + random.randrange(1, 30))
    middle = random.choice((b"", token[start:end] * 2, random.randbytes(end - start)))
    return _text(token[:start] + middle + token[end:])


def _digits(random: Random, token: bytes) -> str:
    digits = to_digits(token)
    place = random.randrange(1, len(digits) - 1)
    inserted = random.choice(("", "0", "9", "x", " ", "\uff11", "-1", "00000000000000000"))
    return PREFIX + digits[:place] + inserted + digits[place + random.randrange(3) :]


def _mix(random: Random, token: bytes) -> str:
    other = random.choice(GOOD)
    return _text(token[:-64] + other[-64:])


def _stranger(random: Random, token: bytes) -> str:
    parts = read_signed(token)
    key = random.choice(_OTHER_KEYS)
    kid = random.choice((ISSUING_KEY.public.short_kid, key.public.short_kid))
    header = {1: random.choice((-9, key.public.algorithm.cose)), 4: kid, 16: TOKEN_TYP}
    return _sealed(canonical.encode(header), b"\xa0", parts.unverified_payload, key)


def _algorithm(random: Random, token: bytes) -> str:
    kid = ISSUING_KEY.public.short_kid
    header = {1: random.choice(_ALGORITHMS), 4: kid, 16: TOKEN_TYP}
    return _sealed(canonical.encode(header), b"\xa0", read_signed(token).unverified_payload)


def _header(random: Random, token: bytes) -> str:
    kid = ISSUING_KEY.public.short_kid
    protected, unprotected = random.choice(
        (
            ({1: -9, 4: kid}, {}),
            ({1: -9, 4: kid, 16: TOKEN_TYP, 33: random.randbytes(9)}, {}),
            ({1: -9, 4: kid, 16: TOKEN_TYP}, {4: kid}),
            ({4: kid, 16: TOKEN_TYP}, {1: -9}),
            ({1: -9, 4: kid, 16: TOKEN_TYP + random.randrange(1, 99)}, {}),
            ({1: -9, 4: kid + b"\x00", 16: TOKEN_TYP}, {}),
            ({1: -9, 4: ISSUING_KEY.public.kid, 16: TOKEN_TYP}, {}),
            ({1: "ESP256", 4: kid, 16: TOKEN_TYP}, {}),
            ({1: -9, 2: [1], 4: kid, 16: TOKEN_TYP}, {}),
            ({}, {1: -9, 4: kid, 16: TOKEN_TYP}),
        )
    )
    payload = read_signed(token).unverified_payload
    return _sealed(canonical.encode(protected), canonical.encode(unprotected), payload)


def _encoding(random: Random, token: bytes) -> str:
    """Sign the same claims again in another encoding than the deterministic one."""
    payload = read_signed(token).unverified_payload
    claims = canonical.decode(payload)
    other: bytes = random.choice(
        (
            payload + random.randbytes(random.randrange(1, 9)),
            b"\xbf" + payload[1:] + b"\xff",
            b"\xa7" + payload[1:] + b"\x04\x1a" + random.randbytes(4),
            b"\xb8\x06" + payload[1:],
            _shuffled(random, claims),
            cbor2.dumps({**claims, 4: float(claims[4])}),
            cbor2.dumps(cbor2.CBORTag(random.choice((24, 61, 55799)), claims)),
            cbor2.dumps({**claims, 6: cbor2.CBORTag(1, claims[6])}),
            payload.replace(b"\x06\x1a", b"\x06\x1b\x00\x00\x00\x00", 1),
        )
    )
    protected = canonical.encode({1: -9, 4: ISSUING_KEY.public.short_kid, 16: TOKEN_TYP})
    return _sealed(protected, b"\xa0", other)


def _shuffled(random: Random, claims: dict[Any, Any]) -> bytes:
    items = [*claims.items()]
    while [key for key, _ in items] == [*claims]:
        random.shuffle(items)
    return cbor2.dumps(dict(items))


def _sealed(
    protected: bytes, unprotected: bytes, payload: bytes, key: PrivateKey = ISSUING_KEY
) -> str:
    encode = canonical.encode
    signature = key.sign(encode(["Signature1", protected, b"", payload]))
    parts = (encode(protected), unprotected, encode(payload), encode(signature))
    return _text(b"\xd2\x84" + b"".join(parts))


SORTS: tuple[Spoil, ...] = (
    _flip_bits, _flip_bits, _flip_bits, _flip_bits, _cut, _extend, _splice, _splice, _digits,
    _digits, _mix, _stranger, _algorithm, _header, _encoding,
)  # fmt: skip
