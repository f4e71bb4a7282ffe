from datetime import timedelta

import orjson
import pytest

from keys.trust_document import read_root, read_unpinned
from ledger.calendar import local_day
from ledger.certificates.procedure import Stage
from ledger.certificates.status_list import LIST_TYP, read_status_list_token
from ledger.commands import keys as key_commands
from ledger.commands.status_lists import StatusBoard
from ledger.errors import NotFoundError
from ledger.facts import Act
from tests_support.desk_home import PEOPLE, DeskHome, officer
from tests_support.memory_facts import MemoryFacts
from verify_api.bundle import BUNDLE_TYP, read_bundle
from verify_api.callers import Role
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.publications import LedgerPublications


def shard_of(home: DeskHome, number: int = 0) -> str:
    """Return the end of the address of the list of the ``number``-th request's certificate."""
    listed = sorted(home.system.desk.board.lists)
    return listed[number].removeprefix(f"https://{home.system.settings.host}/s/")


def test_the_trust_list_in_force_is_published_as_it_was_signed(home: DeskHome) -> None:
    document = home.ports.documents.trust_list()
    assert read_unpinned(document.content).version == 2
    assert document.made_at == home.at
    act = Act(home.later(hours=1), "operator", "key_administrator")
    key_commands.publish_trust_list(
        facts=home.system.facts, signer=home.system.keyring, act=act, list_id="records-ledger"
    )
    newer = home.ports.documents.trust_list()
    assert read_unpinned(newer.content).version == 3
    assert newer.made_at == home.at
    assert home.restarted().ports.documents.trust_list() == newer


def test_the_key_set_has_every_key_that_is_not_revoked(home: DeskHome) -> None:
    keys = orjson.loads(home.ports.documents.jwks().content)["keys"]
    assert len(keys) == len(home.trust().keys)
    assert all("d" not in key for key in keys)


def test_a_status_list_is_found_by_the_end_of_its_address(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    intent = home.certificate(request).certificate.intent
    assert intent is not None
    home.publish()
    shard = intent.status.uri.removeprefix(f"https://{home.system.settings.host}/s/")
    document = home.ports.documents.status_list(shard)
    assert document is not None
    assert document.media_type == LIST_TYP
    published = read_status_list_token(
        document.content, uri=intent.status.uri, trust=home.trust(), at=home.at
    )
    assert published.status(intent.status.index) == 0


def test_a_recall_shows_in_its_list_as_soon_as_that_is_published(home: DeskHome) -> None:
    request = home.bring_to(Stage.READY)
    intent = home.certificate(request).certificate.intent
    assert intent is not None
    home.publish()
    shard = intent.status.uri.removeprefix(f"https://{home.system.settings.host}/s/")
    before = home.ports.documents.status_list(shard)
    assert home.ports.documents.status_list(shard) == before
    home.later(minutes=1)
    home.do(request, "recall", officer(Role.SIGNER))
    assert home.ports.documents.status_list(shard) == before
    home.publish()
    after = home.ports.documents.status_list(shard)
    assert after is not None
    read = read_status_list_token(
        after.content, uri=intent.status.uri, trust=home.trust(), at=home.at
    )
    assert read.status(intent.status.index) == 1
    assert home.restarted().ports.documents.status_list(shard) == after


@pytest.mark.parametrize(
    "shard", ["", "01", "01/1-2611-9", "../../etc/passwd", "01/../02/1", "01/1/2", "0" * 5000]
)
def test_an_address_without_a_list_has_none(home: DeskHome, shard: str) -> None:
    home.bring_to(Stage.READY)
    home.publish()
    assert home.ports.documents.status_list(shard) is None


def test_a_list_that_was_opened_but_not_published_has_no_document(home: DeskHome) -> None:
    home.bring_to(Stage.READY)
    home.system.desk.board.catch_up(home.system.reading)
    assert home.ports.documents.status_list(shard_of(home)) is None


def test_the_bundle_is_the_same_until_something_is_newer(home: DeskHome) -> None:
    home.bring_to(Stage.READY)
    home.publish()
    first = home.ports.documents.bundle()
    assert first.media_type == BUNDLE_TYP
    home.later(hours=1)
    home.bring_to(Stage.ACCEPTED, PEOPLE[1])
    assert home.ports.documents.bundle() is first
    home.later(hours=13)
    home.publish()
    second = home.ports.documents.bundle()
    assert second.made_at == home.at > first.made_at
    root = read_root((home.system.settings.home / "trust-root.cbor").read_bytes())
    read = read_bundle(second.content, root, at=home.at)
    assert read.made_at == home.at
    assert read.status.lists.keys() == home.system.desk.board.lists.keys()


def test_lists_of_certificates_that_have_all_expired_leave_the_bundle(home: DeskHome) -> None:
    home.bring_to(Stage.READY)
    home.publish()
    kind = home.system.desk.board.kinds["judicial-record"]
    end = local_day(home.at) + kind.validity
    home.later(days=(end - local_day(home.at)).days + 40)
    act = Act(home.at, "operator", "key_administrator")
    key_commands.publish_trust_list(
        facts=home.system.facts, signer=home.system.keyring, act=act, list_id="records-ledger"
    )
    root = read_root((home.system.settings.home / "trust-root.cbor").read_bytes())
    read = read_bundle(home.ports.documents.bundle().content, root, at=home.at)
    assert not read.status.lists


def test_where_nothing_was_published_nothing_is_found() -> None:
    facts = MemoryFacts({})
    documents = LedgerPublications(
        facts, Noticeboard(facts), StatusBoard(), "https://x.example/s/", lambda *_: b""
    )
    for ask in (documents.trust_list, documents.jwks, documents.bundle):
        with pytest.raises(NotFoundError):
            ask()
    assert documents.status_list("01/1-2611-0") is None


def test_copies_may_be_kept_for_minutes_only(home: DeskHome) -> None:
    assert home.ports.documents.trust_list().max_age <= timedelta(minutes=5)
