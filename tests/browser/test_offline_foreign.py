"""Codes in foreign formats: the page says what the service says, by the trust of one bundle.

Every public credential at its own clock, and hundreds of our own, right and wrong: whole answers
are compared, words and all. What is compared piece by piece besides is what reads strange bytes.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from keys.trust_document import read_root
from keys.trust_list import GRACE
from ledger.certificates.digits import to_digits
from tests_support.browser_site import Site
from tests_support.foreign_oddities import odd_codes, respelled, spoiled
from tests_support.foreign_vectors import (
    CLAIMS,
    NOW,
    card,
    health,
    own_trust,
    public_codes,
    public_trust,
)
from tests_support.offline_vectors import MADE_AT, Bench, bundle, first
from tests_support.signed_certificates import AT
from tests_support.token_mutations import GOOD, PREFIX
from tests_support.two_checkers import (
    PLAIN,
    base,
    by_page,
    by_service,
    open_modules,
    plain,
    serve_modules,
)
from verify_api.bundle import REVOCATIONS_HOLD
from verify_api.profiles.foreign import (
    BadCredentialError,
    ForeignIssuer,
    ForeignTrust,
    inflate,
    read_claims,
)
from verify_api.profiles.jws import read_json_object

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parents[1] / "golden" / "bundles.json"
MICROSECOND = timedelta(microseconds=1)
SPOILED, RESPELLED = 500, 200


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One service for all: it only gives out the modules."""
    with serve_modules(tmp_path_factory.mktemp("foreign")) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of the service's own address, where its modules may be loaded."""
    with open_modules(browser, site) as opened:
        yield opened


def answered_alike(
    site: Site, page: Page, bench: Bench, codes: dict[str, str], language: str, **more: Any
) -> list[Any]:
    """Return the answers, which are the page's and the service's."""
    told = by_page(site, page, bench, [*codes.values()], language, **more)
    expected = by_service(bench, [*codes.values()], language, **more)
    differing = {
        name: (ours, theirs)
        for name, ours, theirs in zip(codes, told, expected, strict=True)
        if ours != theirs
    }
    assert differing == {}
    return told


def test_every_public_credential_is_answered_alike_at_its_own_clock(
    site: Site, page: Page, shared_data: Path
) -> None:
    asked = public_codes(shared_data)
    bench = Bench("public", bundle(foreign=public_trust(shared_data)))
    texts = {name: one.text for name, one in asked.items()}
    told = answered_alike(
        site, page, bench, texts, "vi", moments=[one.at for one in asked.values()]
    )
    valid = Counter(one["profile"] for one in told if one["overall"] == "valid")
    assert valid["hcert"] > 20
    assert valid["smart_health_card"] == 2
    assert valid["claim_169"] == 1


def test_every_odd_credential_is_answered_alike(site: Site, page: Page) -> None:
    told = answered_alike(site, page, Bench("own", bundle(foreign=own_trust())), odd_codes(), "en")
    states = Counter(one["state"] for one in told)
    assert {state for state, count in states.items() if count > 1} >= {
        "valid",
        "expired",
        "not_yet_valid",
        "revoked",
        "altered",
        "issuer_unknown",
        "not_ours",
        "unreadable",
        "cannot_confirm",
    }
    reasons = {reason["code"] for one in told for reason in one["reasons"]}
    assert reasons >= {
        "broken_claims", "broken_header", "broken_layout", "broken_payload", "broken_text",
        "encrypted", "key_algorithm", "key_issuer", "key_unknown", "key_use", "key_window",
        "signature_wrong", "status_not_offered", "too_long", "unknown_format",
    }  # fmt: skip


def test_no_spoiled_credential_gains_by_it_and_each_is_answered_alike(
    site: Site, page: Page
) -> None:
    bench = Bench("own", bundle(foreign=own_trust()))
    good = {name: text for name, text in odd_codes().items() if name.endswith("good")}
    codes = [*good.values(), *spoiled(good, SPOILED), *respelled(RESPELLED)]
    told = answered_alike(site, page, bench, {f"{n}": text for n, text in enumerate(codes)}, "vi")
    signed = [one["certificate"] for one in told[: len(good)]]
    # What no signature covers may change, such as a line's end or a header; no claim may.
    for one in told[len(good) : -RESPELLED]:
        assert one["overall"] != "valid" or one["certificate"] in signed
    assert {one["state"] for one in told} >= {"valid", "altered", "unreadable", "not_ours"}


def test_times_are_compared_to_the_microsecond_alike(site: Site, page: Page) -> None:
    """Odd parts of 128 seconds are half microseconds, which go to the even side."""
    bench = Bench("own", bundle(foreign=own_trust()))
    ends = {f"{n}/128": health({**CLAIMS, 4: NOW + n / 128}) for n in (1, 3, 5, 7)}
    told = [
        answered_alike(site, page, bench, ends, "vi", moments=[AT + n * MICROSECOND] * 4)
        for n in (7812, 7813, 23437, 23438, 23439, 39062, 39063, 54687, 54688, 54689)
    ]
    assert {one["state"] for some in told for one in some} == {"valid", "expired"}


@pytest.mark.parametrize("name", ["format 1", "format 1 with foreign trust"])
def test_the_page_reads_a_bundle_that_was_written_once_for_ever(
    site: Site, page: Page, name: str
) -> None:
    files = {key: b64decode(one) for key, one in json.loads(GOLDEN.read_text("utf-8")).items()}
    native, foreign = by_page(
        site, page, Bench(name, files[name]), [PREFIX + to_digits(GOOD[0]), card()], "vi",
        root=read_root(files["root"]),
    )  # fmt: skip
    assert native["state"] == "valid"
    assert foreign.get("state") == ("valid" if "foreign" in name else None)


def test_a_bundle_grows_too_old_for_foreign_codes_alike(site: Site, page: Page) -> None:
    trust, second, codes = own_trust(), timedelta(seconds=1), odd_codes()
    data, good = (
        bundle(foreign=trust),
        {"card": codes["card: good"], "health": codes["health: good"]},
    )
    held, until = MADE_AT + REVOCATIONS_HOLD, first().next_update + GRACE
    told = [
        [one["state"] for one in answered_alike(site, page, Bench("", data, at=at), good, "vi")]
        for at in (held - second, held, until - second, until)
    ]
    assert told == [
        ["valid", "expired"], ["cannot_confirm", "expired"], ["cannot_confirm", "expired"],
        ["cannot_confirm", "cannot_confirm"],
    ]  # fmt: skip


def test_a_bundle_that_believes_nobody_leaves_foreign_codes_to_the_service(
    site: Site, page: Page
) -> None:
    codes = odd_codes()
    asked = [codes[name] for name in ("health: good", "card: good", "identity: good")]
    told = by_page(
        site, page, Bench("plain", bundle()), [*asked, PREFIX + to_digits(GOOD[0])], "vi"
    )
    assert told[:3] == [
        {"ask": "hcert"}, {"ask": "smart_health_card"}, {"ask": "claim_169"},
    ]  # fmt: skip
    assert told[3]["state"] == "valid"


_OLDER_ENGINE = """() => {
    const importKey = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (format, data, algorithm, ...more) => algorithm.name === "Ed25519"
        ? Promise.reject(new DOMException("", "NotSupportedError"))
        : importKey(format, data, algorithm, ...more);
    const Whole = DecompressionStream;
    self.DecompressionStream = class extends Whole {
        constructor(format) {
            if (format === "deflate-raw") throw new TypeError();
            super(format);
        }
    };
}"""


def test_what_an_older_engine_lacks_is_left_to_the_service(site: Site, page: Page) -> None:
    older = site.watch(page.context.new_page())
    older.goto(f"{site.url}/check")
    older.evaluate(_OLDER_ENGINE)
    bench, codes = Bench("own", bundle(foreign=own_trust())), odd_codes()
    asked = [codes[name] for name in ("identity: good", "card: good", "health: good")]
    told = by_page(site, older, bench, asked, "vi")
    assert told[:2] == [{"ask": "algorithm"}, {"ask": "inflate"}]
    assert told[2]["state"] == "valid"
    older.close()


def test_keys_of_one_format_count_for_no_other(site: Site, page: Page) -> None:
    ours = own_trust()
    keys = tuple(key for issuer in (*ours.hcert, *ours.claim_169) for key in issuer.keys)
    swapped = ForeignTrust(
        hcert=ours.claim_169[:1],
        smart_health_cards=(ForeignIssuer(keys),),
        claim_169=ours.hcert[1:],
    )
    codes = {name: text for name, text in odd_codes().items() if name.endswith("good")}
    told = answered_alike(site, page, Bench("swapped", bundle(foreign=swapped)), codes, "en")
    assert {one["state"] for one in told} == {"issuer_unknown", "altered"}


_READ = (
    """async ({ base, claims, compressed, json }) => {
    const load = (name) => import(`${base}verifier/${name}.mjs`);
    const { Float, Simple } = await load("cbor");
    const { BadCredential, inflated, readClaims } = await load("credential");
    const { Refused } = await load("errors");
    const { readJsonObject } = await load("json");
    const { fromBase64, hex } = await load("bytes");
"""
    + PLAIN
    + """
    const each = (written, read) => Promise.all(written.map(async (one) => {
        try {
            return plain(await read(fromBase64(one)));
        } catch (error) {
            if (error instanceof BadCredential || error instanceof Refused) return "no";
            return `${error.stack}`;
        }
    }));
    return [
        await each(claims, readClaims), await each(json, readJsonObject),
        await each(compressed, (one) => inflated(one)),
        await each(compressed, (one) => inflated(one, "deflate-raw")),
    ];
}"""
)
KEYS = st.integers(-(2**64), 2**64 - 1) | st.integers(-3, 3) | st.text(max_size=3)
LEAVES = (
    KEYS
    | st.floats()
    | st.binary(max_size=5)
    | st.sampled_from([True, False, None, cbor2.undefined, cbor2.CBORSimpleValue(7)])
)
CBOR = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(KEYS | LEAVES, inner, max_size=3).map(dict)
        | st.tuples(st.sampled_from([0, 1, 2, 24, 100, 1004]), inner).map(
            lambda one: cbor2.CBORTag(*one)
        )
    ),
    max_leaves=12,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@st.composite
def changed(draw: st.DrawFn, made: st.SearchStrategy[bytes]) -> bytes:
    """Something as it was made, or with some bytes of it put in, taken out or written over."""
    data = bytearray(draw(made))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(data)


WRITTEN = changed(st.dictionaries(KEYS, CBOR, max_size=3).map(cbor2.dumps))
OBJECTS = changed(st.dictionaries(st.text(max_size=3), JSON, max_size=3).map(
    lambda one: json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass")))  # fmt: skip
COMPRESSED = changed(st.tuples(st.binary(max_size=60), st.sampled_from([15, 9, -15]),
                               st.integers(0, 2)).map(
    lambda one: zlib.compress(one[0] * 300**one[2], wbits=one[1])))  # fmt: skip


def read(reader: Any, data: bytes, **how: Any) -> Any:
    """Return what the service's reader makes of ``data``."""
    try:
        return plain(reader(data, **how))
    except (BadCredentialError, ValueError):
        return "no"


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    claims=st.lists(WRITTEN, min_size=10, max_size=30),
    objects=st.lists(OBJECTS, min_size=5, max_size=20),
    compressed=st.lists(COMPRESSED, min_size=5, max_size=15),
)
def test_strange_bytes_are_read_alike_or_refused_alike(
    site: Site, page: Page, claims: list[bytes], objects: list[bytes], compressed: list[bytes]
) -> None:
    written = [[b64encode(one).decode() for one in some] for some in (claims, objects, compressed)]
    told = page.evaluate(
        _READ,
        {"base": base(site), "claims": written[0], "json": written[1], "compressed": written[2]},
    )
    assert told[0] == [read(read_claims, one) for one in claims]
    assert told[1] == [read(read_json_object, one) for one in objects]
    assert told[2] == [read(inflate, one) for one in compressed]
    assert told[3] == [read(inflate, one, raw=True) for one in compressed]
