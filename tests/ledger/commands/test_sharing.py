"""Links: opened exactly as often as said, ended by time, person or wrong passcodes."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from keys.content_encryption import NotDecryptedError, decrypt
from keys.root_key import MemoryRootKey
from keys.subject_keys import open_subject_keys
from ledger.categories import Category, Section
from ledger.commands import books, rights, sharing
from ledger.commands.access import who_looked
from ledger.commands.sharing import (
    Opened,
    PasscodeRefusedError,
    SharedFile,
    ShareSecrets,
    ShareTerms,
)
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore
from ledger.records.access import AccessRecorded, RecordKind
from ledger.records.rights import Right, RightsDetails
from ledger.records.share import (
    FILE_TIME,
    MOST_FAILURES,
    PasscodeFailed,
    ShareCreated,
    ShareOpened,
    share_id,
)
from ledger.store.databases import open_store
from ledger.store.event_ids import RANDOM_BYTES, event_id
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from tests_support.health_people import CALENDAR, NOW, OTHER, PATIENT, HealthPeople, act, officer

SECRETS = ShareSecrets(b"a" * 32, b"k" * 32, b"t" * 32)
BUNDLE = b'{"resourceType":"Bundle","type":"document"}'
FHIR = "application/fhir+json"


class Builder:
    """Makes one small bundle, and remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[UUID, frozenset[Section], frozenset[Category]]] = []

    def __call__(
        self,
        subject: UUID,
        *,
        sections: frozenset[Section],
        categories: frozenset[Category],
        at: object,
    ) -> list[SharedFile]:
        self.asked.append((subject, sections, categories))
        return [SharedFile(FHIR, BUNDLE)]


def terms(
    *,
    lasting: timedelta = timedelta(hours=1),
    max_opens: int = 1,
    label: str = "Chia sẻ mẫu",
    sections: frozenset[Section] = frozenset({Section.MEDICINES}),
    categories: frozenset[Category] = frozenset({Category.GENERAL}),
) -> ShareTerms:
    return ShareTerms(lasting, max_opens, label, sections, categories)


def share(
    facts: FactStore, *, passcode: str | None = None, secrets: ShareSecrets = SECRETS,
    asks: ShareTerms | None = None,
) -> UUID:  # fmt: skip
    return sharing.create(
        facts, Builder(), subject=PATIENT, terms=asks or terms(), secrets=secrets,
        passcode=passcode, act=act(),
    )  # fmt: skip


def visitor(minutes: float = 0) -> Act:
    return Act(NOW + timedelta(minutes=minutes), "anonymous", "anonymous",
               legal_basis=sharing.LEGAL_BASIS)  # fmt: skip


def open_link(
    facts: FactStore, *, passcode: str | None = None, recipient: str = "Bác sĩ mẫu",
    minutes: float = 0, address: bytes = SECRETS.address,
) -> Opened:  # fmt: skip
    return sharing.open_link(
        facts, address=address, recipient=recipient, passcode=passcode,
        is_passcode=lambda typed, hashed: f"hash of {typed}" == hashed, act=visitor(minutes),
    )  # fmt: skip


@pytest.fixture
def people() -> HealthPeople:
    return HealthPeople()


@pytest.fixture
def facts(people: HealthPeople) -> FactStore:
    return people.facts


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FactStore]:
    """A real ledger with somebody who has a book."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    root = MemoryRootKey(os.urandom)
    with closing(open_subject_keys(f"sqlite:///{tmp_path}/keys.db", root, random=os.urandom)) as k:
        seals = SealedParts(k, os.urandom)
        ids = lambda: event_id(1, os.urandom(RANDOM_BYTES))  # noqa: E731
        with closing(open_store(url, types=FACT_TYPES, seals=seals, ids=ids)) as opened:
            books.open_book(opened, subject=PATIENT, act=act("intake"))
            yield opened


def test_a_link_opens_to_who_has_its_key_and_to_nobody_else(facts: FactStore) -> None:
    share(facts)
    (file,) = open_link(facts).files
    assert decrypt(file, SECRETS.key) == BUNDLE
    with pytest.raises(NotDecryptedError):
        decrypt(file, SECRETS.address)


def test_neither_the_key_nor_the_address_is_in_any_fact(people: HealthPeople) -> None:
    stream = share(people.facts)
    told = repr(people.facts.recorded)
    for secret in (SECRETS.key, SECRETS.address):
        assert repr(secret)[2:-1] not in told
        assert secret.hex() not in told
    assert stream == share_id(SECRETS.address) != share_id(b"b" * 32)


def test_the_summary_is_of_the_sections_and_categories_that_were_chosen(facts: FactStore) -> None:
    builder = Builder()
    sharing.create(
        facts, builder, subject=PATIENT, terms=terms(), secrets=SECRETS, passcode=None, act=act()
    )
    general = frozenset({Category.GENERAL})
    assert builder.asked == [(PATIENT, frozenset({Section.MEDICINES}), general)]


@pytest.mark.parametrize(
    ("categories", "kept_for"),
    [({Category.GENERAL}, "health"), ({Category.GENERAL, Category.HIV}, "health-restricted")],
)
def test_withheld_categories_are_sealed_as_restricted(
    facts: FactStore, categories: set[Category], kept_for: str
) -> None:
    stream = share(facts, asks=terms(categories=frozenset(categories)))
    created = facts.history(stream).facts[0]
    assert isinstance(created, ShareCreated)
    assert created.kept_for == kept_for


def test_each_opening_is_a_look_in_the_persons_history_and_names_the_recipient(
    facts: FactStore,
) -> None:
    stream = share(facts)
    open_link(facts)
    (look,) = who_looked(facts, subject=PATIENT)
    assert isinstance(look.fact, AccessRecorded)
    assert (look.fact.kind, look.fact.reference) == (RecordKind.SHARE, stream)
    assert facts.history(stream).facts[1] == ShareOpened(1, "Bác sĩ mẫu")


def is_gone(facts: FactStore, **how: object) -> bool:
    try:
        open_link(facts, **how)  # type: ignore[arg-type]
    except NotFoundError as error:
        return str(error) == "no such link is open"
    return False


def test_a_used_up_an_ended_a_revoked_and_an_unknown_link_are_told_apart_by_nobody(
    facts: FactStore,
) -> None:
    assert is_gone(facts)
    share(facts)
    assert is_gone(facts, minutes=60)
    assert is_gone(facts, minutes=100_000)
    open_link(facts, minutes=59.9)
    assert is_gone(facts)
    other = ShareSecrets(b"b" * 32, b"k" * 32, b"t" * 32)
    stream = share(facts, secrets=other)
    sharing.revoke(facts, subject=PATIENT, stream=stream, act=act())
    assert is_gone(facts, address=other.address)
    assert sharing.revoke(facts, subject=PATIENT, stream=stream, act=act()).repeated


def test_five_wrong_passcodes_end_the_link_also_for_the_right_one(facts: FactStore) -> None:
    stream = share(facts, passcode="hash of 4711")
    for left in reversed(range(MOST_FAILURES)):
        with pytest.raises(PasscodeRefusedError) as refused:
            open_link(facts, passcode="0000")
        assert refused.value.remaining == left
    assert is_gone(facts, passcode="4711")
    failed = [fact for fact in facts.history(stream).facts if isinstance(fact, PasscodeFailed)]
    assert [fact.remaining for fact in failed] == [4, 3, 2, 1, 0]
    assert who_looked(facts, subject=PATIENT) == ()


def test_a_missing_passcode_costs_nothing_and_the_right_one_opens(facts: FactStore) -> None:
    share(facts, passcode="hash of 4711")
    for _ in range(10):
        with pytest.raises(PasscodeRefusedError) as refused:
            open_link(facts)
        assert refused.value.remaining == MOST_FAILURES
    assert open_link(facts, passcode="4711").number == 1


def test_whoever_opens_says_who_they_are(facts: FactStore) -> None:
    share(facts)
    with pytest.raises(InvalidInputError) as refused:
        open_link(facts, recipient=" ")
    assert refused.value.place == "recipient"
    assert open_link(facts).number == 1


def test_a_file_is_fetched_by_who_opened_the_link_for_a_short_time(facts: FactStore) -> None:
    stream = share(facts)
    opened = open_link(facts)
    (ticket,) = opened.tickets

    def fetch(ticket: str, at: timedelta = timedelta(0)) -> bytes:
        return sharing.fetch(facts, address=SECRETS.address, ticket=ticket, at=NOW + at)

    assert fetch(ticket) == opened.files[0]
    assert fetch(ticket, FILE_TIME - timedelta(seconds=1)) == opened.files[0]
    forged = ("", "1", "1-0", "1-0-" + "0" * 32, ticket[:-1] + "g", "2" + ticket[1:],
              "1-1" + ticket[3:], ticket + "0", "٣-0-00", "-1-0-0", "99999999999-0-0")  # fmt: skip
    for one in forged:
        with pytest.raises(NotFoundError):
            fetch(one)
    with pytest.raises(NotFoundError):
        fetch(ticket, FILE_TIME)
    sharing.revoke(facts, subject=PATIENT, stream=stream, act=act())
    with pytest.raises(NotFoundError):
        fetch(ticket)


@pytest.mark.parametrize(
    ("place", "asks"),
    [
        ("minutes", terms(lasting=timedelta(0))),
        ("minutes", terms(lasting=timedelta(days=8))),
        ("max_opens", terms(max_opens=0)),
        ("max_opens", terms(max_opens=21)),
        ("label", terms(label="a" * 81)),
        ("label", terms(label="")),
        ("sections", terms(sections=frozenset())),
    ],
)
def test_each_term_has_its_form_and_nothing_is_built_before(
    facts: FactStore, place: str, asks: ShareTerms
) -> None:
    builder = Builder()
    with pytest.raises(InvalidInputError) as refused:
        sharing.create(
            facts, builder, subject=PATIENT, terms=asks, secrets=SECRETS, passcode=None, act=act()
        )
    assert refused.value.place == place
    assert builder.asked == []


def test_somebody_elses_link_is_as_unknown_as_none(facts: FactStore) -> None:
    stream = share(facts)
    for subject, one in ((OTHER, stream), (PATIENT, UUID(int=1)), (PATIENT, PATIENT)):
        with pytest.raises(NotFoundError):
            sharing.revoke(facts, subject=subject, stream=one, act=act())


def test_nobody_without_a_book_and_nobody_who_restricts_shares(people: HealthPeople) -> None:
    with pytest.raises(NotFoundError):
        sharing.create(
            people.facts, Builder(), subject=OTHER, terms=terms(), secrets=SECRETS, passcode=None,
            act=act(),
        )  # fmt: skip
    rights.open_request(
        people.facts, subject=PATIENT, request=UUID(int=1), right=Right.RESTRICT,
        details=RightsDetails("mẫu"), calendar=CALENDAR, act=act(),
    )  # fmt: skip
    rights.complete(people.facts, subject=PATIENT, request=UUID(int=1), words="xong", act=officer())
    with pytest.raises(RefusedError) as refused:
        share(people.facts)
    assert refused.value.rule == "processing_restricted"


def at_once(count: int, facts: FactStore, **how: object) -> list[Opened | Exception]:
    def one(_: int) -> Opened | Exception:
        try:
            return open_link(facts, **how)  # type: ignore[arg-type]
        except (NotFoundError, PasscodeRefusedError) as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize("most", [1, 3])
def test_of_many_who_open_at_once_exactly_so_many_are_let_in(store: FactStore, most: int) -> None:
    share(store, asks=terms(max_opens=most))
    answers = at_once(24, store)
    numbers = sorted(one.number for one in answers if isinstance(one, Opened))
    assert numbers == list(range(1, most + 1))
    assert sum(isinstance(one, NotFoundError) for one in answers) == 24 - most
    assert len(who_looked(store, subject=PATIENT)) == most


def test_of_many_wrong_guesses_at_once_five_are_answered(store: FactStore) -> None:
    share(store, passcode="hash of 4711", asks=terms(max_opens=20))
    answers = at_once(24, store, passcode="0000")
    left = sorted(one.remaining for one in answers if isinstance(one, PasscodeRefusedError))
    assert left == list(range(MOST_FAILURES))
    assert sum(isinstance(one, NotFoundError) for one in answers) == 24 - MOST_FAILURES
