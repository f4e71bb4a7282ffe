"""Every fact that this program writes and reads: one table a kind of stream."""

from ledger.certificates import lifecycle_facts, register, request_facts
from ledger.records import (
    access,
    check,
    cleaning,
    consent,
    emergency,
    facility,
    letter,
    misuse,
    paper_key,
    passcode,
    payment,
    person,
    portal,
    refusal_day,
    rights,
    seal,
    share,
    signing_key,
    trust_list,
    visit,
    written_order,
)
from ledger.records.appointment import facts as appointment_facts
from ledger.records.appointment_request import facts as appointment_request_facts
from ledger.records.erasure import facts as erasure_facts
from ledger.records.health_book import facts as health_book_facts
from ledger.records.judicial_record import facts as judicial_record_facts
from ledger.records.referral import facts as referral_facts
from ledger.store.fact_types import FactTypes
from ledger.store.upcasters import UPCASTERS

FACT_TYPES = FactTypes(
    person.TOPICS,
    judicial_record_facts.TOPICS,
    request_facts.TOPICS,
    letter.TOPICS,
    payment.TOPICS,
    passcode.TOPICS,
    lifecycle_facts.TOPICS,
    register.TOPICS,
    portal.TOPICS,
    access.TOPICS,
    refusal_day.TOPICS,
    check.TOPICS,
    erasure_facts.TOPICS,
    signing_key.TOPICS,
    trust_list.TOPICS,
    facility.TOPICS,
    health_book_facts.TOPICS,
    visit.TOPICS,
    referral_facts.TOPICS,
    appointment_facts.TOPICS,
    appointment_request_facts.TOPICS,
    paper_key.TOPICS,
    consent.TOPICS,
    emergency.TOPICS,
    misuse.TOPICS,
    rights.TOPICS,
    share.TOPICS,
    written_order.TOPICS,
    cleaning.TOPICS,
    seal.TOPICS,
    upcasters=UPCASTERS,
)
