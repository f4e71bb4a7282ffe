import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from ledger.records.access import AccessRecorded, Channel
from tests_support.portal_world import TEN_STEPS, PortalWorld, dossier, portal_world
from verify_api.callers import Role

CODE = dossier()["maHoSoMCDT"]
WHOLE_WAY = [("status", 1), ("status", 2), ("status", 4), ("result", 9), ("status", 10)]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PortalWorld]:
    """A province and a ledger on each database; replayed at the end."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with portal_world(tmp_path, url) as world:
        yield world
        world.replay()


def test_a_dossier_goes_its_way_and_each_notice_arrives_once_and_in_order(
    portal: PortalWorld,
) -> None:
    assert portal.post(dossier()) == (201, {"maHoSoMCDT": CODE, "ketQua": "received"})
    portal.deliver()
    for action in TEN_STEPS:
        portal.do(CODE, action)
        portal.deliver(rounds=2)
    assert portal.province.told(CODE) == WHOLE_WAY
    assert portal.deliver() == 0
    assert portal.province.unsigned == 0
    status, shown = portal.get(f"dossiers/{CODE}")
    assert (status, shown["maTrangThai"], shown["tenTrangThai"]) == (200, 10, "Đã trả kết quả")
    assert shown["ngayHenTra"] == "01/12/2026"  # the 24th is Vietnam Culture Day


def test_a_result_is_there_once_it_is_processed_and_the_holder_sees_who_fetched_it(
    portal: PortalWorld,
) -> None:
    portal.post(dossier())
    status, problem = portal.get(f"dossiers/{CODE}/result")
    assert (status, problem["rule"]) == (409, "result_not_ready")
    request = portal.do(CODE, *TEN_STEPS)
    status, result = portal.get(f"dossiers/{CODE}/result")
    assert status == 200
    assert base64.b64decode(result["phieuLLTP"]).startswith(b"%PDF")
    assert (result["loaiPhieu"], result["tinhTrangAnTich"]) == (1, "Không có án tích")
    assert (result["ngayCapPhieu"], result["quyetDinhThuHoi"]) == ("23/11/2026", None)
    assert result["nguoiLapPhieu"] != result["nguoiKy"]
    subject = load_request(portal.facts, request).state.draft.subject
    [look] = who_looked(portal.facts, subject=subject)
    assert isinstance(look.fact, AccessRecorded)
    assert (look.fact.channel, look.fact.purpose) == (Channel.PORTAL, "return_result")
    assert look.act.legal_basis


def test_a_recall_is_told_and_sends_certificate_and_decision_again(portal: PortalWorld) -> None:
    portal.post(dossier())
    portal.do(CODE, *TEN_STEPS)
    portal.get(f"dossiers/{CODE}/result")
    assert portal.get(f"dossiers/{CODE}/recall")[0] == 404
    portal.do(CODE, "recall")
    portal.deliver(rounds=6)
    assert portal.province.told(CODE) == [*WHOLE_WAY, ("recall", 10)]
    status, recall = portal.get(f"dossiers/{CODE}/recall")
    assert status == 200
    assert recall == {
        "maHoSoMCDT": CODE,
        "LyDoThuHoi": "Nội dung phiếu không chính xác",
        "SoQuyetDinh": "15/QĐ",
        "NgayQuyetDinh": "23/11/2026",
        "TrichYeuQuyetDinh": "sai",
        "FileQuyetDinh": base64.b64encode(b"%PDF the decision").decode(),
    }
    _, result = portal.get(f"dossiers/{CODE}/result")
    assert result["quyetDinhThuHoi"]["SoQuyetDinh"] == "15/QĐ"
    assert base64.b64decode(result["phieuLLTP"]).startswith(b"%PDF")


def test_a_corrected_certificate_is_the_result_from_then_on(portal: PortalWorld) -> None:
    portal.post(dossier())
    portal.do(CODE, *TEN_STEPS)
    _, first = portal.get(f"dossiers/{CODE}/result")
    portal.do(CODE, "correct")
    portal.deliver(rounds=6)
    assert portal.province.told(CODE) == [*WHOLE_WAY, ("result", 10)]
    _, second = portal.get(f"dossiers/{CODE}/result")
    assert first["soPhieuLLTP"] != second["soPhieuLLTP"]


def test_a_certificate_that_ended_before_anybody_had_its_paper_has_none(
    portal: PortalWorld,
) -> None:
    portal.post(dossier())
    portal.do(CODE, *TEN_STEPS, "recall")
    _, result = portal.get(f"dossiers/{CODE}/result")
    assert result["phieuLLTP"] is None
    assert result["quyetDinhThuHoi"]["SoQuyetDinh"] == "15/QĐ"


def test_an_interrupted_answer_is_tried_again_and_nothing_overtakes_it(
    portal: PortalWorld,
) -> None:
    portal.post(dossier())
    portal.province.moods.append((503, "interrupted"))
    portal.deliver()
    portal.do(CODE, "accept")
    portal.later(hours=-1)
    portal.deliver(rounds=3)
    assert portal.province.told(CODE) == []
    portal.later(minutes=1)
    portal.deliver(rounds=2)
    assert portal.province.told(CODE) == [("status", 1), ("status", 2)]


def test_a_refused_notice_waits_among_the_dead_letters_until_it_is_revived(
    portal: PortalWorld,
) -> None:
    operator = portal.token(Role.OPERATOR, "OPS")
    portal.post(dossier())
    portal.post(dossier(2))
    portal.province.moods.append((400, "no_such_dossier"))
    portal.deliver()
    portal.do(CODE, "accept")
    portal.deliver(rounds=2)
    assert portal.province.told(CODE) == []
    assert portal.province.told(dossier(2)["maHoSoMCDT"]) == [("status", 1)]
    letters = portal.client.get("/v1/portal/dead-letters", headers=operator).get_json()
    [dead] = letters["notices"]
    assert (dead["maHoSoMCDT"], dead["coQuan"], dead["traLoi"]) == (CODE, "CA01", "refused")
    address = f"/v1/portal/dead-letters/{dead['viTri']}/revive"
    assert portal.client.post(address, headers=operator).status_code == 200
    assert portal.client.post(address, headers=operator).status_code == 409
    portal.deliver(rounds=2)
    assert portal.province.told(CODE) == [("status", 1), ("status", 2)]


def test_a_notice_set_aside_is_never_sent_and_the_others_go_on(portal: PortalWorld) -> None:
    operator = portal.token(Role.OPERATOR, "OPS")
    portal.post(dossier())
    portal.province.moods.append((400, "no_such_dossier"))
    portal.deliver()
    portal.do(CODE, "accept")
    [dead] = portal.client.get("/v1/portal/dead-letters", headers=operator).get_json()["notices"]
    address = f"/v1/portal/dead-letters/{dead['viTri']}/set-aside"
    assert portal.client.post(address, headers=operator).status_code == 200
    portal.deliver(rounds=2)
    assert portal.province.told(CODE) == [("status", 2)]


def test_what_was_sent_but_not_recorded_is_sent_again_and_counts_once(
    portal: PortalWorld,
) -> None:
    portal.post(dossier())
    portal.projector.catch_up()
    webhook = portal.worker._senders["CA01"]
    [notice] = portal.desk.feed(authority="CA01", after=0, limit=5).notices
    webhook.send(notice, portal.service.clock.at)
    assert portal.deliver() == 1
    assert portal.province.told(CODE) == [("status", 1)]


def test_a_worker_tells_of_all_that_comes_until_it_is_stopped(portal: PortalWorld) -> None:
    worker = threading.Thread(target=portal.worker.run)
    views = threading.Thread(target=portal.projector.run)
    worker.start()
    views.start()
    try:
        for number in range(1, 4):
            portal.post(dossier(number))
        portal.projector.wait("portal_notices", portal.facts.head(), seconds=5)
        assert portal.province.heard(3, seconds=10)
    finally:
        portal.worker.stop()
        portal.projector.stop()
        worker.join()
        views.join()
    assert portal.deliver() == 0


def test_the_same_dossier_again_is_already_received(portal: PortalWorld) -> None:
    portal.post(dossier())
    before = portal.facts.head()
    assert portal.post(dossier()) == (200, {"maHoSoMCDT": CODE, "ketQua": "already_received"})
    assert portal.facts.head() == before


def test_another_content_is_taken_only_while_a_supplement_is_asked_for(
    portal: PortalWorld,
) -> None:
    changed = dossier(toKhai={"nycNoiSinh": "Hà Nội", "nycDienThoai": "0000999999"})
    portal.post(dossier())
    status, problem = portal.post(changed)
    assert (status, problem["rule"]) == (409, "resubmission_only_in_supplement")
    portal.do(CODE, "request_supplement")
    assert portal.post(dossier())[1]["ketQua"] == "already_received"
    assert portal.post(changed) == (200, {"maHoSoMCDT": CODE, "ketQua": "supplement_received"})
    assert portal.post(changed) == (200, {"maHoSoMCDT": CODE, "ketQua": "already_received"})
    assert portal.get(f"dossiers/{CODE}")[1]["maTrangThai"] == 1
    state = load_request(portal.facts, portal.do(CODE)).state
    assert getattr(state.declaration, "details").birthplace == "Hà Nội"  # noqa: B009 (not erased)


def test_a_supplement_cannot_turn_the_request_into_another(portal: PortalWorld) -> None:
    portal.post(dossier())
    portal.do(CODE, "request_supplement")
    status, problem = portal.post(dossier(toKhai={"loaiPhieu": 2}))
    assert (status, problem["rule"]) == (409, "supplement_changes_request")
    status, problem = portal.post(dossier(toKhai={"nycSoGiayTo": "000090009999"}))
    assert (status, problem["rule"]) == (409, "declaration_contradicts_person")
    assert portal.get(f"dossiers/{CODE}")[1]["maTrangThai"] == 5
