from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.categories import Category
from ledger.errors import InvalidInputError, RefusedError
from ledger.personal import Erased
from ledger.records import consent
from ledger.records.consent import (
    EMPTY,
    Asker,
    ConsentEvidence,
    ConsentGranted,
    ConsentPurpose,
    Consents,
    ConsentTerms,
    ConsentWithdrawn,
    Method,
    Recipient,
    RecipientKind,
)
from tests_support.health_people import EVIDENCE, FACILITY, NOW, PATIENT, terms

ONE, TWO = UUID(int=1), UUID(int=2)
HERE = Asker(facility=FACILITY)
TREATMENT, GENERAL = ConsentPurpose.TREATMENT, Category.GENERAL


def grant(
    state: Consents = EMPTY, *, consent_id: UUID = ONE, explicit: bool = True, **changes: object
) -> tuple[ConsentGranted, ...]:
    return consent.grant(
        state, consent=consent_id, terms=terms(**changes), evidence=EVIDENCE, explicit=explicit,
        at=NOW,
    )  # fmt: skip


def given_one(**changes: object) -> Consents:
    return consent.fold(grant(EMPTY, **changes))  # type: ignore[arg-type]


def test_a_consent_allows_what_it_names_to_whom_it_names_for_its_time() -> None:
    state = given_one(categories=(Category.HIV, GENERAL))
    assert consent.permitting(state, HERE, TREATMENT, GENERAL, NOW) == ONE
    assert consent.permitting(state, HERE, TREATMENT, Category.HIV, NOW) == ONE
    assert consent.permitting(state, HERE, TREATMENT, Category.MENTAL, NOW) is None
    assert consent.permitting(state, HERE, ConsentPurpose.RESEARCH, GENERAL, NOW) is None
    assert consent.permitting(state, Asker(facility="01B03"), TREATMENT, GENERAL, NOW) is None
    assert consent.permitting(state, Asker(), TREATMENT, GENERAL, NOW) is None


def test_a_consent_begins_and_ends_to_the_moment() -> None:
    until = NOW + timedelta(hours=1)
    state = given_one(since=NOW + timedelta(minutes=1), until=until)

    def allowed(minutes: float) -> bool:
        at = NOW + timedelta(minutes=minutes)
        return consent.permitting(state, HERE, TREATMENT, GENERAL, at) is not None

    assert [allowed(m) for m in (0, 0.99, 1, 59.99, 60, 600)] == [
        False, False, True, True, False, False,
    ]  # fmt: skip


def test_silence_is_no_consent() -> None:
    with pytest.raises(RefusedError) as refused:
        grant(explicit=False)
    assert refused.value.rule == "consent_not_explicit"
    assert consent.permitting(EMPTY, HERE, TREATMENT, GENERAL, NOW) is None


def test_what_is_withdrawn_allows_nothing_and_is_withdrawn_once() -> None:
    state = given_one()
    taken_back = consent.withdraw(state, consent=ONE)
    assert taken_back == (ConsentWithdrawn(ONE),)
    after = consent.fold((*grant(), *taken_back))
    assert consent.permitting(after, HERE, TREATMENT, GENERAL, NOW) is None
    assert consent.withdraw(after, consent=ONE) == ()
    with pytest.raises(RefusedError) as refused:
        consent.withdraw(after, consent=TWO)
    assert refused.value.rule == "unknown_consent"


def test_the_same_consent_sent_again_later_is_one_and_another_content_is_refused() -> None:
    state = given_one()
    again = consent.grant(
        state, consent=ONE, terms=terms(), evidence=EVIDENCE, explicit=True,
        at=NOW + timedelta(days=1),
    )  # fmt: skip
    assert again == ()
    with pytest.raises(RefusedError) as refused:
        grant(state, categories=(Category.HIV,))
    assert refused.value.rule == "consent_differs"


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("since", {"since": NOW - timedelta(seconds=1)}),
        ("until", {"until": NOW}),
        ("until", {"until": NOW - timedelta(days=400)}),
        ("categories", {"categories": ()}),
        ("recipient.reference", {"recipient": Recipient(RecipientKind.FACILITY, "79A0")}),
        ("recipient.reference", {"recipient": Recipient(RecipientKind.PERSON, "000090001234")}),
        ("recipient.reference", {"recipient": Recipient(RecipientKind.ORGANISATION, "a b")}),
    ],
)
def test_each_part_has_its_form(place: str, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        grant(**changes)  # type: ignore[arg-type]
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("place", "evidence"),
    [
        ("evidence.text_digest", ConsentEvidence(b"short", "app", Method.WRITTEN)),
        ("evidence.channel", ConsentEvidence(bytes(32), "Nguyễn Văn", Method.WRITTEN)),
    ],
)
def test_evidence_has_its_form(place: str, evidence: ConsentEvidence) -> None:
    with pytest.raises(InvalidInputError) as refused:
        consent.grant(EMPTY, consent=ONE, terms=terms(), evidence=evidence, explicit=True, at=NOW)
    assert refused.value.place == place


def test_a_consent_to_a_person_is_for_that_person() -> None:
    state = given_one(
        recipient=Recipient(RecipientKind.PERSON, str(PATIENT)), purpose=ConsentPurpose.PERSONAL
    )
    asked = (state, Asker(person=PATIENT), ConsentPurpose.PERSONAL, GENERAL, NOW)
    assert consent.permitting(*asked) == ONE
    assert (
        consent.permitting(state, Asker(person=TWO), ConsentPurpose.PERSONAL, GENERAL, NOW) is None
    )


def test_a_consent_to_an_organisation_is_not_one_to_a_facility_of_the_same_code() -> None:
    state = given_one(recipient=Recipient(RecipientKind.ORGANISATION, FACILITY))
    assert consent.permitting(state, HERE, TREATMENT, GENERAL, NOW) is None
    assert consent.permitting(state, Asker(organisation=FACILITY), TREATMENT, GENERAL, NOW) == ONE


def test_what_was_erased_allows_nothing() -> None:
    erased = Erased(bytes(16))
    state = consent.fold((ConsentGranted(ONE, erased, erased),))
    assert consent.in_force(state, HERE, TREATMENT, NOW) == ()


_categories = st.lists(st.sampled_from(list(Category)), min_size=1).map(tuple)


@given(
    st.lists(st.tuples(_categories, st.booleans()), max_size=8),
    st.sampled_from(list(Category)),
    st.integers(-1, 40),
)
def test_nothing_is_allowed_that_no_standing_consent_names(
    granted: list[tuple[tuple[Category, ...], bool]], category: Category, days: int
) -> None:
    facts: list[consent.Fact] = []
    for number, (categories, withdrawn) in enumerate(granted):
        state = consent.fold(facts)
        facts.extend(grant(state, consent_id=UUID(int=number), categories=categories))
        if withdrawn:
            facts.append(ConsentWithdrawn(UUID(int=number)))
    at = NOW + timedelta(days=days)
    found = consent.permitting(consent.fold(facts), HERE, TREATMENT, category, at)
    standing = [
        UUID(int=number)
        for number, (categories, withdrawn) in enumerate(granted)
        if category in categories and not withdrawn and 0 <= days < 30
    ]
    assert (found in standing) if standing else (found is None)


def test_terms_are_kept_in_one_order() -> None:
    (granted,) = grant(categories=(Category.MENTAL, Category.HIV, Category.MENTAL))
    assert isinstance(granted.terms, ConsentTerms)
    assert granted.terms == replace(terms(), categories=(Category.HIV, Category.MENTAL))
