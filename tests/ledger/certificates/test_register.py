import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from ledger import canonical
from ledger.certificates import lifecycle_facts, register
from ledger.certificates.kind import StatusReference
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateDrafted,
    CertificateIssued,
    CertificateNoLongerCurrent,
    CertificatePaperMade,
    CertificateRecalled,
    CertificateSealed,
    CertificateSigned,
    CertificateSupplemented,
    CertificateWithdrawn,
    Correction,
    Decision,
    Reason,
)
from ledger.certificates.register import (
    NumberAssigned,
    ShortCodeAssigned,
    StatusIndexTaken,
    StatusListOpened,
    StatusListPublished,
    number_stream,
    short_code_stream,
    status_index_stream,
    status_list_stream,
)
from ledger.store.fact_codec import StoredFields
from ledger.store.fact_types import FactTypes

TYPES = FactTypes(lifecycle_facts.TOPICS, register.TOPICS)
GOLDEN = Path(__file__).parents[2] / "golden" / "certificate_facts.json"
"""Stored name to the fields' bytes, in hex: what is in a ledger is read by these for ever."""

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
DIGEST = bytes(range(32))
DECISION = Decision("15/QĐ-CA01", date(2026, 11, 23), Reason.CONTENT_WRONG, DIGEST)
URI = "https://kiemtra.example/s/1-2705-0"
STATUS = StatusReference(7, URI)
KIND = KINDS["judicial-record"]
FACTS = (
    CertificateDrafted(
        KIND.code, ONE, "o-1", Correction(TWO, DECISION), KIND.specimen_holder, b"\xa0", b"%PDF"
    ),
    CertificateSigned("o-2", "CA01", "1/LLTP-CA01", DIGEST, STATUS, AT, AT, DIGEST),
    CertificateSealed(DIGEST, b"token"),
    CertificateIssued(AT),
    CertificatePaperMade(DIGEST, b"%PDF"),
    CertificateWithdrawn(AT, "o-1", STATUS),
    CertificateSupplemented(DECISION, AT, "thêm", b"%PDF"),
    CertificateCorrected(DECISION, AT, TWO, STATUS),
    CertificateRecalled(DECISION, AT, STATUS, "trích yếu", b"%PDF"),
    CertificateCancelled(DECISION, AT, STATUS, "trích yếu", b"%PDF"),
    CertificateNoLongerCurrent(AT),
    NumberAssigned(1, "1/LLTP-CA01", ONE),
    StatusIndexTaken(7, ONE),
    ShortCodeAssigned(ONE),
    StatusListOpened(URI, "CA01", KIND.code, "2027-05", 0),
    StatusListPublished(URI, AT, AT, 9, 1, DIGEST, DIGEST, b"list"),
)


def stored(fact: object) -> bytes:
    fields = TYPES.codec(TYPES.topic_of(fact)).fields_of(fact)
    return canonical.encode([fields.clear, fields.sealed])


@pytest.mark.parametrize("fact", FACTS, ids=TYPES.topic_of)
def test_every_fact_is_written_and_read_as_its_golden_bytes(fact: object) -> None:
    topic = TYPES.topic_of(fact)
    golden = bytes.fromhex(json.loads(GOLDEN.read_text("utf-8"))[topic])
    assert stored(fact) == golden
    clear, sealed = canonical.decode(golden)
    assert TYPES.reader(topic)(StoredFields(clear, sealed)) == fact


def test_no_fact_is_without_golden_bytes() -> None:
    assert set(json.loads(GOLDEN.read_text("utf-8"))) == set(TYPES.topics)


def test_every_name_has_a_stream_of_its_own() -> None:
    streams = [
        number_stream("CA01", 2026, "1/LLTP-CA01"),
        number_stream("CA01", 2027, "1/LLTP-CA01"),
        number_stream("CA02", 2026, "1/LLTP-CA01"),
        number_stream("CA01", 2026, "2/LLTP-CA01"),
        status_index_stream("https://a.example/s/1", 2),
        status_index_stream("https://a.example/s/2", 1),
        status_list_stream("https://a.example/s/1"),
        short_code_stream("0000-0000-0000"),
    ]
    assert len(set(streams)) == len(streams)


def test_the_streams_of_names_never_change() -> None:
    # What is stored is found by these: another namespace would lose every number given out.
    assert number_stream("CA01", 2026, "1/LLTP-CA01").hex == "54c978edfe085c73838a5dac402d6c34"
    assert status_index_stream("https://a.example/s/1", 2).hex == "0c1b0a4ea8ff59bdaac5afa5065d43c8"
    assert status_list_stream("https://a.example/s/1").hex == "f36d44a49e1855deb898126c0f5211a1"
    assert short_code_stream("0000-0000-0000").hex == "6a26bf26c6da5402a67ea4ca87d91d0d"
