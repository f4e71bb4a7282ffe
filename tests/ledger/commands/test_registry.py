from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from typing_extensions import override

from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.procedure import Role
from ledger.certificates.request_values import Form, Lookup
from ledger.commands import registry
from ledger.commands.loading import load_record
from ledger.errors import ConflictError, NotFoundError, RefusedError
from ledger.facts import Act, Change, Idempotency, Receipt
from ledger.personal import Erased
from ledger.records.judicial_record.facts import Amnesty, Conviction, PostBan
from tests_support.memory_facts import MemoryFacts
from tests_support.request_desk import DETAILS, RECORD, SUBJECT, by
from tests_support.request_office import ALL_TOPICS, RequestOffice, office

ACT = by(Role.CASE_OFFICER)
A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
TODAY = ACT.at.date()
THEFT = Conviction(
    judgment_number="12/2019/HS-ST",
    judgment_date=date(2019, 5, 6),
    court="Tòa án nhân dân Mẫu",
    offences=("Trộm cắp tài sản",),
    principal_penalties=("Phạt tù 12 tháng",),
    additional_penalties=("Phạt tiền 5.000.000 đồng",),
    articles="Điều 173 BLHS",
    court_fee="200.000 đồng",
    civil_obligations="Bồi thường",
    enforcement="Đang chấp hành",
)
BAN = PostBan(
    decision_number="3/QĐ-PS",
    decision_date=date(2025, 1, 2),
    court="Tòa án nhân dân Mẫu",
    posts="Quản lý doanh nghiệp",
    term="03 năm",
    starts_on=date(2025, 2, 1),
)


def with_entries() -> RequestOffice:
    ledger = office()
    facts = ledger.facts
    registry.enter_conviction(facts, subject=SUBJECT, conviction=A, content=THEFT, act=ACT)
    registry.enter_post_ban(facts, subject=SUBJECT, ban=B, content=BAN, act=ACT)
    return ledger


def said(
    ledger: RequestOffice, form: Form, *, bans: bool = False, version: int | None = None
) -> dict[str, object]:
    content, _ = registry.extract(
        ledger.facts,
        subject=SUBJECT,
        form=form,
        include_post_bans=bans,
        act=ACT,
        version=version,
        details=DETAILS,
    )
    return content


def test_most_people_have_an_empty_record() -> None:
    ledger = office()
    assert registry.look_up(ledger.facts, subject=SUBJECT) == (Lookup.NOTHING, 0)
    assert said(ledger, Form.ONE) == {"form": 1, "result": 0, "convictions": []}
    with pytest.raises(NotFoundError):
        registry.look_up(ledger.facts, subject=UUID(int=9))


def test_what_is_entered_is_found_and_said_by_the_form() -> None:
    ledger = with_entries()
    assert registry.look_up(ledger.facts, subject=SUBJECT) == (Lookup.ENTRIES, 2)
    assert "post_bans" not in said(ledger, Form.ONE)
    assert len(said(ledger, Form.ONE, bans=True)["post_bans"]) == 1  # type: ignore[arg-type]  # a list in the kind's content
    assert said(ledger, Form.TWO)["father_name"] == "NGUYỄN VĂN CHA MẪU"
    assert {r.subject for r in ledger.facts.history(RECORD).recorded} == {SUBJECT}


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("bans", [False, True])
def test_the_certificate_kind_takes_every_extract(form: Form, bans: bool) -> None:  # noqa: FBT001 (from the table above)
    ledger = with_entries()
    for stage in range(4):
        KIND.check(said(ledger, form, bans=bans))
        if stage == 0:
            registry.update_enforcement(
                ledger.facts, subject=SUBJECT, conviction=A, enforcement="Đã chấp hành xong",
                enforced_on=TODAY, act=ACT,
            )  # fmt: skip
        elif stage == 1:
            registry.expunge(
                ledger.facts, subject=SUBJECT, conviction=A, expunged_on=TODAY, act=ACT
            )
        elif stage == 2:
            registry.end_post_ban(
                ledger.facts, subject=SUBJECT, ban=B, ended_on=TODAY, reason="Hủy bỏ", act=ACT
            )


def test_an_extract_can_be_made_again_as_it_was() -> None:
    ledger = with_entries()
    before = said(ledger, Form.ONE)
    registry.apply_amnesty(
        ledger.facts, subject=SUBJECT, conviction=A, amnesty=Amnesty.GENERAL, applied_on=TODAY,
        decision="1/CT", act=ACT,
    )  # fmt: skip
    assert said(ledger, Form.ONE) != before
    assert said(ledger, Form.ONE, version=2) == before


def test_corrections_are_asked_for_and_made_or_refused() -> None:
    ledger = with_entries()
    registry.request_correction(
        ledger.facts, subject=SUBJECT, correction=C, entry=A, request="Sai tòa án", act=ACT
    )
    registry.refuse_correction(
        ledger.facts, subject=SUBJECT, correction=C, reason="Đúng rồi", act=ACT
    )
    mended = replace(THEFT, court="Tòa án nhân dân Khác")
    registry.make_correction(
        ledger.facts, subject=SUBJECT, entry=A, conviction=mended, decision="7/QĐ", act=ACT
    )
    record = load_record(ledger.facts, RECORD).state
    assert record.convictions[A].content == mended
    assert not record.open_corrections


def test_a_repeated_entry_hears_the_first_answer() -> None:
    ledger = office()
    key = Idempotency("judgment-1", bytes(32))
    first, again = (
        registry.enter_conviction(
            ledger.facts, subject=SUBJECT, conviction=A, content=THEFT, act=ACT, idempotency=key
        )
        for _ in range(2)
    )
    assert first.positions == again.positions
    assert again.repeated


class SomebodyIsFasterOnce(MemoryFacts):
    """Lets another entry in before the first append of a conviction."""

    interrupted = False

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Append, but late."""
        if not self.interrupted and changes[0].stream_id == RECORD:
            self.interrupted = True
            raise ConflictError("somebody was faster")
        return super().append(act, *changes, idempotency=idempotency)


def test_who_was_slower_enters_on_the_second_try() -> None:
    ledger = RequestOffice(facts=SomebodyIsFasterOnce(ALL_TOPICS))
    ledger.register()
    registry.enter_conviction(ledger.facts, subject=SUBJECT, conviction=A, content=THEFT, act=ACT)
    assert load_record(ledger.facts, RECORD).history.version == 1


def test_an_erased_declaration_gives_no_extract() -> None:
    with pytest.raises(RefusedError) as refused:
        registry.extract(
            office().facts,
            subject=SUBJECT,
            form=Form.TWO,
            include_post_bans=False,
            act=ACT,
            details=Erased(bytes(16)),
        )
    assert refused.value.rule == "record_erased"
