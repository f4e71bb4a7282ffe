"""The work queue as an officer looks through it: which file waits where; names nobody."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ledger.calendar import WorkingCalendar, local_day
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.procedure import Role as ProcedureRole
from ledger.certificates.procedure import Stage
from projections.columns import moment
from projections.queue_pages import Held, Place, Sieve, SortBy, counts, part, place_of, provinces
from projections.queue_queries import file_of
from projections.view_store import ViewStore
from projections.work_queue import HAS, FileRow
from verify_api.callers import Caller, Role, Scope
from verify_api.desk.custody import has_desk, holders
from verify_api.desk.files import pressure, step_waiting
from verify_api.desk.words import FORMS, STAGES
from verify_api.errors import MalformedRequestError
from verify_api.officer_desk import Neighbours, QueueAsk, QueuePage, WaitingFile, Whose
from verify_api.ports import Pressure

_DUE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SINCE: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_BETWEEN: Final = "~"


def _stages_by_step() -> Mapping[int, frozenset[Stage]]:
    found: dict[int, set[Stage]] = {}
    for stage in Stage:
        number = step_waiting(stage)
        if number is not None:
            found.setdefault(number, set()).add(stage)
    return MappingProxyType({number: frozenset(stages) for number, stages in found.items()})


STAGES_BY_STEP: Final = _stages_by_step()
"""From a step to the stages in which it comes next."""


@dataclass(frozen=True, slots=True)
class QueueDesk:
    """Looks through the view."""

    views: ViewStore
    calendar: WorkingCalendar
    officer_name: Callable[[str], str]

    def page(
        self, scope: Scope, caller: Caller, ask: QueueAsk, *, after: str, at: datetime
    ) -> QueuePage:
        """Return a page; nothing outside of an organisation.

        Raises:
            MalformedRequestError: ``after`` is not what a page before has said.
        """
        if scope.organisation is None:
            return QueuePage()
        sieve = _sieve(scope.organisation, caller, ask, local_day(at))
        place = _read_place(after, sieve.by) if after else None
        with self.views.database.reading() as session:
            found = part(session, sieve, after=place)
            told = counts(session, sieve)
            places = provinces(session, scope.organisation)
        last = place_of(found.files[-1], sieve.by) if found.more else None
        return QueuePage(
            files=tuple(
                self.line(row, caller.role, at=at, account=caller.account) for row in found.files
            ),
            counts=told,
            provinces=places,
            following="" if last is None else f"{last.value}{_BETWEEN}{last.request}",
        )

    def neighbours(
        self, scope: Scope, caller: Caller, ask: QueueAsk, request: UUID, *, at: datetime
    ) -> Neighbours:
        """Return what stands before and after a file, also if that has left the queue by now."""
        if scope.organisation is None:
            return Neighbours()
        sieve = _sieve(scope.organisation, caller, ask, local_day(at))
        with self.views.database.reading() as session:
            row = file_of(session, request)
            if row is None or row.authority != scope.organisation:
                return Neighbours()
            place = place_of(row, sieve.by)
            turned = replace(sieve, descending=not sieve.descending)
            after = part(session, sieve, after=place, limit=1).files
            before = part(session, turned, after=place, limit=1).files
        return Neighbours(
            UUID(before[0].request) if before else None, UUID(after[0].request) if after else None
        )

    def line(self, row: FileRow, role: Role, *, at: datetime, account: str = "") -> WaitingFile:
        """Return a row as a line of the queue, as an officer with this role and account sees it."""
        appointed = None if row.appointed_on is None else date.fromisoformat(row.appointed_on)
        stage = Stage(row.stage)
        asked_in = Stage(row.asked_in) if row.asked_in and stage is Stage.SUPPLEMENT else None
        standing = pressure(
            appointed, paused=bool(row.suspended), today=local_day(at), calendar=self.calendar
        )
        return WaitingFile(
            request=UUID(row.request),
            dossier_code=row.dossier_code,
            title=FORMS[row.form],
            stage=STAGES[stage],
            mine=role.value in row.waits_for.split(),
            since=moment(row.since),
            appointed_on=appointed,
            pressure=Pressure.NONE if stage in PROCEDURE.ended else standing,
            step=step_waiting(stage, asked_in),
            province=row.province,
            urgent=bool(row.urgent),
            apologised=bool(row.apologised),
            holders=holders(
                {desk.value: getattr(row, column) for desk, column in HAS.items()},
                account,
                self.officer_name,
            ),
        )


def _sieve(authority: str, caller: Caller, ask: QueueAsk, today: date) -> Sieve:
    return Sieve(
        authority,
        today,
        due=ask.due,
        role=_waiting_for(caller.role, ask.whose),
        held=_held(caller, ask.whose),
        stages=None if ask.step is None else STAGES_BY_STEP.get(ask.step, frozenset()),
        form=ask.form,
        province=ask.province,
        by=SortBy(ask.order.removeprefix("-")),
        descending=ask.order.startswith("-"),
    )


def _waiting_for(role: Role, whose: Whose) -> ProcedureRole | None:
    if whose is Whose.ALL or (whose is Whose.MINE and has_desk(role)):
        return None
    return ProcedureRole(role.value)


def _held(caller: Caller, whose: Whose) -> Held | None:
    if not has_desk(caller.role) or whose not in {Whose.MINE, Whose.NOBODY}:
        return None
    officer = caller.account if whose is Whose.MINE else ""
    return Held(ProcedureRole(caller.role.value), officer)


def _read_place(typed: str, by: SortBy) -> Place:
    value, _, request = typed.partition(_BETWEEN)
    form = _DUE if by is SortBy.DUE else _SINCE
    try:
        if form.fullmatch(value):
            return Place(value if by is SortBy.DUE else int(value), str(UUID(request)))
    except ValueError:
        pass
    raise MalformedRequestError("after", "after: expected what the page before said")
