import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from keys.blind_index import BlindIndex, Claim
from keys.key_store_errors import NumberTakenError
from keys.root_key import MemoryRootKey
from keys.subject_keys import SubjectKeys

OpenKeys = Callable[..., SubjectKeys]
ALICE, BOB = UUID(int=1), UUID(int=2)
NUMBER = "000099001234"
DAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def numbers(keys: SubjectKeys) -> BlindIndex:
    return keys.numbers


def test_a_number_leads_to_its_subject(numbers: BlindIndex) -> None:
    assert numbers.find(NUMBER, kind="personal") is None
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    assert numbers.find(NUMBER, kind="personal") == ALICE


def test_kinds_of_numbers_never_mix(numbers: BlindIndex) -> None:
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    numbers.remember(NUMBER, BOB, kind="passport", at=DAY)
    assert numbers.find(NUMBER, kind="personal") == ALICE
    assert numbers.find(NUMBER, kind="passport") == BOB


def test_a_kind_may_be_an_enum_of_text(numbers: BlindIndex) -> None:
    class Kind(StrEnum):
        PERSONAL = "personal"

    assert numbers.tag(NUMBER, Kind.PERSONAL) == numbers.tag(NUMBER, "personal")


def test_remembering_again_changes_nothing(numbers: BlindIndex) -> None:
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY + timedelta(days=1))
    assert numbers.find(NUMBER, kind="personal", at=DAY) == ALICE


def test_a_reissued_number_leads_to_whoever_had_it_at_the_time(numbers: BlindIndex) -> None:
    later = DAY + timedelta(days=400)
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    numbers.remember(NUMBER, BOB, kind="personal", at=later, instead_of=ALICE)
    assert numbers.find(NUMBER, kind="personal") == BOB
    assert numbers.find(NUMBER, kind="personal", at=later) == BOB
    before = (later - timedelta(microseconds=1)).astimezone(timezone(timedelta(hours=7)))
    assert numbers.find(NUMBER, kind="personal", at=before) == ALICE
    assert numbers.find(NUMBER, kind="personal", at=DAY - timedelta(seconds=1)) is None


def test_somebody_elses_number_is_not_taken_by_mistake(numbers: BlindIndex) -> None:
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    for believed in (None, BOB):
        with pytest.raises(NumberTakenError):
            numbers.remember(
                NUMBER, BOB, kind="personal", at=DAY + timedelta(days=1), instead_of=believed
            )
    with pytest.raises(NumberTakenError, match="this time or later"):
        numbers.remember(NUMBER, BOB, kind="personal", at=DAY, instead_of=ALICE)
    assert numbers.find(NUMBER, kind="personal") == ALICE


def test_of_many_who_register_the_same_number_at_once_one_wins(numbers: BlindIndex) -> None:
    def register(subject: UUID) -> bool:
        try:
            numbers.remember(NUMBER, subject, kind="personal", at=DAY)
        except NumberTakenError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(register, [uuid4() for _ in range(16)]))
    assert won.count(True) == 1


def test_forgetting_the_identity_forgets_the_way_to_it(keys: SubjectKeys) -> None:
    keys.numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    keys.numbers.remember("C1234567", ALICE, kind="passport", at=DAY)
    keys.numbers.remember("000099009999", BOB, kind="personal", at=DAY)
    keys.forget(ALICE, ["contact"], batch=uuid4())
    assert keys.numbers.find(NUMBER, kind="personal") == ALICE
    keys.forget(ALICE, ["identity"], batch=uuid4())
    assert keys.numbers.find(NUMBER, kind="personal") is None
    assert keys.numbers.find("C1234567", kind="passport") is None
    assert keys.numbers.find("000099009999", kind="personal") == BOB


def test_another_process_finds_the_same(keys: SubjectKeys, open_keys: OpenKeys) -> None:
    keys.numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    keys.forget(BOB, ["contact"], batch=uuid4())  # a new root leaves the index key alone
    assert open_keys().numbers.find(NUMBER, kind="personal") == ALICE


def test_the_database_holds_neither_the_number_nor_a_hash_that_can_be_guessed(
    keys: SubjectKeys,
) -> None:
    keys.numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    ((tag,),) = keys._database.query("SELECT tag FROM blind_index")
    assert len(tag) == 32
    assert tag != sha256(NUMBER.encode()).digest()
    other = MemoryRootKey(os.urandom)
    other.new_index_key("00.numbers")
    assert BlindIndex(keys._database, other, b"\x00").tag(NUMBER, "personal") != tag


def test_many_numbers_are_found_together(numbers: BlindIndex) -> None:
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    numbers.remember(NUMBER, BOB, kind="personal", at=DAY + timedelta(days=9), instead_of=ALICE)
    many = [("personal", f"{n:012}") for n in range(1_200)]
    assert numbers.find_many([*many, ("personal", NUMBER)]) == {("personal", NUMBER): BOB}
    assert numbers.find_many([]) == {}


def test_a_claim_answers_whose_the_first_known_deciding_number_is(numbers: BlindIndex) -> None:
    numbers.remember(NUMBER, ALICE, kind="personal", at=DAY)
    numbers.remember("P1", BOB, kind="passport", at=DAY)
    newcomer, other = UUID(int=8), UUID(int=9)
    known, passport = ("personal", NUMBER), ("passport", "P1")
    claims = [
        Claim((known, passport, ("mrn:79A02", "1")), (), newcomer),
        Claim((("mrn:79A02", "1"),), (), other),
        Claim((("mrn:79A02", "2"),), (("passport", "P2"), passport), other),
        Claim((("mrn:79A02", "2"), ("passport", "P2")), (), newcomer),
        Claim((("personal", "0" * 12),), (("mrn:79A02", "2"),), newcomer),
    ]
    assert numbers.claim_many(claims, at=DAY) == [ALICE, ALICE, other, other, newcomer]
    assert numbers.find("P1", kind="passport") == BOB
    assert numbers.find("1", kind="mrn:79A02") == ALICE
    assert numbers.find("P2", kind="passport") == other
    assert numbers.find("2", kind="mrn:79A02") == other


def test_of_many_who_claim_the_same_numbers_all_get_one_answer(numbers: BlindIndex) -> None:
    wanted = (("personal", NUMBER), ("insurance-card", "HS4010123456789"))
    claims = [Claim(wanted, (), uuid4()) for _ in range(16)]
    with ThreadPoolExecutor(8) as pool:
        claimed = pool.map(lambda one: numbers.claim_many([one], at=DAY), claims)
        assert len({owner for owners in claimed for owner in owners}) == 1
