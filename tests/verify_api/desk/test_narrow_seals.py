from uuid import UUID

import pytest

from ledger.certificates.lifecycle_facts import CertificateSigned
from ledger.certificates.procedure import Stage
from ledger.personal import Erased
from tests_support.desk_home import SCOPE, DeskHome
from verify_api.callers import Role
from verify_api.desk.narrow_seals import COMPARED


def test_a_check_opens_the_hash_of_what_was_signed_and_nothing_else(home: DeskHome) -> None:
    request = home.bring_to(Stage.RETURNED)
    home.ports.office.paper(SCOPE, Role.SIGNER, request, at=home.at)
    subject = home.request(request).draft.subject
    for stream in (request, home.certificate(request).id, subject):
        for recorded in home.checking.history(stream).recorded:
            shown = repr(recorded.fact)
            assert "Mẫu" not in shown
            assert "%PDF" not in shown
            assert (
                recorded.topic in COMPARED
                or "Erased" in shown
                or shown
                == repr(home.system.facts.history(stream).recorded[recorded.version - 1].fact)
            )
    (signed,) = [
        fact
        for fact in home.checking.history(home.certificate(request).id).facts
        if isinstance(fact, CertificateSigned)
    ]
    assert isinstance(signed.signed_digest, bytes)


def test_everything_else_reads_as_erased(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    drafted = home.checking.history(home.certificate(request).id).facts[0]
    assert isinstance(getattr(drafted, "holder", None), Erased)
    assert isinstance(getattr(drafted, "content", None), Erased)


def test_nothing_is_sealed_by_what_only_reads(home: DeskHome) -> None:
    history = home.checking.history(UUID(int=1))
    person = home.system.facts.history(home.register()).facts[0]
    with pytest.raises(AssertionError):
        home.checking.append(
            home.system.act("nobody", "system"), history.then(person, subject=UUID(int=1))
        )
