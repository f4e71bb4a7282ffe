"""Pages of representatives: who acts for me, for whom I act, and going over to their book."""

from flask import Blueprint, Response, redirect, request

from ledger.personal import readable
from verify_api.access_rules import Disclosed
from verify_api.book_questions import seen
from verify_api.governing import my_subject, own
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.pages import bounded_form, my_page
from verify_api.my_health.whose import FIELD, Whose, choices, choose
from verify_api.routes.my_health_rules import manages, reads
from verify_api.routes.representatives import representatives_of


def people_pages(blueprint: Blueprint, my: MyHealth) -> None:
    """Add the pages to ``blueprint``."""

    @blueprint.get("/people")
    @reads
    def people() -> Disclosed:
        """Show who acts for the caller, and for whom the caller may act."""
        mine = own()
        found = choices(my)
        appointed = [
            {"relation": one.relation.value, "until": readable(one.until, None)}
            for one in representatives_of(my.governing, my_subject())
        ]
        answer = my_page("my_health_people.html", Whose(mine), mine=appointed, choices=found)
        looked = [look for one in found for look in seen(one.opened)]
        return Disclosed(answer, (mine.seen(), *looked))

    @blueprint.post("/for")
    @manages
    def act_for() -> Disclosed:
        """Go over to the book of somebody whom the caller represents, or back to the own one."""
        bounded_form()
        answer = redirect("/my/health", 303, Response=Response)
        assert isinstance(answer, Response)
        choose(my, request.form.get(FIELD, ""), answer)
        return Disclosed(answer)
