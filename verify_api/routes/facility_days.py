"""Who is expected at a facility on one day, by the appointments that it gave."""

from datetime import date, timedelta
from typing import Final

from flask import Blueprint, request

from ledger.calendar import local_day
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed
from verify_api.errors import MalformedRequestError
from verify_api.facility.days import MOST_OPENED, expected_on
from verify_api.facility.forms import PEOPLE, at_desk, facility, show
from verify_api.facility.house import FacilityHouse
from verify_api.facility.words import STAGES
from verify_api.ports import Seen
from verify_api.running import the_ports

_DAY: Final = len("2026-11-24")
_reads = at_desk(PEOPLE, personal=True)


def day_routes(house: FacilityHouse) -> Blueprint:
    """Return the page."""
    blueprint = Blueprint("facility_days", __name__, url_prefix="/facility")

    @blueprint.get("/today")
    @_reads
    def day() -> Disclosed:
        """Show who is expected on a day, today if none is named; each of them is a look."""
        today = local_day(the_ports().clock())
        chosen = _day(request.args.get("day"), today)
        views = house.lists.views.database
        found, whole = expected_on(house.papers.facts, views, facility(), chosen)
        answer = show(
            "facility_day.html", day=chosen, today=today, expected=found, whole=whole,
            most=MOST_OPENED, stages=STAGES,
            before=(chosen - timedelta(days=1)).isoformat(),
            behind=(chosen + timedelta(days=1)).isoformat(),
        )  # fmt: skip
        return Disclosed(answer, tuple(
            Seen(RecordKind.APPOINTMENT, one.subject, reference=one.reference) for one in found
        ))  # fmt: skip

    return blueprint


def _day(typed: str | None, today: date) -> date:
    if typed is None or typed == "":
        return today
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.max
    if len(typed) != _DAY or not date.min + timedelta(days=2) < day < date.max - timedelta(days=2):
        raise MalformedRequestError("day", "day: expected a day such as 2026-11-24")
    return day
