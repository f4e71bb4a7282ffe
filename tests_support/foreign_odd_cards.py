"""SMART Health Cards of our own making, right and wrong in every way that we know of, by name."""

from collections.abc import Iterator
from typing import Any, Final

from tests_support.foreign_vectors import CARD, NOW, card, digits, jws, jws_of

_CHANGES: Final[tuple[dict[str, Any], ...]] = (
    {"nbf": NOW},
    {"nbf": NOW + 1},
    {"nbf": NOW - 0.0000005},
    {"nbf": True},
    {"nbf": 10**30},
    {"nbf": "now"},
    {"nbf": None},
    {"nbf": -1},
    {"exp": NOW},
    {"exp": NOW - 1},
    {"exp": None},
    {"exp": "now"},
    {"exp": NOW + 0.5},
    {"iss": 5},
    {"iss": "https://other.example"},
    {"vc": []},
    {"vc": {}},
    {"vc": {"type": "x"}},
    {"iss": ""},
)
_HEADERS: Final[tuple[dict[str, Any], ...]] = (
    {"alg": "HS256"},
    {"alg": None},
    {"kid": None},
    {"kid": "other"},
    {"kid": 5},
    {"zip": None},
    {"zip": "GZIP"},
    {"crit": []},
    {"b64": False},
    {"typ": "JWT"},
    {"tail": b"\x00"},
)


def cards() -> Iterator[tuple[str, str]]:
    """Yield them: sets, claims, revocations, headers."""
    yield "good", card()
    parts, text = [], digits(jws(CARD))
    for number, (start, end) in enumerate(((0, 100), (100, 300), (300, None)), 1):
        parts.append(f"shc:/{number}/3/{text[start:end]}")
    for name, codes in {
        "in order": parts,
        "in another order": [parts[2], parts[0], parts[1]],
        "two of three": parts[:2],
        "one twice": [*parts, parts[0]],
        "a stranger": [*parts[:2], "shc:/3/4/00"],
    }.items():
        yield f"a set {name}", "\n".join(codes)
    for blank in ("\x1c", "\u00a0", "\u3000", "\u200b", "\ufeff", "  \t"):
        yield f"a set with {blank!r}", blank.join(parts)
    for changes in _CHANGES:
        yield f"{changes}", card({**CARD, **changes})
    for rid in ("gone", "later", "sooner", "exactly", "stands", "", None, 5, ["gone"], "nowhere"):
        yield f"rid {rid!r}", card({**CARD, "vc": {**CARD["vc"], "rid": rid}})
    yield (
        "a whole nbf and exactly",
        card({**CARD, "nbf": NOW - 3600, "vc": {**CARD["vc"], "rid": "exactly"}}),
    )
    for header in _HEADERS:
        yield f"header {header}", card(CARD, **header)
    good = jws(CARD)
    for name, text in {
        "two parts": good.rpartition(".")[0],
        "four parts": good + ".",
        "padding": good[:-1] + "=",
        "slack bits": good[:-1] + chr(ord(good[-1]) + 1),
        "no signature": good.rpartition(".")[0] + ".",
        "header twice": jws_of(b'{"alg":"ES256","alg":"ES256"}', b""),
        "header is a list": jws_of(b"[]", b""),
        "header is no JSON": jws_of(b"{", b""),
        "header with a BOM": jws_of(b'\xef\xbb\xbf{"alg":"ES256"}', b""),
    }.items():
        yield name, "shc:/" + digits(text)


def json_values() -> Iterator[tuple[str, str]]:
    """Yield cards with JSON of every sort in them, and what is none."""
    start = b'{"iss":"https://health.example/cards","nbf":1,"vc":{"type":["%s"],' % (
        b"https://smarthealth.cards#health-card"
    )
    start += b'"credentialSubject":{"a":'
    for value in (
        b"1",
        b"-0",
        b"-0.0",
        b"1.0",
        b"1.5e3",
        b"1E400",
        b"1e-7",
        b"0.00001234",
        b"123456789012345678",
        b"12345678901234567890123",
        b"-9007199254740993",
        b"1e16",
        b"1e22",
        b"100000.0",
        b"9" * 4300,
        b"9" * 4301,
        b"9" * 400 + b".0",
        b"01",
        b"1.",
        b".5",
        b"+1",
        b"1e",
        b"-",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"true",
        b"null",
        b"tru",
        b"[]",
        b"[1,]",
        b"[1 2]",
        b"{}",
        b'{"b":1,}',
        b'{"b":1,"b":2}',
        b'{"b":1,"\\u0062":2}',
        b'{"__proto__":{"x":1},"constructor":2,"1":3,"0":4}',
        b'"\\u00e9\\n\\/"',
        b'"\\ud83d\\ude00"',
        b'"\\ud83d"',
        b'"\\ude00\\ud83d"',
        b'{"\\ud83d":1}',
        b'"\\x41"',
        b'"\\u12"',
        b'"\n"',
        b'"\xc3\xa9\xf0\x9f\x98\x80"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"open',
        b"'a'",
        b"// no\n1",
        b"\xc2\xa01",
        b"\xef\xbb\xbf1",
        b" \t\r\n1 ",
        b"\x0b1",
        b"[" * 29 + b"]" * 29,
        b"[" * 30 + b"]" * 30,
        b"[" * 20_000,
        b'"' + b"a" * 60_000 + b'"',
    ):
        name = f"{value[:40]!r} of {len(value)}"
        yield name, card(start + value + b"}}}")
        yield f"{name} and more", card(start + value + b"}}} x")
