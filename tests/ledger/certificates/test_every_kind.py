"""What holds for every kind: whoever adds one gets these tests with it."""

import json
from collections.abc import Iterator
from unicodedata import is_normalized

import pytest

from ledger.certificates.kind import CertificateKind, Status, Wording
from ledger.certificates.kinds import KINDS, by_document_type
from ledger.certificates.qr_text import to_qr_text
from ledger.commands.papers import Letterhead, make_paper
from ledger.paper.qr_code import encode
from ledger.paper.symbol import Level
from tests_support.issuing_office import HOST, Office, act, document_signer, open_office
from verify_api.picture import read_codes
from verify_api.verdict import Overall, State

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)


def wordings(kind: CertificateKind) -> Iterator[Wording]:
    yield from (kind.title, kind.issuer_title, kind.caution)
    for claim in kind.claims:
        yield claim.title
        yield from (claim.allowed or {}).values()
    paper = kind.paper(kind.specimen)
    yield paper.statement
    for line in paper.lines:
        yield from (line.title, line.value)


def paper_of(office: Office, kind: CertificateKind) -> tuple[str, bytes]:
    issued = office.issue(office.draft(kind))
    letterhead = Letterhead(HOST, kind.issuer_title, "LÊ VĂN KÝ", specimen=True)
    paper = make_paper(
        office.facts,
        certificate=issued.certificate,
        letterhead=letterhead,
        signer=document_signer(),
        act=act(),
        kinds=office.kinds,
    )
    return to_qr_text(issued.token, HOST), paper


@every_kind
def test_the_registry_holds_it_under_its_own_code(kind: CertificateKind) -> None:
    assert KINDS[kind.code] is kind


def test_codes_types_and_suffixes_are_nobody_elses() -> None:
    assert len(by_document_type()) == len(KINDS)
    assert len({kind.number_suffix for kind in KINDS.values()}) == len(KINDS)


@every_kind
def test_everything_is_said_in_both_languages(kind: CertificateKind) -> None:
    for wording in wordings(kind):
        assert wording.vi.strip()
        assert wording.en.strip()
        assert wording.of("vi") == wording.vi
        assert wording.of("en") == wording.en
        assert is_normalized("NFC", wording.vi)


@every_kind
def test_its_claims_have_labels_and_names_of_their_own(kind: CertificateKind) -> None:
    labels = [claim.label for claim in kind.claims]
    assert len(set(labels)) == len(labels)
    assert {0, 1, 4}.isdisjoint(labels)
    assert len({claim.name for claim in kind.claims}) == len(labels)


@every_kind
def test_its_specimen_gives_the_claims_that_it_declares(kind: CertificateKind) -> None:
    claims = kind.check(kind.specimen)
    declared = {claim.label: claim for claim in kind.claims}
    assert set(claims) <= set(declared)
    assert {label for label, claim in declared.items() if claim.required} <= set(claims)
    for label, value in claims.items():
        allowed = declared[label].allowed
        assert allowed is None or value in allowed


@every_kind
def test_its_specimen_is_json_and_plainly_nobody(kind: CertificateKind) -> None:
    assert json.loads(json.dumps(kind.specimen)) == kind.specimen
    assert kind.specimen_holder.name.split()[-1] == "MẪU"
    assert kind.specimen_holder.id_tail == "0000"


@every_kind
def test_its_code_lives_for_a_while_and_can_be_revoked(kind: CertificateKind) -> None:
    assert kind.validity.total_seconds() > 0
    assert {Status.VALID, Status.REVOKED} <= kind.statuses


@every_kind
def test_its_specimen_is_issued_and_verified_until_it_is_recalled(kind: CertificateKind) -> None:
    office = open_office()
    issued = office.issue(office.draft(kind))
    text = to_qr_text(issued.token, HOST)
    verdict = office.verify(text)
    assert verdict.state is State.VALID
    assert verdict.overall is Overall.VALID
    assert verdict.kind is kind
    office.recall(issued.certificate)
    assert office.verify(text).state is State.REVOKED
    office.at += kind.validity
    assert office.verify(text).overall is Overall.NOT_VALID


@every_kind
def test_its_code_is_small_enough_to_be_read_by_any_phone(kind: CertificateKind) -> None:
    office = open_office()
    text = to_qr_text(office.issue(office.draft(kind)).token, HOST)
    assert encode(text, Level.M, mask=0).version <= 12
    assert encode(text, Level.Q, mask=0).version <= 15


@every_kind
def test_its_paper_is_read_back_to_the_same_code(kind: CertificateKind) -> None:
    text, paper = paper_of(open_office(), kind)
    assert text in read_codes(paper)
