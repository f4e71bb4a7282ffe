"""A facility's pages of papers: ordered, looked at, signed, taken in exactly once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest

from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.token import write_token
from ledger.identifiers import access_stream
from ledger.records.access import AccessRecorded, RecordKind
from tests_support.facility_house import FacilityPages, open_facilities
from tests_support.paper_house import PATIENT
from tests_support.paper_town import CENTRAL, DISTRICT, PROVINCIAL
from tests_support.signed_certificates import TOKEN
from verify_api.callers import Role


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FacilityPages]:
    with open_facilities(tmp_path_factory.mktemp("facility")) as opened:
        yield opened


@pytest.fixture
def referral(pages: FacilityPages) -> str:
    """The page of a referral that was just signed."""
    return pages.signed("referrals", pages.referral_form())


def looks(pages: FacilityPages) -> list[AccessRecorded]:
    system = pages.house.system
    subject = system.directory.find(str(PATIENT["number"]), kind="personal")
    assert subject is not None
    facts = system.facts.history(access_stream(subject)).facts
    return [fact for fact in facts if isinstance(fact, AccessRecorded)]


def test_a_paper_is_looked_at_before_it_is_recorded(pages: FacilityPages) -> None:
    desk, form = pages.desk(DISTRICT), pages.referral_form()
    head = pages.house.system.facts.head()
    once_more = desk.post("/facility/referrals/new", **form)
    assert once_more.status_code == HTTPStatus.OK
    assert "Bệnh viện Mẫu Trung ương" in once_more.text
    assert "01/2025/TT-BYT" in once_more.text
    assert "08/12/2026" in once_more.text  # ten working days; the next day is a holiday
    assert pages.house.system.facts.head() == head
    changed = desk.post("/facility/referrals/new", **form, again="yes")
    assert 'value="I20.9"' in changed.text
    done = desk.post("/facility/referrals/new", **form, confirmed="yes")
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert "Phiếu đang chờ ký" in desk.get(done.location).text


def test_an_order_that_is_sent_twice_is_one_paper(pages: FacilityPages) -> None:
    desk, form = pages.desk(DISTRICT), pages.referral_form(confirmed="yes")
    first, again = (desk.post("/facility/referrals/new", "one-form", **form) for _ in range(2))
    assert first.location == again.location


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"to_facilities": "79A99"}, ""),
        ({"to_facilities": DISTRICT}, "to_facilities"),
        ({"main_disease": "bệnh"}, "main_disease"),
        ({"birth_date-day": "32"}, "birth_date"),
        ({"patient_number": "12"}, "patient_number"),
        ({"sex": "9"}, "sex"),
        ({"signs": ""}, "signs"),
        ({"transferred": "hôm qua"}, "transferred"),
        ({"one_year": "yes", "main_disease": ""}, "main_disease"),
    ],
)
def test_a_wrong_order_is_refused_at_its_field_and_kept(
    pages: FacilityPages, change: dict[str, str], place: str
) -> None:
    head = pages.house.system.facts.head()
    answer = pages.desk(DISTRICT).post(
        "/facility/referrals/new", **{**pages.referral_form(confirmed="yes"), **change}
    )
    assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
    assert f'href="#{place or "name"}"' in answer.text
    assert "Chụp động mạch vành" in answer.text
    assert pages.house.system.facts.head() == head


def test_nothing_is_signed_unseen_and_nobody_signs_their_own(pages: FacilityPages) -> None:
    answer = pages.desk(DISTRICT).post(
        "/facility/referrals/new", **pages.referral_form(confirmed="yes")
    )
    reference = answer.location.rsplit("/", 1)[1]
    pages.catch_up()
    signer, chosen = pages.desk(DISTRICT, Role.FACILITY_SIGNER), f"referral:{reference}"
    listed = signer.get("/facility/sign").text
    assert chosen in listed
    assert str(PATIENT["name"]) not in listed
    before = len(looks(pages))
    looked = signer.post("/facility/sign/look", paper=chosen)
    assert str(PATIENT["name"]) in looked.text
    assert [one.kind for one in looks(pages)[before:]] == [RecordKind.REFERRAL]
    unseen = signer.post("/facility/sign", paper=chosen)
    assert unseen.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert signer.post("/facility/sign", paper=chosen, seen="yes").status_code == 303
    assert signer.post("/facility/sign").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert signer.post("/facility/sign/look", paper="x:y").status_code == HTTPStatus.BAD_REQUEST
    other = pages.desk(CENTRAL, Role.FACILITY_SIGNER)
    assert other.post("/facility/sign/look", paper=chosen).status_code == HTTPStatus.NOT_FOUND


def test_a_batch_is_signed_though_one_is_refused(pages: FacilityPages) -> None:
    drafted = [
        pages.desk(DISTRICT).post(
            "/facility/referrals/new", **pages.referral_form(confirmed="yes")
        ).location.rsplit("/", 1)[1]
        for _ in range(2)
    ]  # fmt: skip
    signer = pages.desk(DISTRICT, Role.FACILITY_SIGNER)
    chosen = [f"referral:{one}" for one in drafted] + [f"referral:{UUID(int=7)}"]
    told = signer.post("/facility/sign", paper=chosen, seen="yes")
    assert told.status_code == HTTPStatus.OK
    assert told.text.count("Đã ký") == 2
    assert "Chưa ký" in told.text


def test_a_paper_of_another_kind_takes_nobody_in(pages: FacilityPages) -> None:
    system = pages.house.system
    (authority, *_) = system.settings.authorities
    key = system.issuing_key(authority.code, 1).public
    token = write_token(
        replace(TOKEN, issuer=authority.code, issued_at=pages.house.clock.at),
        key=key,
        sign=lambda message: system.keyring.sign(key.kid, message),
    )
    told = pages.desk(CENTRAL).post(
        "/facility/referrals/check", text=to_qr_text(token, system.settings.host)
    )
    assert "Đây không phải phiếu chuyển hay phiếu hẹn" in told.text
    assert "Có thể tiếp nhận" not in told.text


def test_a_referral_is_checked_compared_and_accepted_once(
    pages: FacilityPages, referral: str
) -> None:
    code, desk = pages.code(referral), pages.desk(CENTRAL)
    checked = desk.post("/facility/referrals/check", text=code)
    assert checked.status_code == HTTPStatus.OK
    assert "Có thể tiếp nhận" in checked.text
    assert str(PATIENT["name"]) in checked.text
    unseen = desk.post(f"{referral}/accept")
    assert unseen.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#compared"' in unseen.text
    values = {"compared": "yes", "came_from": DISTRICT}
    done = [desk.post(f"{referral}/accept", "same", **values) for _ in range(2)]
    assert [one.status_code for one in done] == [303, 303]
    again = desk.post(f"{referral}/accept", **values)
    assert (again.status_code, "đã tiếp nhận phiếu" in again.text) == (409, True)
    assert "Cơ sở này đang sử dụng phiếu" in desk.post("/facility/referrals/check", text=code).text
    pages.catch_up()
    listed = desk.get("/facility/referrals?stage=in-use").text
    assert referral in listed
    assert str(PATIENT["name"]) not in listed
    closed = desk.post(f"{referral}/close")
    assert closed.status_code == HTTPStatus.SEE_OTHER
    assert "Đã kết thúc" in desk.get(referral).text


def test_a_version_that_was_not_seen_is_refused(pages: FacilityPages, referral: str) -> None:
    answer = pages.desk(CENTRAL).post(f"{referral}/accept", compared="yes", version="9")
    assert (answer.status_code, "đã thay đổi" in answer.text) == (409, True)
    assert pages.desk(CENTRAL).post(
        f"{referral}/accept", compared="yes", version="chín"
    ).status_code == HTTPStatus.BAD_REQUEST  # fmt: skip


def test_who_is_not_addressed_is_told_so_and_sees_nothing(
    pages: FacilityPages, referral: str
) -> None:
    desk = pages.desk(PROVINCIAL)
    checked = desk.post("/facility/referrals/check", text=pages.code(referral))
    assert "Phiếu gửi đến cơ sở khác" in checked.text
    assert f"{referral}/accept" not in checked.text
    assert desk.get(referral).status_code == HTTPStatus.NOT_FOUND
    assert desk.post(f"{referral}/accept", compared="yes").status_code == HTTPStatus.NOT_FOUND


def test_a_referral_is_rejected_with_a_reason(pages: FacilityPages, referral: str) -> None:
    desk = pages.desk(CENTRAL)
    bare = desk.post(f"{referral}/reject", note="Hết giường")
    assert (bare.status_code, "Hết giường" in bare.text) == (422, True)
    done = desk.post(f"{referral}/reject", reason="no_capacity", note="Hết giường", final="yes")
    assert done.status_code == HTTPStatus.SEE_OTHER
    assert "Bị từ chối hẳn" in desk.get(referral).text


def test_a_short_code_that_is_typed_leads_to_the_paper(pages: FacilityPages, referral: str) -> None:
    page = pages.desk(DISTRICT).get(referral).text
    short = page.split('<strong class="code">')[1].split("<")[0]
    ask = {"short_code": short, "issued_on": "23/11/2026"}
    desk = pages.desk(CENTRAL)
    assert f"{referral}/accept" in desk.post("/facility/referrals/check", **ask).text
    wrong = desk.post("/facility/referrals/check", **{**ask, "issued_on": "24/11/2026"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert desk.post("/facility/referrals/check").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert desk.post("/facility/referrals/check", text="1").status_code == HTTPStatus.OK


def test_an_admission_during_an_outage_is_reported_and_becomes_the_acceptance(
    pages: FacilityPages, referral: str
) -> None:
    desk, code = pages.desk(CENTRAL), pages.code(referral)
    begun = desk.post("/facility/admissions", begin="yes", text=code)
    assert code in begun.text
    form = {"admitted_at": "2026-11-23", "admitted_at-time": "09:00", "offline_number": "SỔ-1"}
    ahead = desk.post("/facility/admissions", text=code, **{**form, "admitted_at-time": "23:00"})
    assert (ahead.status_code, 'href="#admitted_at"' in ahead.text) == (422, True)
    done = desk.post("/facility/admissions", text=code, **form)
    assert done.location == referral
    assert "Đang sử dụng" in desk.get(referral).text
    unknown = desk.post("/facility/admissions", text="1", **form)
    assert (unknown.status_code, 'href="#text"' in unknown.text) == (422, True)


def test_an_admission_may_name_the_paper_by_its_number(pages: FacilityPages, referral: str) -> None:
    desk = pages.desk(PROVINCIAL)
    number = pages.desk(DISTRICT).get(referral).text.split("<title>")[1].split(" ·")[0]
    form = {
        "number": number, "issuer": DISTRICT, "year": "2026", "admitted_at": "2026-11-23",
        "admitted_at-time": "09:00", "offline_number": "SỔ-2",
    }  # fmt: skip
    assert desk.post("/facility/admissions", **form).location == "/facility/admissions"
    assert "paper.conflict" not in pages.desk(CENTRAL).get(referral).text
    assert "phiếu không gửi đến cơ sở đó" in pages.desk(CENTRAL).get(referral).text
    wrong = desk.post("/facility/admissions", **{**form, "number": "0/2026"})
    assert (wrong.status_code, 'href="#number"' in wrong.text) == (404, True)
    assert desk.post("/facility/admissions", **{**form, "year": "x"}).status_code == 422


def test_a_referral_is_taken_back_by_its_issuer_alone(pages: FacilityPages, referral: str) -> None:
    form = {"cancel_reason": "Lập nhầm", "confirmed": "yes"}
    refused = pages.desk(CENTRAL).post(f"{referral}/cancel", **form)
    assert (refused.status_code, "Chỉ cơ sở cấp" in refused.text) == (409, True)
    desk = pages.desk(DISTRICT)
    assert desk.post(f"{referral}/cancel", cancel_reason="x").status_code == 422
    assert desk.post(f"{referral}/cancel", **form).status_code == HTTPStatus.SEE_OTHER
    assert "Đã hủy" in desk.get(referral).text


def test_an_appointment_is_moved_seen_and_used_once(pages: FacilityPages) -> None:
    desk = pages.desk(DISTRICT)
    address = pages.signed("appointments", pages.appointment_form())
    day = pages.house.clock.at + timedelta(days=35)
    form = {"appointed": f"{day:%Y-%m-%d}", "appointed-time": "09:15", "move_reason": "Bác sĩ vắng"}
    signer = pages.desk(DISTRICT, Role.FACILITY_SIGNER)
    # To move is to draft: whoever signs papers drafts none.
    assert f"{address}/reschedule" not in signer.get(address).text
    assert signer.post(f"{address}/reschedule", **form).status_code == HTTPStatus.FORBIDDEN
    assert f"{address}/reschedule" in desk.get(address).text
    moved = desk.post(f"{address}/reschedule", **form)
    assert moved.status_code == HTTPStatus.SEE_OTHER
    reference = moved.location.rsplit("/", 1)[1]
    assert (
        signer.post("/facility/sign", paper=f"appointment:{reference}", seen="yes").status_code
        == HTTPStatus.SEE_OTHER
    )
    pages.catch_up()
    assert "Đã đổi ngày" in desk.get(address).text
    listed = desk.get(f"/facility/today?day={day:%Y-%m-%d}").text
    assert "09:15" in listed
    assert str(PATIENT["name"]) in listed
    early = desk.post(f"{moved.location}/consume", compared="yes")
    assert (early.status_code, "dấu hiệu bất thường" in early.text) == (409, True)
    seen = {"compared": "yes", "abnormal_signs": "yes"}
    assert desk.post(f"{moved.location}/consume", **seen).status_code == HTTPStatus.SEE_OTHER
    twice = desk.post(f"{moved.location}/consume", **seen)
    assert (twice.status_code, "đã được dùng một lần" in twice.text) == (409, True)


def test_each_person_on_the_days_list_is_a_look(pages: FacilityPages) -> None:
    pages.signed("appointments", pages.appointment_form(days=3))
    before = len(looks(pages))
    day = pages.house.clock.at + timedelta(days=3)
    pages.desk(DISTRICT).get(f"/facility/today?day={day:%Y-%m-%d}")
    assert [one.kind for one in looks(pages)[before:]] == [RecordKind.APPOINTMENT]
    empty = pages.desk(DISTRICT).get("/facility/today?day=2027-01-01")
    assert "Không có ai được hẹn" in empty.text
    assert pages.desk(DISTRICT).get("/facility/today?day=x").status_code == 400


@pytest.mark.parametrize("stage", ["drafted", "available", "nothing", "consumed"])
def test_lists_show_no_person(pages: FacilityPages, referral: str, stage: str) -> None:
    assert referral
    for kind in ("referrals", "appointments", "x"):
        page = pages.desk(DISTRICT).get(f"/facility/papers?kind={kind}&stage={stage}")
        assert page.status_code == HTTPStatus.OK
        assert str(PATIENT["name"]) not in page.text


def test_roles_hold(pages: FacilityPages, referral: str) -> None:
    signer, clinician = pages.desk(DISTRICT, Role.FACILITY_SIGNER), pages.desk(DISTRICT)
    assert signer.get("/facility/referrals/new").status_code == HTTPStatus.FORBIDDEN
    assert signer.post(f"{referral}/accept").status_code == HTTPStatus.FORBIDDEN
    assert clinician.get("/facility/sign").status_code == HTTPStatus.FORBIDDEN
    assert clinician.get("/facility/looks").status_code == HTTPStatus.FORBIDDEN
    for desk in (signer, clinician):
        assert desk.get("/facility").status_code == HTTPStatus.OK
    anonymous = pages.house.app.test_client()
    for path in ("/facility", referral, "/facility/patients", "/facility/quarantine"):
        assert anonymous.get(path, headers={"Accept": "text/html"}).location == "/login"
    assert clinician.client.post(f"{referral}/accept", data={}).status_code == 403


def test_an_appointments_verdict_names_its_day_once_as_pages_write_it(
    pages: FacilityPages,
) -> None:
    address = pages.signed("appointments", pages.appointment_form(days=28))
    day = pages.house.clock.at + timedelta(days=28)
    answer = pages.house.app.test_client().post(
        "/v1/verify", data={"text": pages.code(address)}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == HTTPStatus.OK
    assert f"{day:%Y%m%d}" not in answer.text
    assert answer.text.count("<dt>Ngày hẹn") == 1
    assert f"<dt>Ngày hẹn</dt><dd>{day:%d/%m/%Y}</dd>" in answer.text


@pytest.mark.parametrize(
    ("path", "form"),
    [("/facility/referrals/new", {}), ("/facility/sign", {}), ("/facility/patients", {})],
)
def test_what_is_wrong_is_said_in_the_title(
    pages: FacilityPages, path: str, form: dict[str, str]
) -> None:
    role = Role.FACILITY_SIGNER if path.endswith("sign") else Role.CLINICIAN
    desk = pages.desk(DISTRICT, role)
    answer = desk.post(path, **form)
    assert answer.status_code >= HTTPStatus.BAD_REQUEST
    assert "<title>Lỗi \N{EN DASH} " in answer.text
    assert "<title>Lỗi" not in desk.get(path).text
