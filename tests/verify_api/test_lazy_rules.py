"""A route that compiles late builds the addresses that the framework's own builds."""

from uuid import UUID

import pytest
from werkzeug.routing import BuildError, Map, Rule

from verify_api.lazy_rules import LazyRule

ROUTES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("/", "front", {}),
    ("/requests/<uuid:request>", "request", {"request": UUID(int=5)}),
    ("/papers/<int:number>/<path:rest>", "paper", {"number": 7, "rest": "a b/ố"}),
    (
        "/static/<version>/<path:name>",
        "static",
        {"version": "v&1", "name": "é.css", "q": ["1", "2"]},
    ),
    ("/page", "page", {"at": "10:00 +7", "none": None}),
)


def of_rules(sort: type[Rule]) -> Map:
    return Map([sort(address, endpoint=endpoint) for address, endpoint, _ in ROUTES])


@pytest.mark.parametrize(("endpoint", "values"), [(name, values) for _, name, values in ROUTES])
@pytest.mark.parametrize("unknown", [True, False])
def test_every_address_is_built_alike_the_first_time_and_again(
    endpoint: str, values: dict[str, object], *, unknown: bool
) -> None:
    late, own = (of_rules(sort).bind("records.example") for sort in (LazyRule, Rule))
    for _ in range(2):
        assert late.build(endpoint, values, append_unknown=unknown) == own.build(
            endpoint, values, append_unknown=unknown
        )


def test_what_cannot_be_built_is_refused_alike() -> None:
    for sort in (LazyRule, Rule):
        with pytest.raises(BuildError):
            of_rules(sort).bind("records.example").build("request", {"another": 1})
