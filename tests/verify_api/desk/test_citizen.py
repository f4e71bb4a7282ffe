from datetime import timedelta
from uuid import UUID

import pytest

from ledger.certificates.kind import Wording
from ledger.certificates.procedure import Stage
from ledger.certificates.request_values import Channel as RequestChannel
from ledger.commands.access import record_access
from ledger.errors import NotFoundError
from ledger.facts import Act
from ledger.records.access import Channel, RecordKind
from tests_support.desk_home import PEOPLE, SCOPE, DeskHome, officer
from verify_api.callers import Role, Scope
from verify_api.desk.citizen import MOST_LOOKS
from verify_api.desk.looks import WHAT, WHO, WHY
from verify_api.ports import Look, Pressure


def scope_of(home: DeskHome, request: UUID) -> Scope:
    return Scope(subject=home.request(request).draft.subject)


def look(home: DeskHome, subject: UUID, act: Act, purpose: str = "process_request") -> None:
    record_access(
        home.system.facts,
        subject=subject,
        kind=RecordKind.REQUEST,
        purpose=purpose,
        channel=Channel.PAGE,
        act=act,
    )


def the_look(home: DeskHome, act: Act, purpose: str = "process_request") -> Look:
    subject = home.register()
    look(home, subject, act, purpose)
    (seen,) = home.ports.own_records.looks(Scope(subject=subject), at=home.at)
    return seen


def test_a_person_sees_every_request_the_newest_first(home: DeskHome) -> None:
    first = home.bring_to(Stage.RETURNED)
    home.later(days=1)
    second = home.file()
    home.do(second, "reject", officer(Role.INTAKE_OFFICER))
    home.later(days=1)
    third = home.draft(channel=RequestChannel.VNEID)
    files = home.ports.own_records.requests(scope_of(home, first), at=home.at)
    assert [file.request for file in files] == [third, second, first]
    assert [file.has_paper for file in files] == [False, False, True]
    assert all(file.offers == () for file in files)
    assert files[0].pressure is Pressure.NONE


def test_a_person_sees_nothing_of_others_and_strangers_see_nothing(home: DeskHome) -> None:
    mine = home.file(PEOPLE[0])
    home.file(PEOPLE[1])
    records = home.ports.own_records
    assert [f.request for f in records.requests(scope_of(home, mine), at=home.at)] == [mine]
    for scope in (Scope(), SCOPE, Scope(subject=home.system.clockwork.new_id())):
        assert not records.requests(scope, at=home.at)
        assert not records.looks(scope, at=home.at)


def test_a_person_has_the_own_paper_and_nobody_elses(home: DeskHome) -> None:
    mine, theirs = home.bring_to(Stage.READY), home.bring_to(Stage.READY, PEOPLE[1])
    records = home.ports.own_records
    paper = records.paper(scope_of(home, mine), mine, at=home.at)
    assert paper == home.ports.office.paper(SCOPE, Role.SIGNER, mine, at=home.at)
    said = set()
    unknown = home.system.clockwork.new_id()
    for scope, request in (
        (scope_of(home, mine), theirs),
        (scope_of(home, mine), unknown),
        (SCOPE, mine),
    ):
        with pytest.raises(NotFoundError) as refused:
            records.paper(scope, request, at=home.at)
        said.add(str(refused.value))
    assert len(said) == 1


def test_what_was_decided_about_the_certificate_stands_in_its_file(home: DeskHome) -> None:
    request = home.bring_to(Stage.RETURNED)
    home.later(hours=1)
    home.do(request, "supplement", officer(Role.SIGNER))
    home.later(hours=1)
    home.do(request, "recall", officer(Role.SIGNER))
    (file,) = home.ports.own_records.requests(scope_of(home, request), at=home.at)
    assert [note.text.en for note in file.notes][-2:] == [
        "Certificate supplemented (decision 15/QĐ-MẪU)",
        "Certificate recalled (decision 15/QĐ-MẪU)",
    ]
    assert [note.at for note in file.notes] == sorted(note.at for note in file.notes)


def test_a_missed_day_stands_in_the_file(home: DeskHome) -> None:
    request = home.bring_to(Stage.ISSUING)
    home.later(days=30)
    home.do(request, "mark_ready", officer(Role.SIGNER))
    (file,) = home.ports.own_records.requests(scope_of(home, request), at=home.at)
    assert "The appointed day went by" in [note.text.en for note in file.notes]


def test_somebody_forgotten_reads_as_erased(home: DeskHome) -> None:
    request = home.bring_to(Stage.RETURNED)
    scope = scope_of(home, request)
    assert scope.subject is not None
    home.forget(scope.subject)
    (file,) = home.ports.own_records.requests(scope, at=home.at)
    assert [line.value.en for line in file.lines] == ["Erased", "Form 1", "Standard"]


def test_looks_are_told_in_words_the_newest_first(home: DeskHome) -> None:
    subject = home.register()
    act = Act(home.at, "account-9", "case_officer", "CA01", legal_basis="107/2025/QH15")
    look(home, subject, act)
    at = home.later(hours=1)
    look(home, subject, Act(at, "account-1", "citizen"), "own_record")
    own, theirs = home.ports.own_records.looks(Scope(subject=subject), at=at)
    assert own == Look(
        at,
        Wording("Chính bạn", "You"),
        Wording("Hồ sơ yêu cầu", "Request"),
        Wording("Xem thông tin của mình", "To see one's own data"),
    )
    assert theirs == Look(
        at - timedelta(hours=1),
        Wording("Cán bộ thụ lý, Cơ quan mẫu Hà Nội", "Case officer, Specimen authority of Hanoi"),
        Wording("Hồ sơ yêu cầu", "Request"),
        Wording("Giải quyết hồ sơ (107/2025/QH15)", "To process the request (107/2025/QH15)"),
    )


def test_a_look_with_the_paper_in_hand_says_so(home: DeskHome) -> None:
    act = Act(home.at, "anonymous", "anonymous", legal_basis="presented_by_holder")
    seen = the_look(home, act, "check_paper")
    assert seen.who.en == "Somebody with the paper"
    assert seen.why == Wording(
        "Kiểm tra bản giấy (người giữ giấy xuất trình)", "To check a paper (shown by its holder)"
    )


def test_codes_without_words_are_shown_as_they_are(home: DeskHome) -> None:
    act = Act(home.at, "robot", "system", "NCC-7", legal_basis="law")
    seen = the_look(home, act, "employment_check")
    assert seen.who == Wording("Hệ thống, NCC-7", "The system, NCC-7")
    assert seen.why.vi == "employment_check (law)"


def test_the_newest_hundred_looks_are_shown(home: DeskHome) -> None:
    subject = home.register()
    for number in range(MOST_LOOKS + 3):
        at = home.later(minutes=1)
        look(home, subject, Act(at, "account-1", "citizen"), f"purpose_{number}")
    looks = home.ports.own_records.looks(Scope(subject=subject), at=home.at)
    assert [one.why.en for one in looks] == [
        f"purpose_{number}" for number in range(MOST_LOOKS + 2, 2, -1)
    ]


def test_every_role_and_every_kind_of_record_has_words_in_both_languages() -> None:
    assert WHO.keys() == set(Role)
    assert WHAT.keys() == set(RecordKind)
    for words in (*WHO.values(), *WHAT.values(), *WHY.values()):
        assert words.vi
        assert words.en
