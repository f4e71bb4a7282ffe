"""In which apps a person sees their health book: connected and taken away by the person alone."""

from flask import Blueprint

from ledger.commands import integration
from ledger.commands.books import load_book
from verify_api.access_rules import Disclosed
from verify_api.governing import Governing, act_of_caller, done, my_subject
from verify_api.routes.consents import manages_own


def integration_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("integrations", __name__, url_prefix="/v1/records/me/apps")

    @blueprint.get("")
    @manages_own
    def list_apps() -> Disclosed:
        """List the apps in which one's own health book is shown."""
        return done({"apps": sorted(load_book(desk.facts, my_subject()).state.apps)})

    @blueprint.put("/<app>")
    @manages_own
    def connect_app(app: str) -> Disclosed:
        """Show one's own health book in an app from now on."""
        integration.integrate(desk.facts, subject=my_subject(), app=app, act=act_of_caller())
        return done({"app": app, "shown": True})

    @blueprint.delete("/<app>")
    @manages_own
    def leave_app(app: str) -> Disclosed:
        """Show it there no longer."""
        integration.end_integration(desk.facts, subject=my_subject(), app=app, act=act_of_caller())
        return done({"app": app, "shown": False})

    return blueprint
