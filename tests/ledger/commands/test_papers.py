from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import pytest

from ledger.certificates.kind import Wording
from ledger.certificates.lifecycle_facts import CertificatePaperMade
from ledger.certificates.qr_text import to_qr_text
from ledger.commands.papers import Letterhead, make_paper
from ledger.errors import NotFoundError, RefusedError
from ledger.personal import Erased
from tests_support.issuing_office import HOST, Office, act, document_signer, open_office
from verify_api.picture import read_codes

LETTERHEAD = Letterhead(HOST, Wording("Công an mẫu", "Specimen police"), "LÊ VĂN KÝ", specimen=True)


def paper_of(office: Office, certificate: UUID) -> bytes:
    return make_paper(
        office.facts,
        certificate=certificate,
        letterhead=LETTERHEAD,
        signer=document_signer(),
        act=act(at=office.at),
        kinds=office.kinds,
    )


def test_the_paper_bears_the_code_of_the_token() -> None:
    office = open_office()
    issued = office.issue()
    paper = paper_of(office, issued.certificate)
    assert to_qr_text(issued.token, HOST) in read_codes(paper)
    made = office.load(issued.certificate).paper
    assert made == CertificatePaperMade(sha256(paper).digest(), paper)


def test_the_paper_is_made_once_and_stays_when_the_certificate_has_ended() -> None:
    office = open_office()
    certificate = office.issue().certificate
    paper = paper_of(office, certificate)
    office.recall(certificate)
    assert paper_of(office, certificate) == paper


@pytest.mark.parametrize("phase", ["drafted", "recalled"])
def test_no_paper_is_made_of_what_is_not_in_force(phase: str) -> None:
    office = open_office()
    certificate = office.draft()
    if phase == "recalled":
        office.issue(certificate)
        office.recall(certificate)
    with pytest.raises(RefusedError) as raised:
        paper_of(office, certificate)
    assert raised.value.rule == "not_active"


def test_no_paper_is_made_of_a_kind_that_the_program_lost() -> None:
    office = open_office()
    certificate = office.issue().certificate
    office.kinds = {}
    with pytest.raises(RefusedError) as raised:
        paper_of(office, certificate)
    assert raised.value.rule == "kind_unknown"


def test_an_erased_paper_is_refused() -> None:
    office = open_office()
    certificate = office.issue().certificate
    paper_of(office, certificate)
    last = office.facts.recorded[-1]
    assert isinstance(last.fact, CertificatePaperMade)
    erased = replace(last.fact, document=Erased(bytes(16)))
    office.facts.recorded[-1] = replace(last, fact=erased)
    with pytest.raises(RefusedError) as raised:
        paper_of(office, certificate)
    assert raised.value.rule == "paper_erased"


def test_no_paper_of_an_unknown_certificate() -> None:
    with pytest.raises(NotFoundError):
        paper_of(open_office(), UUID(int=1))
