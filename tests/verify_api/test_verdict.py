"""The tables from axes to answer, the words, and the JSON with nothing in it that should not be."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from ledger.certificates.kind import Status
from ledger.certificates.kinds import KINDS
from tests_support.signed_certificates import (
    AT,
    IN_FORCE,
    POLICY,
    TOKEN,
    TRUST,
    UNLISTED_KEY,
    Says,
    code,
)
from verify_api.acceptance import Acceptance, Accepting
from verify_api.verdict import (
    NOT_TAKEN,
    OVERALL,
    PRECEDENCE,
    Authenticity,
    Logged,
    Overall,
    Profile,
    Reason,
    Standing,
    State,
    StatusEvidence,
    SubjectMatch,
    Verdict,
)
from verify_api.verdict_json import verdict_json
from verify_api.verification import verify
from verify_api.wording import AXES, OVERALLS, REASONS, STATES

ENUMS = (Authenticity, Standing, Logged, SubjectMatch, Acceptance)
GOOD = {Authenticity.GENUINE, Standing.IN_FORCE, Logged.IN_LOG, Logged.NOT_CHECKED,
        SubjectMatch.MATCHES, SubjectMatch.NOT_ASKED,
        *(set(Acceptance) - set(NOT_TAKEN))}  # fmt: skip
PERSON = ("MẪU", "MAU", "0001")


def verdict_with(
    authenticity: Authenticity,
    standing: Standing,
    logged: Logged,
    subject: SubjectMatch,
    acceptance: Acceptance = Acceptance.NOT_TAKEN_IN,
) -> Verdict:
    accepting = Accepting(acceptance, ("79A01",), AT.date(), 0)
    return Verdict(authenticity, standing, logged, subject, AT, accepting=accepting)


def test_no_two_axes_share_a_value() -> None:
    values = [value.value for enum in ENUMS for value in enum]
    assert len(values) == len(set(values))


def test_every_value_is_good_or_decides_a_state() -> None:
    assert set(PRECEDENCE) | GOOD == {value for enum in ENUMS for value in enum}
    assert not set(PRECEDENCE) & GOOD


def test_only_good_values_on_every_axis_are_valid() -> None:
    for axes in product(*ENUMS):
        verdict = verdict_with(*axes)
        assert (verdict.overall is Overall.VALID) is (set(axes) <= GOOD), axes


def test_every_state_is_reached_or_is_only_a_pages() -> None:
    reached = {verdict_with(*axes).state for axes in product(*ENUMS)}
    assert set(State) - reached == {State.CAMERA_UNAVAILABLE, State.SERVICE_ERROR}
    assert set(OVERALL) == set(State)


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_words_in_both_languages(state: State) -> None:
    words = STATES[state]
    for wording in (words.heading, words.sentence, words.next_step, words.not_meaning):
        assert wording.vi.strip()
        assert wording.en.strip()
        assert wording.vi != wording.en


def test_everything_that_can_be_said_has_words() -> None:
    assert set(STATES) == set(State)
    assert set(REASONS) == set(Reason)
    assert set(OVERALLS) == set(Overall)
    assert set(AXES) == {value for enum in ENUMS for value in enum}


def test_no_two_states_have_one_heading() -> None:
    for language in ("vi", "en"):
        headings = {words.heading.of(language) for words in STATES.values()}
        assert len(headings) == len(STATES)


def said(verdict: Verdict, language: str = "vi") -> dict[str, Any]:
    value = verdict_json(verdict, language)
    return dict(json.loads(json.dumps(value, allow_nan=False)))


def verdict_of(text: str | None = None, status: StatusEvidence | None = None) -> Verdict:
    source = IN_FORCE if status is None else Says(status)
    return verify(text or code(), at=AT, trust=TRUST, status=source, policy=POLICY)


def test_a_valid_answer_shows_what_to_compare() -> None:
    answer = said(verdict_of(), "en")
    assert answer["overall"] == "valid"
    assert answer["heading"] == "Genuine and in force"
    assert answer["axes"] == {
        "authenticity": "genuine",
        "standing": "in_force",
        "logged": "not_checked",
        "subject": "not_asked",
    }
    certificate = answer["certificate"]
    assert certificate["number"] == TOKEN.number
    assert certificate["issued_at"] == "2026-11-20T08:02:03+07:00"
    assert certificate["holder"] == {
        "name": "NGUYỄN VĂN MẪU",
        "name_mrz": "NGUYEN<VAN<MAU",
        "birth_date": "1990-01-02",
        "sex": "male",
        "id_tail": "0001",
    }
    claims = {claim["name"]: claim for claim in certificate["claims"]}
    assert claims["form"]["value"] == 1
    assert all(claim["title"] and claim["text"] for claim in claims.values())
    assert answer["issuer"]["name"] == "Police of Sample City"
    assert answer["caution"] == KINDS["judicial-record"].caution.en
    assert answer["evidence"]["status"]["source"] == "register"
    assert answer["evidence"]["trust_list"]["version"] == 4
    assert [row["axis"] for row in answer["rows"]] == [*answer["axes"]]


def test_vietnamese_is_what_an_answer_speaks_unless_asked() -> None:
    answer = said(verdict_of())
    assert answer["heading"] == "Thật và còn hiệu lực"
    assert answer["issuer"]["name"] == "Công an thành phố Mẫu"


FAILURES = {
    "revoked": verdict_of(status=StatusEvidence(Status.REVOKED, as_of=AT, since=AT)),
    "superseded": verdict_of(
        status=StatusEvidence(Status.SUPERSEDED, as_of=AT, superseded_by=("453/LLTP-CA01",))
    ),
    "status unknown": verdict_of(status=StatusEvidence(as_of=AT - timedelta(days=8), stale=True)),
    "not in the register": verdict_of(status=StatusEvidence(online=True, registered=False)),
    "unknown key": verdict_of(code(key=UNLISTED_KEY)),
    "altered": verdict_of(code()[:-40] + "00000" + code()[-35:]),
    "not ours": verdict_of("https://shop.example/MẪU"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_answer_but_a_valid_one_holds_personal_data(failure: str, language: str) -> None:
    verdict = FAILURES[failure]
    assert verdict.overall is not Overall.VALID
    answer = said(verdict, language)
    for place in ("evidence", "issuer", "certificate", "reasons", "rows"):
        text = json.dumps(answer[place], ensure_ascii=False)
        assert not any(personal in text for personal in PERSON), place
    certificate = answer["certificate"]
    assert certificate is None or (certificate["holder"], certificate["claims"]) == (None, None)


def test_an_age_and_a_successor_are_told() -> None:
    old = said(FAILURES["status unknown"])["evidence"]["status"]
    assert old["age_seconds"] == 8 * 24 * 3600
    assert old["stale"] is True
    assert old["value"] is None
    replaced = said(FAILURES["superseded"])["evidence"]["status"]
    assert replaced["superseded_by"] == ["453/LLTP-CA01"]
    assert replaced["value"] == "superseded"


def test_something_that_is_not_genuine_has_no_certificate() -> None:
    answer = said(FAILURES["unknown key"], "en")
    assert answer["certificate"] is None
    assert answer["issuer"] is None
    assert answer["failed_check"] == 4
    assert answer["reasons"] == [
        {"code": "key_unknown", "text": "The signing key is not on the trust list."}
    ]


def test_a_claim_without_words_is_shown_as_it_is() -> None:
    verdict = verdict_of()
    assert verdict.kind is not None
    plain = replace(verdict.kind, claims=(replace(verdict.kind.claims[0], allowed=None),))
    (claim,) = said(replace(verdict, kind=plain))["certificate"]["claims"]
    assert (claim["value"], claim["text"]) == (1, None)


def test_foreign_claims_are_made_into_json_and_only_when_valid() -> None:
    verdict = replace(
        verdict_with(
            Authenticity.GENUINE, Standing.IN_FORCE, Logged.NOT_CHECKED, SubjectMatch.NOT_ASKED
        ),
        profile=Profile.HCERT,
        foreign_claims={
            "dob": "1990", "v": [{"dn": 2, "raw": b"\x01", "share": 0.5}], "r": None,
            "large": [2**53 - 1, 2**53, -(2**64)],
        },
    )  # fmt: skip
    answer = said(verdict)
    assert answer["certificate"] == {
        "claims": {
            "dob": "1990", "v": [{"dn": 2, "raw": "01", "share": "0.5"}], "r": None,
            "large": [2**53 - 1, "9007199254740992", "-18446744073709551616"],
        }
    }  # fmt: skip
    assert answer["profile"] == "hcert"
    assert answer["evidence"]["trust_list"] is None
    assert said(replace(verdict, standing=Standing.EXPIRED))["certificate"] is None
