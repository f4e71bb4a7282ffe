"""The queue knows who has a file, on both databases, and forgets it once processing has ended."""

from datetime import date

from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_custody import Reason
from ledger.commands import custody, processing
from ledger.facts import Act
from projections import work_queue
from projections.projector import Projector
from projections.queue_pages import Due, Held, Sieve, counts, part
from projections.queue_queries import file_of
from projections.view_database import open_views
from projections.view_store import ViewStore
from projections.work_queue import HAS
from tests_support.request_desk import MONDAY
from tests_support.request_office import office

CASE = Role.CASE_OFFICER
TODAY = date(2026, 11, 10)


def act(actor: str, role: str = CASE) -> Act:
    return Act(MONDAY, actor, role, "CA01")


def test_whose_a_file_is_can_be_asked_for(views_url: str) -> None:
    opened = office()
    request = opened.bring_to(Stage.ACCEPTED)
    store = ViewStore(open_views(views_url), [work_queue.VIEW])
    store.prepare()
    projector = Projector(opened.facts, store)

    def files(desk: Role, officer: str) -> list[str]:
        sieve = Sieve("CA01", TODAY, held=Held(desk, officer))
        with store.database.reading() as session:
            found = [row.request for row in part(session, sieve).files]
            assert counts(session, sieve)[Due.ALL] == len(found)
        return found

    def had() -> dict[str, str]:
        projector.catch_up()
        with store.database.reading() as session:
            row = file_of(session, request)
        assert row is not None
        return {column: getattr(row, column) for column in HAS.values()}

    nobody = dict.fromkeys(HAS.values(), "")
    assert had() == nobody
    assert files(CASE, "") == [str(request)]
    custody.take_file(opened.facts, request=request, act=act("an"))
    custody.take_file(opened.facts, request=request, act=act("dung", Role.INTAKE_OFFICER))
    assert had() == {**nobody, "case_has": "an", "intake_has": "dung"}
    assert (files(CASE, "an"), files(CASE, ""), files(CASE, "binh")) == ([str(request)], [], [])
    custody.take_file(opened.facts, request=request, act=act("binh"), reason=Reason.ABSENT)
    assert had()["case_has"] == "binh"
    custody.give_back(opened.facts, request=request, act=act("binh"))
    assert had()["case_has"] == ""
    processing.stop(
        opened.facts, request=request, ground="other", explanation="lý do",
        act=act("dung", Role.INTAKE_OFFICER),
    )  # fmt: skip
    assert had() == nobody
    assert_rebuilt_alike(store, projector)
    store.database.close()


def assert_rebuilt_alike(store: ViewStore, projector: Projector) -> None:
    before = store.digest(work_queue.VIEW, store.in_force("work_queue").number)
    assert store.digest(work_queue.VIEW, projector.rebuild("work_queue").number) == before
