"""Every expected result of the public health certificate cards, stage by stage and as a whole.

The cards' own checks define what an expectation means: a signature holds if it verifies *and* the
kid is the certificate's; the dates hold if the certificate covers the card and the clock lies
inside. Their list of known issues exempts a card from the check that it names, as it does there.
"""

import csv
import json
from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keys.foreign_keys import load_der
from verify_api.picture import read_codes
from verify_api.picture_error import PictureError
from verify_api.profiles.base45 import decode_base45
from verify_api.profiles.foreign import BadCredentialError, ForeignIssuer, inflate, read_claims
from verify_api.profiles.hcert import certificate_of, read_hcert, verify_hcert
from verify_api.verdict import Authenticity, Check, Overall, Reason, Standing, Verdict

# Which of the set's own checks stands behind an expectation, as its list of issues names them.
CHECKS = {
    "EXPECTEDVERIFY": "test_verification_check",
    "EXPECTEDEXPIRATIONCHECK": "test_expiration_check",
    "EXPECTEDKEYUSAGE": "test_expected_key_usage",
    "EXPECTEDSCHEMAVALIDATION": "test_cose_schema",
    "EXPECTEDDECODE": "test_cose_json",
    "EXPECTEDVALIDJSON": "test_cbor_json",
}


class Card:
    """One file of the set."""

    def __init__(self, path: Path) -> None:
        self.country, self.number = path.parts[-2], path.stem
        self.name = f"{self.country}/{self.number}"
        self.content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        self.context = self.content["TESTCTX"]
        self.expected: dict[str, bool] = self.content["EXPECTEDRESULTS"]

    @property
    def text(self) -> str:
        return str(self.content["PREFIX"])

    @property
    def clock(self) -> datetime:
        written = str(self.context["VALIDATIONCLOCK"])
        at = datetime.fromisoformat(written)
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    @property
    def trust(self) -> tuple[ForeignIssuer, ...]:
        return (ForeignIssuer((load_der(b64decode(self.context["CERTIFICATE"])),)),)

    def hexed(self, stage: str) -> bytes:
        return bytes.fromhex(self.content[stage])

    def verdict(self) -> Verdict:
        return verify_hcert(self.text, trust=self.trust, at=self.clock)


@pytest.fixture(scope="module")
def cards(shared_data: Path) -> list[Card]:
    folder = shared_data / "credentials" / "hcert"
    return [Card(path) for path in sorted(folder.glob("*/**/*.json"))]


@pytest.fixture(scope="module")
def known_issues(shared_data: Path) -> set[tuple[str, str, str]]:
    path = shared_data / "credentials" / "hcert" / "known_issues.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (row["test_name"], row["country"], row["test_set"]) for row in csv.DictReader(lines)
        }


def expecting(
    cards: list[Card], known_issues: set[tuple[str, str, str]], expectation: str, *stages: str
) -> list[tuple[Card, bool]]:
    """Return the cards with that expectation and those stages, and what each one expects."""
    check = CHECKS.get(expectation, "")
    return [
        (card, card.expected[expectation])
        for card in cards
        if expectation in card.expected
        and not {(check, card.country, card.number), (check, card.country, "")} & known_issues
        and all(card.content.get(stage) for stage in stages)
    ]


def test_every_card_gives_a_verdict_and_no_exception(cards: list[Card]) -> None:
    overall = Counter(card.verdict().overall for card in cards)
    assert overall.total() == len(cards) > 0


def test_the_prefix_is_told_from_others(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    for card, expected in expecting(cards, known_issues, "EXPECTEDUNPREFIX", "BASE45", "PREFIX"):
        stripped = card.text.removeprefix("HC1:") if card.text.startswith("HC1:") else None
        assert (stripped == card.content["BASE45"]) is expected, card.name
        foreign_format = card.verdict().reasons == (Reason.UNKNOWN_FORMAT,)
        assert foreign_format is not expected, card.name


def test_base45_decodes_to_the_compressed_bytes(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    stages = ("BASE45", "COMPRESSED")
    for card, expected in expecting(cards, known_issues, "EXPECTEDB45DECODE", *stages):
        try:
            same = decode_base45(card.content["BASE45"]) == card.hexed("COMPRESSED")
        except ValueError:
            same = False
        assert same is expected, card.name


def test_the_compressed_bytes_inflate_to_the_envelope(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    stages = ("COMPRESSED", "COSE")
    for card, expected in expecting(cards, known_issues, "EXPECTEDCOMPRESSION", *stages):
        try:
            same = inflate(card.hexed("COMPRESSED")) == card.hexed("COSE")
        except BadCredentialError:
            same = False
        assert same is expected, card.name


@pytest.mark.parametrize("expectation", ["EXPECTEDDECODE", "EXPECTEDVALIDJSON"])
def test_the_claims_are_those_of_the_json(
    cards: list[Card], known_issues: set[tuple[str, str, str]], expectation: str
) -> None:
    for card, expected in expecting(cards, known_issues, expectation, "JSON", "PREFIX"):
        try:
            claims = certificate_of(read_claims(read_hcert(card.text).payload))
            same = as_plain(claims) == as_plain(card.content["JSON"])
        except BadCredentialError:
            same = False
        assert same is expected, card.name


def test_the_certificate_inside_has_the_form_that_the_schema_asks_for(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    for card, expected in expecting(cards, known_issues, "EXPECTEDSCHEMAVALIDATION", "PREFIX"):
        try:
            formed = bool(certificate_of(read_claims(read_hcert(card.text).payload)))
        except BadCredentialError:
            formed = False
        assert formed is expected, card.name


def test_the_signature_holds_as_expected(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    for card, expected in expecting(cards, known_issues, "EXPECTEDVERIFY", "PREFIX"):
        assert signature_held(card.verdict()) is expected, card.name


def test_the_dates_hold_as_expected_at_the_given_clock(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    for card, expected in expecting(cards, known_issues, "EXPECTEDEXPIRATIONCHECK", "PREFIX"):
        assert (card.verdict().standing is Standing.IN_FORCE) is expected, card.name


def test_the_key_may_sign_the_kind_as_expected(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    for card, expected in expecting(cards, known_issues, "EXPECTEDKEYUSAGE", "PREFIX"):
        refused = card.verdict().authenticity is Authenticity.NOT_FOR_THIS_KIND
        assert refused is not expected, card.name


def test_the_picture_decodes_as_expected(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    for card, expected in expecting(cards, known_issues, "EXPECTEDPICTUREDECODE", "2DCODE"):
        try:
            same = card.text in read_codes(b64decode(card.content["2DCODE"]))
        except PictureError:
            same = False
        assert same is expected, card.name


def test_a_card_that_is_expected_to_fail_anything_is_never_valid(
    cards: list[Card], known_issues: set[tuple[str, str, str]]
) -> None:
    for expectation in CHECKS:
        for card, expected in expecting(cards, known_issues, expectation, "PREFIX"):
            assert expected or card.verdict().overall is not Overall.VALID, card.name


def test_without_the_key_no_card_is_genuine(cards: list[Card]) -> None:
    for card in cards:
        verdict = verify_hcert(card.text, trust=(), at=card.clock)
        assert verdict.authenticity is not Authenticity.GENUINE, card.name
        assert verdict.foreign_claims is None, card.name


def signature_held(verdict: Verdict) -> bool:
    return verdict.failed_check is None or verdict.failed_check > Check.SIGNATURE


def as_plain(value: Any) -> Any:
    """Return ``value`` with its moments in one form, to the second, in UTC."""
    if isinstance(value, dict):
        return {key: as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    if isinstance(value, str) and "T" in value:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    return value
