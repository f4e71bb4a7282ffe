"""All pages of a facility, joined for the composition root; and the page they begin on."""

from flask import Blueprint, Response

from projections.governing_queries import open_tasks
from projections.health_tasks import REVIEW
from verify_api.access_rules import the_caller
from verify_api.desk.asks import AskDesk
from verify_api.desk.paper_lists import Asked
from verify_api.facility.forms import PEOPLE, at_desk, facility, show
from verify_api.facility.house import FacilityHouse
from verify_api.routes.facility_asks import ask_routes
from verify_api.routes.facility_days import day_routes
from verify_api.routes.facility_intake import intake_page_routes
from verify_api.routes.facility_papers import paper_routes
from verify_api.routes.facility_patients import patient_routes
from verify_api.routes.facility_reception import reception_routes
from verify_api.routes.facility_reviews import review_routes
from verify_api.routes.facility_signing import signing_routes
from verify_api.running import the_ports


def facility_routes(house: FacilityHouse) -> tuple[Blueprint, ...]:
    """Return the pages, which ask ``house``."""
    return (
        _home(house),
        reception_routes(house),
        paper_routes(house),
        signing_routes(house),
        day_routes(house),
        ask_routes(house),
        intake_page_routes(house),
        patient_routes(house),
        review_routes(house),
    )


def _home(house: FacilityHouse) -> Blueprint:
    blueprint = Blueprint("facility", __name__, url_prefix="/facility")

    @blueprint.get("")
    @at_desk(PEOPLE, purpose="list_papers")
    def home() -> Response:
        """Show what waits at the facility: figures alone."""
        mine, at = facility(), the_ports().clock()

        def count(kind: str, role: str, *stages: str) -> int:
            return sum(
                len(house.lists.of_facility(mine, Asked(kind, role, stage), at=at)["papers"])
                for stage in stages
            )

        with house.governing.views.reading() as session:
            reviews = [row for row in open_tasks(session, facility=mine) if row.kind == REVIEW]
        return show(
            "facility_home.html", name=house.books.organisation(mine), role=the_caller().role,
            waiting=count("referral", "to", "available", "presented"),
            in_use=count("referral", "to", "in-use"),
            unsigned=count("referral", "from", "drafted", "signed")
            + count("appointment", "from", "drafted", "signed"),
            quarantined=len(house.intake.waiting(mine)), reviews=len(reviews),
            asks=AskDesk(house.papers.facts, house.governing.views).waiting_at(mine),
        )  # fmt: skip

    return blueprint
