"""Health certificates of our own making, right and wrong in every way that we know of, by name."""

import zlib
from collections.abc import Iterator
from typing import Any, Final

import base45
import cbor2

from tests_support.foreign_vectors import (
    CERTIFICATE,
    CLAIMS,
    KID,
    NOW,
    RSA_KID,
    STRANGER,
    USED_KID,
    WEAK_KID,
    WINDOW_KID,
    encoded,
    envelope,
    health,
    packed,
)

_NOTHING: Final = cbor2.undefined
_VALUES: Final[tuple[Any, ...]] = (
    None, "", "text", [], {}, [{}], ["text"], [{"a": 1}], 1, 0.0, _NOTHING,
)  # fmt: skip
DATES: Final = (
    NOW,
    NOW + 0.5,
    NOW - 0.0000005,
    NOW + 0.0000015,
    float(NOW),
    -1,
    -0.0,
    0,
    2**64 - 1,
    -(2**64),
    253402300799,
    253402300800,
    253402300799.5,
    1e400,
    float("nan"),
    True,
    False,
    None,
    "now",
    b"\x01",
    [NOW],
    {1: NOW},
    _NOTHING,
    cbor2.CBORSimpleValue(4),
    cbor2.CBORTag(1, NOW),
    cbor2.CBORTag(2, b"\x01"),
)
"""What may stand where a NumericDate should, in CBOR."""


def health_certificates() -> Iterator[tuple[str, str]]:
    """Yield them: signatures, claims and payloads."""
    yield "good", health()
    yield "PS256", health(algorithm=-37, kid=RSA_KID)
    yield "PS256 by a weak key", health(algorithm=-37, kid=WEAK_KID)
    yield "PS256 by a curve's key", health(algorithm=-37, signature=bytes(256))
    yield "ES256 by an RSA key", health(kid=RSA_KID)
    yield "key for vaccinations", health(kid=USED_KID)
    yield "key for another kind", health(_with(v=None, t=[{}]), kid=USED_KID)
    yield "outside of the key's window", health({**CLAIMS, 4: NOW + 3601}, kid=WINDOW_KID)
    yield "before the key's window", health({**CLAIMS, 6: NOW - 3600.5}, kid=WINDOW_KID)
    yield "inside of the key's window", health(kid=WINDOW_KID)
    yield from _signatures()
    yield from _claims()


def _signatures() -> Iterator[tuple[str, str]]:
    for algorithm in (-8, -9, -35, -257, -19, 2**64 - 1, True, None, "ES256", -7.0):
        yield f"algorithm {algorithm!r}", health(algorithm=algorithm, signature=bytes(64))
    for size in (0, 63, 65, 64):
        yield f"signature of {size}", health(signature=bytes(size) or b"\x00")
    for kid in (None, b"", b"unknown1", b"xx", KID + b"1"):
        yield f"kid {kid!r}", health(kid=kid)


def _claims() -> Iterator[tuple[str, str]]:
    for label in (4, 6):
        for date in DATES:
            yield f"{label} is {date!r}", health({**CLAIMS, label: date})
        yield f"no {label}", health({key: CLAIMS[key] for key in CLAIMS if key != label})
    for issuer in (None, 84, "", "\u0110à Nẵng"):
        yield f"issuer {issuer!r}", health({**CLAIMS, 1: issuer})
    for member in CERTIFICATE:
        for value in _VALUES:
            yield f"{member} is {value!r}", health(_with(**{member: value}))
    yield "two kinds", health(_with(t=[{}]))
    yield "container", health({**CLAIMS, -260: [CERTIFICATE]})
    yield "certificate", health({**CLAIMS, -260: {1: [CERTIFICATE]}})
    yield "no container", health({1: "VN", 4: NOW, 6: NOW})
    for name, payload in _payloads().items():
        yield f"payload {name}", health(payload)


def _with(**changes: Any) -> dict[Any, Any]:
    return {**CLAIMS, -260: {1: {**CERTIFICATE, **changes}}}


def _payloads() -> dict[str, object]:
    good = encoded(dict(CLAIMS))
    inside: dict[str, Any] = {
        "all sorts": [
            1.5,
            1e16,
            1e-5,
            0.0001,
            123456789.125,
            5e-324,
            -0.0,
            float("inf"),
            2**53,
            -(2**53),
            2**63,
            b"\x00\xff",
            True,
            None,
            _NOTHING,
            0,
            "\u0000\U0001d49c",
        ],
        "simple values": [cbor2.CBORSimpleValue(0), cbor2.CBORSimpleValue(255)],
        "integers and text as keys": {1: 1, "1": 2, -5: 3, 2**60: 4, "__proto__": {"a": 1}},
        "a float as a key": {1.5: 1},
        "a whole float as a key": {4.0: 1},
        "true as a key": {True: 1},
        "bytes as a key": {b"a": 1},
        "null as a key": {None: 1},
        "a list as a key": {(1,): 1},
        "a simple value as a key": {cbor2.CBORSimpleValue(1): 1},
        "not a number as a key": {float("nan"): 1},
        "deep": [[[[[1]]]]],
        "too deep": [[[[[[1]]]]]],
        "deep and empty": [[[[[[]]]]]],
        "dates": [cbor2.CBORTag(tag, "2026") for tag in (0, 1, 100, 1004)],
        **{f"tag {tag}": cbor2.CBORTag(tag, [1, 2]) for tag in (2, 4, 24, 30, 258, 55799, 99)},
    }
    return {
        "empty": b"\xa0",
        "nothing": b"\xf6",
        "a list": [1],
        "cut off": good[:-1],
        "followed": good + b"\x00",
        "tagged as a date": b"\xc1" + good,
        "tagged": b"\xd8\x3d" + good,
        "a key twice": b"\xa5" + good[1:] + b"\x04\x00",
        "a key twice, written twice": b"\xa5" + good[1:] + b"\x18\x04\x00",
        "an indefinite map": b"\xbf" + good[1:] + b"\xff",
        "an indefinite map cut off": b"\xbf" + good[1:],
        "indefinite text": good.replace(b"\x62VN", b"\x7f\x61V\x61N\xff", 1),
        "indefinite text of bytes": good.replace(b"\x62VN", b"\x7f\x61V\x41N\xff", 1),
        "indefinite text in indefinite text": good.replace(b"\x62VN", b"\x7f\x7f\x61V\xff\xff", 1),
        "no UTF-8": good.replace(b"\x62VN", b"\x62\xc3N", 1),
        "longer heads": good.replace(b"\x62VN", b"\x7a\x00\x00\x00\x02VN", 1),
        "a break": b"\xff",
        **{name: _with(more=value) for name, value in inside.items()},
    }


def _of_size(size: int) -> bytes:
    """Return a good envelope of ``size`` bytes, most of them in a header that says nothing."""
    without = len(envelope(CLAIMS, unprotected={9: bytes(1 << 10)})) - (1 << 10)
    return envelope(CLAIMS, unprotected={9: bytes(size - without)})


def layouts() -> Iterator[tuple[str, str]]:
    """Yield envelopes and compressions in every layout."""
    good = envelope(CLAIMS)
    for name, data in {
        "tagged 18": b"\xd2" + good,
        "tagged 61": b"\xd8\x3d\xd2" + good,
        "twice 18": b"\xd2\xd2" + good,
        "a longer tag": b"\xd8\x12" + good,
        "followed": good + b"\x00",
        "cut off": good[:-1],
        "indefinite": b"\x9f" + good[1:] + b"\xff",
        "a map": encoded({1: 2}),
        "nothing": b"",
        "detached": encoded([encoded({1: -7}), {}, None, bytes(64)]),
        "three parts": encoded([encoded({1: -7}), {}, b""]),
        "alg unprotected": envelope(CLAIMS, protected=b"", unprotected={1: -7, 4: KID}),
        "an empty map protected": envelope(
            CLAIMS, protected=b"\xa0", unprotected={1: -7, 4: KID}, empty=True
        ),
        "both buckets": envelope(CLAIMS, unprotected={1: -37, 4: b"unknown1"}),
        "kid is text": envelope(CLAIMS, protected=encoded({1: -7, 4: "kid-0000"})),
        "a text label": envelope(CLAIMS, unprotected={"alg": 1}),
        "a float label": envelope(CLAIMS, protected=encoded({1.0: -7, 4: KID})),
        "a true label": envelope(CLAIMS, protected=encoded({True: -7, 4: KID})),
        "a deep label": envelope(CLAIMS, unprotected={9: [{1.5: 1}]}),
        "a tag in a header": envelope(CLAIMS, unprotected={9: cbor2.CBORTag(1, 1)}),
        "a header that is no map": envelope(CLAIMS, protected=b"\x80"),
        "a header that is followed": envelope(CLAIMS, protected=encoded({1: -7}) + b"\x00"),
        "a bomb": bytes(1_000_000),
        "as much as may be": _of_size(64 * 1024),
        "a byte more": _of_size(64 * 1024 + 1),
    }.items():
        yield name, packed(data)
    compressed = zlib.compress(good)
    dictionary = zlib.compressobj(zdict=b"abc")
    for name, data in {
        "raw": zlib.compress(good)[2:-4],
        "gzip": zlib.compress(good, wbits=31),
        "zlib cut off": compressed[:-1],
        "zlib followed": compressed + b"\x00",
        "zlib twice": compressed * 2,
        "another checksum": compressed[:-1] + bytes([compressed[-1] ^ 1]),
        "another window": b"\x88\x1c" + compressed[2:],
        "stored": zlib.compress(good, 0),
        "a dictionary": dictionary.compress(good) + dictionary.flush(),
    }.items():
        yield name, "HC1:" + base45.b45encode(data).decode()
    yield "by a stranger", packed(good[:-64] + STRANGER.sign(b"other"))
