"""The citizen's health pages, joined for the composition root; each asks what JSON asks."""

from flask import Blueprint

from verify_api.my_health.desk import MyHealth
from verify_api.routes.my_health_asks import ask_pages
from verify_api.routes.my_health_book import book_pages
from verify_api.routes.my_health_consents import consent_pages
from verify_api.routes.my_health_looks import look_pages
from verify_api.routes.my_health_notes import note_pages
from verify_api.routes.my_health_papers import paper_pages
from verify_api.routes.my_health_people import people_pages
from verify_api.routes.my_health_proof import proof_pages
from verify_api.routes.my_health_rights import right_pages
from verify_api.routes.my_health_shares import share_pages


def my_health_routes(my: MyHealth) -> Blueprint:
    """Return the pages, which ask ``my``."""
    blueprint = Blueprint("my_health", __name__, url_prefix="/my/health")
    for pages in (
        book_pages, note_pages, paper_pages, share_pages, consent_pages, look_pages, people_pages,
        right_pages, proof_pages, ask_pages,
    ):  # fmt: skip
        pages(blueprint, my)
    return blueprint
