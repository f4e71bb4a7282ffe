"""The page's own checker says what the service's says, of every code, on every evidence.

Both judge the same bundles at the same moments; the whole answer is compared, words and all. What
the page does not judge it has to name: it may leave a code to the service, never guess.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from keys.trust_document import write_root
from ledger import canonical
from ledger.certificates.digits import to_digits
from ledger.errors import InvalidInputError
from tests_support.browser_site import Site
from tests_support.foreign_oddities import odd_codes
from tests_support.foreign_vectors import own_trust
from tests_support.offline_vectors import ROOT, Bench, benches, bundle, odd_bundles, texts
from tests_support.signed_certificates import AT
from tests_support.token_mutations import GOOD, PREFIX, mutations
from tests_support.two_checkers import (
    PLAIN,
    base,
    by_page,
    by_service,
    open_modules,
    plain,
    serve_modules,
)
from verify_api.bundle import read_bundle
from verify_api.verdict import Reason, State

pytestmark = pytest.mark.browser

SPOILED = 4000
ONLINE_STATES = {"camera_unavailable", "service_error", "not_in_register", "subject_differs"}
"""Nothing was checked, or the register, or the person, was asked."""
ONLINE_REASONS = {
    "key_compromised",
    "key_later_compromised",
    "not_in_register",
    "other_content",
    "log_too_young",
    "log_time",
    "younger_than_landmarks",
    "subject_differs",
    "subject_not_compared",
    "in_use_elsewhere",
    "used_up",
    "finally_rejected",
    "serves_episode",
}
"""Of the log, of the person, of a paper's use."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One service for all: it only gives out the modules."""
    with serve_modules(tmp_path_factory.mktemp("equality")) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of the service's own address, where its modules may be loaded."""
    with open_modules(browser, site) as opened:
        yield opened


BENCHES = {bench.name: bench for bench in benches()}
TEXTS = texts()


@pytest.mark.parametrize("name", BENCHES)
def test_every_code_is_answered_alike(site: Site, page: Page, name: str) -> None:
    bench, named = BENCHES[name], TEXTS
    codes, language = [*named.values()], "en" if len(name) % 2 else "vi"
    told = by_page(site, page, bench, codes, language)
    expected = by_service(bench, codes, language)
    differing = {
        name: (ours, theirs)
        for name, ours, theirs in zip(named, told, expected, strict=True)
        if ours != theirs
    }
    assert differing == {}


def test_the_codes_reach_every_state_and_reason_that_can_be_known_without_a_network() -> None:
    """The comparison says little if all of them were refused for one reason."""
    answers = [
        one for bench in BENCHES.values() for one in by_service(bench, [*TEXTS.values()], "vi")
    ]
    # Those in foreign formats are compared in test_offline_foreign.
    foreign = Bench("foreign", bundle(foreign=own_trust()))
    answers += by_service(foreign, [*odd_codes().values()], "vi")
    assert {one["state"] for one in answers} == {state.value for state in State} - ONLINE_STATES
    reasons = {reason["code"] for one in answers for reason in one["reasons"]}
    assert {reason.value for reason in Reason} - reasons == ONLINE_REASONS


def test_no_spoiled_token_is_valid_and_each_is_refused_alike(site: Site, page: Page) -> None:
    bench = Bench("plain", bundle())
    codes = [PREFIX + "".join(text.removeprefix(PREFIX)) for text in mutations(7, SPOILED)]
    told = by_page(site, page, bench, codes, "vi")
    expected = by_service(bench, codes, "vi")
    asked: Counter[str] = Counter()
    for text, ours, theirs in zip(codes, told, expected, strict=True):
        if "ask" in ours:
            asked[ours["ask"]] += 1
            continue
        assert ours == theirs, text
        assert ours["overall"] != "valid"
    # Some are signed with a tag inside: those, and no others, are left to the service.
    assert set(asked) <= {"tag"}
    assert asked.total() < SPOILED // 50


def test_what_was_spoiled_was_valid_on_the_page(site: Site, page: Page) -> None:
    codes = [PREFIX + to_digits(token) for token in GOOD]
    told = by_page(site, page, Bench("plain", bundle()), codes, "vi")
    assert {one["state"] for one in told} == {"valid"}


_REFUSED = """async ({ base, root, bundles, at, newest }) => {
    const load = (name) => import(`${base}verifier/${name}.mjs`);
    const { fromBase64 } = await load("bytes");
    const { readRoot } = await load("trust");
    const { readBundle } = await load("bundle");
    const pinned = await readRoot(fromBase64(root));
    const said = {};
    for (const [name, data] of Object.entries(bundles)) {
        try {
            const read = await readBundle(fromBase64(data), pinned, { at, newestSeen: newest });
            said[name] = ["read", `${read.trust.version}`];
        } catch (error) {
            said[name] = [error.place ?? `${error.stack}`, error.rule];
        }
    }
    return said;
}"""


def told_of(name: str, data: bytes, newest: int) -> list[str]:
    try:
        return ["read", str(read_bundle(data, ROOT, at=AT, newest_seen=newest).trust.version)]
    except InvalidInputError as error:
        return [error.place, error.rule]


@pytest.mark.parametrize("newest", [0, 2])
def test_a_bundle_that_is_not_to_be_believed_is_refused_alike(
    site: Site, page: Page, newest: int
) -> None:
    bundles = odd_bundles()
    written = {name: b64encode(data).decode() for name, data in bundles.items()}
    asked = {
        "base": base(site), "root": b64encode(write_root(ROOT)).decode(), "bundles": written,
        "at": AT.timestamp(), "newest": newest,
    }  # fmt: skip
    expected = {name: told_of(name, data, newest) for name, data in bundles.items()}
    assert page.evaluate(_REFUSED, asked) == expected
    rules = {rule for _, rule in expected.values()}
    assert rules >= {"layout", "old_officers", "rollback" if newest else "signature"}


_DECODED = (
    """async ({ base, written }) => {
    const { decode, NotCanonical, Float, Simple } = await import(`${base}verifier/cbor.mjs`);
    const { AskServer } = await import(`${base}verifier/errors.mjs`);
    const { fromBase64, hex } = await import(`${base}verifier/bytes.mjs`);
"""
    + PLAIN
    + """    return written.map((one) => {
        try {
            return plain(decode(fromBase64(one), { askOnTag: true }));
        } catch (error) {
            if (error instanceof AskServer) return ["ask"];
            return error instanceof NotCanonical ? ["no"] : [`${error.stack}`];
        }
    });
}"""
)


def decoded(data: bytes) -> list[Any]:
    try:
        return plain(canonical.decode(data))
    except canonical.NotCanonicalError:
        return ["no"]


LEAVES = (
    st.integers(-(2**64), 2**64 - 1)
    | st.integers(-30, 300)
    | st.floats(width=16)
    | st.floats(width=32)
    | st.floats()
    | st.text(max_size=30)
    | st.binary(max_size=30)
    | st.sampled_from([True, False, None, cbor2.undefined])
    | st.sampled_from([*range(20), *range(32, 256)]).map(cbor2.CBORSimpleValue)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(LEAVES, inner, max_size=5).map(dict)
    ),
    max_leaves=20,
)


@st.composite
def written_cbor(draw: st.DrawFn) -> bytes:
    """A value in its one encoding, in another one, spoiled, or no CBOR at all."""
    how = draw(st.integers(0, 5))
    if how == 0:
        return draw(st.binary(max_size=40))
    data = bytearray(canonical.encode(draw(VALUES)))
    if how == 1:
        data = bytearray(cbor2.dumps(cbor2.loads(bytes(data))))
    elif how == 2 and data:
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    elif how == 3:
        place = draw(st.integers(0, len(data)))
        data[place:place] = draw(st.binary(min_size=1, max_size=2))
    elif how == 4:
        del data[draw(st.integers(0, len(data))) :]
    return bytes(data)


@settings(
    max_examples=50, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(written=st.lists(written_cbor(), min_size=20, max_size=60))
def test_any_bytes_are_read_alike_or_refused_alike(
    site: Site, page: Page, written: list[bytes]
) -> None:
    asked = {"base": base(site), "written": [b64encode(one).decode() for one in written]}
    for data, ours in zip(written, page.evaluate(_DECODED, asked), strict=True):
        if ours == ["ask"]:  # a tag is left to the service: then there has to be one
            assert any(byte >> 5 == 6 for byte in data), data.hex()
        else:
            assert ours == decoded(data), data.hex()
