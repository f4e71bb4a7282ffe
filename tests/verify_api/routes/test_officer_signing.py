"""Signatures of officers over a whole house: one, several, and of corrections."""

import re
from http import HTTPStatus

import pytest

from ledger.certificates.lifecycle import Phase
from ledger.certificates.procedure import Stage
from ledger.commands import corrections
from ledger.records.access import RecordKind
from tests_support.officer_desks import Officer, looks, stage
from tests_support.officer_desks import made as made  # noqa: PLC0414  a fixture
from tests_support.officer_desks import officers as officers  # noqa: PLC0414  a fixture
from tests_support.officer_site import OFFICERS, OfficerHouse
from tests_support.service_world import PASSWORD
from verify_api.callers import Role


def test_a_signature_asks_who_signs_and_keeps_no_password_on_the_page(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request, signer = made.ready_to_sign(22), officers["nguoiky"]
    page = signer.page(f"/work/{request}")
    assert "Dự thảo chờ ký" in page
    assert "Hoàng Gia Bảo" in page
    for wrong in ("", "một mật khẩu khác"):
        refused = signer.send(f"/work/{request}/mark_ready", password=wrong)
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Mật khẩu không đúng" in refused.text
        assert "một mật khẩu khác" not in refused.text
    assert stage(made, request) is Stage.ISSUING
    assert signer.send(f"/work/{request}/mark_ready", password=PASSWORD).status_code == 303
    assert stage(made, request) is Stage.READY


def test_who_guesses_a_signers_password_is_stopped(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.ready_to_sign(23)
    signer = officers["nguoiky"]
    made.later(minutes=30)
    signer = Officer(made, "nguoiky")
    tried = [
        signer.send(f"/work/{request}/mark_ready", password="sai").status_code for _ in range(7)
    ]
    assert tried[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert tried[-1] == HTTPStatus.TOO_MANY_REQUESTS
    made.later(minutes=30)
    officers.update({name: Officer(made, name) for name in OFFICERS})


def test_several_are_signed_by_one_password_each_by_itself_and_who_failed_is_told(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    requests = [made.ready_to_sign(24 + number) for number in range(3)]
    made.catch_up()
    signer = officers["nguoiky"]
    assert all(made.code(one) in signer.page("/officer/sign") for one in requests)
    chosen = [str(one) for one in requests]
    read = signer.send("/officer/sign/read", file=chosen)
    assert read.status_code == HTTPStatus.OK
    assert "Không có án tích" in read.text
    assert all(
        RecordKind.CERTIFICATE in {look.kind for look in looks(made, one)} for one in requests
    )
    seen = dict(re.findall(r'name="(seen-[0-9a-f-]+)" value="(\d+)"', read.text))
    made.house.do(requests[2], "drop_certificate", _case())
    form = {"file": chosen, "once": "batch-1", **seen}
    wrong = signer.send("/officer/sign", **form, password="sai")
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    head = made.house.system.facts.head()
    done = signer.send("/officer/sign", **form, password=PASSWORD)
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert [stage(made, one) for one in requests] == [Stage.READY, Stage.READY, Stage.VERIFIED]
    for one in requests[:2]:
        intent = made.certificate(one).certificate.intent
        assert intent is not None
        assert intent.signer == "id-nguoiky"
    assert done.location is not None
    told = signer.page(done.location)
    assert told.count("Đã ký, số") == 2
    assert told.count("Chưa ký") == 1
    assert "Cán bộ khác vừa thao tác trên hồ sơ này." in told
    head = made.house.system.facts.head()
    assert signer.send("/officer/sign", **form, password=PASSWORD).location == done.location
    assert made.house.system.facts.head() == head


def test_corrections_are_signed_in_the_same_batch_as_first_certificates(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    first, wrong = made.ready_to_sign(27), made.file(28)
    made.house.walk(wrong)
    case, signer = officers["thuly"], officers["nguoiky"]
    drafted = case.send(
        f"/work/{wrong}/draft_correction", decision_number="18/QĐ-ĐC", decision_date="23/11/2026",
        reason="content_wrong", decision_text="Đính chính", name="Lê Hoàng Yến Nhỉ",
    )  # fmt: skip
    assert drafted.status_code == HTTPStatus.SEE_OTHER, drafted.text
    made.catch_up()
    waiting = signer.page("/officer/sign")
    assert re.search(rf"{made.code(wrong)}</strong> · Phiếu số 1 · Đính chính", waiting)
    assert "Chưa ký" in signer.page(f"/officer/sign?signed={wrong}")
    chosen = [str(first), str(wrong)]
    read = signer.send("/officer/sign/read", file=chosen)
    assert "Lê Hoàng Yến Nhỉ" in read.text
    hidden = dict(re.findall(r'name="((?:seen|act)-[0-9a-f-]+)" value="(\w+)"', read.text))
    assert {hidden[f"act-{one}"] for one in chosen} == {"mark_ready", "sign_correction"}
    form = {"file": chosen, "once": "batch-2", "password": PASSWORD, **hidden}
    strange = signer.send("/officer/sign", **{**form, f"act-{wrong}": "recall"})
    assert strange.status_code == HTTPStatus.BAD_REQUEST
    done = signer.send("/officer/sign", **form)
    assert signer.page(done.location or "").count("Đã ký, số") == 2
    chain = corrections.chain(made.house.system.facts, made.certificate(wrong).id)
    assert [one.certificate.phase for one in chain] == [Phase.SUPERSEDED, Phase.ACTIVE]
    head = made.house.system.facts.head()
    assert signer.send("/officer/sign", **form).location == done.location
    assert made.house.system.facts.head() == head
    made.catch_up()
    assert made.code(wrong) not in signer.page("/officer/sign")


def _case() -> Role:
    return OFFICERS["thuly"][0]


@pytest.mark.parametrize("form", [{"file": "x"}, {"file": ["1"] * 51}])
def test_a_choice_that_is_none_is_malformed(
    officers: dict[str, Officer], form: dict[str, str | list[str]]
) -> None:
    assert officers["nguoiky"].send("/officer/sign/read", **form).status_code == 400


@pytest.mark.parametrize("query", ["signed=x", "failed=x.y", "failed=.", "failed=" + "0" * 40])
def test_an_outcome_that_nobody_wrote_is_malformed(
    officers: dict[str, Officer], query: str
) -> None:
    assert officers["nguoiky"].client.get(f"/officer/sign?{query}").status_code == 400


def test_an_address_cannot_make_a_draft_look_signed(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.files["draft-0"]
    page = officers["nguoiky"].page(f"/officer/sign?signed={request}")
    assert "Chưa ký" in page
    assert "Đã ký, số" not in page


def test_nothing_chosen_is_said(officers: dict[str, Officer]) -> None:
    answer = officers["nguoiky"].send("/officer/sign/read")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Hãy chọn ít nhất một dự thảo" in answer.text


@pytest.mark.parametrize("name", ["tiepnhan", "thuly", "congan"])
def test_only_signers_sign(officers: dict[str, Officer], name: str) -> None:
    assert officers[name].client.get("/officer/sign").status_code == HTTPStatus.FORBIDDEN
    assert officers[name].send("/officer/sign/read").status_code == HTTPStatus.FORBIDDEN
    assert (
        officers[name].send("/officer/sign", password=PASSWORD).status_code == HTTPStatus.FORBIDDEN
    )


def test_a_certificate_is_corrected_by_a_decision_that_another_signs(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request = made.file(35)
    made.house.walk(request)
    case, signer = officers["thuly"], officers["nguoiky"]
    decision = {
        "decision_number": "15/QĐ-ĐC", "decision_date": "23/11/2026", "reason": "content_wrong",
        "decision_text": "Đính chính họ tên",
    }  # fmt: skip
    nothing = case.send(f"/work/{request}/draft_correction", **decision)
    assert "Phiếu đính chính không khác Phiếu hiện tại." in nothing.text
    bad_name = case.send(f"/work/{request}/draft_correction", **decision, name="Tên 1")
    assert bad_name.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    drafted = case.send(
        f"/work/{request}/draft_correction", **decision, name="Lê Hoàng Yến Nhỉ", sex="2",
        birth_date="1991-02-03",
    )  # fmt: skip
    assert drafted.status_code == HTTPStatus.SEE_OTHER, drafted.text
    second = case.send(f"/work/{request}/draft_correction", **decision, name="Lê Hoàng")
    assert second.status_code == HTTPStatus.FORBIDDEN
    page = signer.page(f"/work/{request}")
    assert "Lê Hoàng Yến Nhỉ" in page
    assert "3/2/1991" in page or "03/02/1991" in page
    first = made.certificate(request)
    form = {"password": PASSWORD, "seen": signer.seen(request), "once": "correction"}
    for _ in range(2):
        signed = signer.send(f"/work/{request}/sign_correction", **form)
        assert signed.status_code == HTTPStatus.SEE_OTHER, signed.text
    facts = made.house.system.facts
    chain = corrections.chain(facts, first.id)
    assert [one.certificate.phase for one in chain] == [Phase.SUPERSEDED, Phase.ACTIVE]
    assert "Phiếu được đính chính (quyết định 15/QĐ-ĐC)" in case.page(f"/work/{request}")
    assert case.client.get(f"/work/{request}/certificate.pdf").data.startswith(b"%PDF")
    recalled = signer.send(
        f"/work/{request}/recall", **{**decision, "decision_number": "16/QĐ-TH"}, summary="Thu hồi"
    )
    assert recalled.status_code == HTTPStatus.SEE_OTHER
    assert corrections.chain(facts, first.id)[-1].certificate.phase is Phase.RECALLED


def test_a_correction_can_be_given_up_and_drafted_anew(
    made: OfficerHouse, officers: dict[str, Officer]
) -> None:
    request, case = made.file(36), officers["thuly"]
    made.house.walk(request)
    decision = {
        "decision_number": "17/QĐ-ĐC", "decision_date": "23/11/2026", "reason": "content_wrong",
        "decision_text": "Đính chính", "name": "Phạm Đức Anh",
    }  # fmt: skip
    for _ in range(2):
        assert case.send(f"/work/{request}/draft_correction", **decision).status_code == 303
        form = {"once": f"drop-{_}", "seen": case.seen(request)}
        for _again in range(2):
            assert case.send(f"/work/{request}/drop_correction", **form).status_code == 303
    assert corrections.pending(made.house.system.facts, made.certificate(request).id) is None
