import random
from pathlib import Path

import pytest

from projections.views import VIEWS
from tests_support.walked_town import Town, town


@pytest.mark.parametrize("name", [view.name for view in VIEWS])
def test_a_view_built_anew_is_the_same_byte_for_byte(walked: Town, name: str) -> None:
    view = walked.store.views[name]
    before = walked.store.digest(view, walked.store.in_force(name).number)
    rebuilt = walked.projector.rebuild(name, batch=random.Random(name).randrange(1, 99))
    assert walked.store.digest(view, rebuilt.number) == before
    assert rebuilt.position == walked.projector.facts.head()


def test_no_view_holds_anything_that_names_a_person(walked: Town) -> None:
    told = [
        value
        for person in walked.walk.persons.values()
        for value in (person.name, person.number, person.phone, person.address)
    ]
    assert told
    with walked.store.database.reading() as session:
        for view in VIEWS:
            number = walked.store.in_force(view.name).number
            shown = str(list(walked.store.rows(session, view, number)))
            assert not [value for value in told if value in shown]


def test_two_databases_hold_the_same_bytes(tmp_path: Path, postgres_url: str) -> None:
    digests = []
    for views in (f"sqlite:///{tmp_path / 'views.db'}", postgres_url):
        with town(None, views, seed=7) as walked:
            walked.go(120)
            digests.append([
                walked.store.digest(view, walked.store.in_force(view.name).number)
                for view in VIEWS
            ])  # fmt: skip
    assert digests[0] == digests[1]
