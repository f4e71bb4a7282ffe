"""Documents come back as they were packed, small; damaged ones are an error of their own."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical, documents
from ledger.clinical.fhir_bytes import without_spacing
from ledger.errors import InvalidInputError, TamperedError, UnknownFactError
from tests_support.insurance_samples import sample_envelope
from tests_support.visit_samples import vietnamese_visits


@given(st.binary(max_size=2_000))
def test_every_document_comes_back_byte_for_byte(data: bytes) -> None:
    assert documents.unpack(*documents.pack(data)) == data


def test_a_visit_takes_a_tenth_of_its_size() -> None:
    visits = list(vietnamese_visits(seed=7, count=50))
    packed = [documents.pack(visit) for visit in visits]
    assert [documents.unpack(*one) for one in packed] == visits
    assert sum(len(data) for _, data in packed) < sum(map(len, visits)) / 10


def test_a_document_is_packed_with_the_dictionary_of_its_spacing() -> None:
    spaced = [one for one in vietnamese_visits(seed=11, count=60) if b"\n" in one]
    bare = [without_spacing(one) for one in spaced]
    assert {documents.pack(one)[0] for one in spaced} == {documents.NEWEST}
    assert {documents.pack(one)[0] for one in bare} == {documents.NEWEST_UNSPACED}
    size = sum(len(documents.pack(one)[1]) for one in bare)
    other = sum(len(documents._compressor(documents.NEWEST).compress(one)) for one in bare)
    assert size < other


def test_an_insurance_file_takes_a_twentieth_of_its_size() -> None:
    sent = [sample_envelope(seed, rows=6) for seed in range(10**6, 10**6 + 50)]
    packed = [documents.pack(data) for data in sent]
    assert {number for number, _ in packed} == documents.OPENED
    assert [documents.unpack(*one) for one in packed] == sent
    assert sum(len(data) for _, data in packed) < sum(map(len, sent)) / 20


def test_what_is_no_opened_document_is_an_error() -> None:
    number, packed = documents.pack(b"visit" * 50)
    assert number == documents.NEWEST_UNSPACED
    for wrong in (b"visit" * 50, canonical.encode(["text"]), canonical.encode(7)):
        frame = documents._compressor(documents.NEWEST_OPENED).compress(wrong)
        with pytest.raises(TamperedError):
            documents.unpack(documents.NEWEST_OPENED, frame)
    assert documents.unpack(number, packed) == b"visit" * 50


def test_the_length_says_no_more_than_a_multiple_of_sixteen() -> None:
    for visit in vietnamese_visits(seed=8, count=20):
        assert len(documents.pack(visit)[1]) % documents.PADDING == 0


def test_many_threads_pack_at_once() -> None:
    visits = list(vietnamese_visits(seed=9, count=200))
    with ThreadPoolExecutor(8) as pool:
        packed = list(pool.map(documents.pack, visits))
        assert list(pool.map(lambda one: documents.unpack(*one), packed)) == visits


@pytest.mark.parametrize("cut", [0, 1, 5, -20])
def test_a_damaged_document_is_an_error(cut: int) -> None:
    dictionary, packed = documents.pack(next(vietnamese_visits(seed=1, count=1)))
    with pytest.raises(TamperedError):
        documents.unpack(dictionary, packed[:cut])


def test_what_says_that_it_is_huge_is_not_unpacked() -> None:
    huge = documents.pack(bytes(documents.LARGEST))[1]
    claimed = huge[:1] + (documents.LARGEST + 1).to_bytes(4, "little") + huge[5:]
    with pytest.raises(TamperedError, match="larger"):
        documents.unpack(documents.NEWEST, claimed)
    with pytest.raises(InvalidInputError) as refused:
        documents.pack(bytes(documents.LARGEST + 1))
    assert refused.value.rule == "document_size"


def test_a_later_dictionary_is_unknown() -> None:
    with pytest.raises(UnknownFactError):
        documents.unpack(max(documents.DICTIONARIES) + 1, b"")


def test_no_dictionary_is_ever_changed() -> None:
    folder = files("ledger").joinpath("dictionaries")
    known = {
        1: "37d65c79521bf9b1544a91036cc296b36b88136d51ce01bdc70e7917760acbca",
        2: "7ecaba2bced176d6d479c42ece1b05e2d228920e93e5d638924fd8cc604575f8",
        3: "e4e072ab9930460b44dc6c5b61ae084c2401f801b6735cd69bfb54d42687ea42",
    }
    found = {
        number: sha256(folder.joinpath(f"{number}.zstd-dictionary").read_bytes()).hexdigest()
        for number in documents.DICTIONARIES
    }
    assert found == known


def test_another_programs_bytes_are_an_error() -> None:
    with pytest.raises(TamperedError):
        documents.unpack(documents.NEWEST, zlib.compress(b"visit" * 50))
