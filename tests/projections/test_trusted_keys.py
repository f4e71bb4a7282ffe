from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from keys.algorithms import ESP256, PrivateKey
from keys.deterministic import encode
from ledger.facts import Act, Change
from ledger.records.signing_key import (
    SigningKeyActivated,
    SigningKeyCompromised,
    SigningKeyCreated,
    SigningKeyRetired,
)
from projections.projector import Projector
from projections.trusted_keys import KEYS, VIEW, KeyRow
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.memory_facts import MemoryFacts
from tests_support.walked_town import TOPICS

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PUBLIC = PrivateKey.generate(ESP256).public


def created() -> SigningKeyCreated:
    return SigningKeyCreated(
        kid=PUBLIC.kid,
        algorithm=ESP256.cose,
        cose_key=encode(PUBLIC.cose_key),
        issuer="CA01",
        name_vi="Công an mẫu",
        name_en="Specimen police",
        document_types=(1, 2),
        services=("status", "webhook"),
        sign_from=AT,
        sign_until=AT + timedelta(days=30),
        verify_until=AT + timedelta(days=60),
        status_prefixes=(),
    )


def shown(folder: Path, *facts: object) -> KeyRow:
    """Return the row of a key after ``facts``."""
    ledger = MemoryFacts(TOPICS)
    ledger.append(Act(AT, "a", "key_administrator"), Change(UUID(int=1), 0, facts))
    store = ViewStore(open_views(f"sqlite:///{folder / 'views.db'}"), [VIEW])
    store.prepare()
    Projector(ledger, store).catch_up()
    with store.database.reading() as session:
        [row] = session.execute(f"SELECT {', '.join(KEYS.names)} FROM trusted_keys")  # noqa: S608 (our own names)
    store.database.close()
    return KeyRow._make(row)


def test_a_new_key_is_pending_and_says_what_it_is_for(tmp_path: Path) -> None:
    row = shown(tmp_path, created())
    assert (row.state, row.kid, row.algorithm) == ("pending", PUBLIC.kid.hex(), ESP256.name)
    assert row.uses == "1 2 status webhook"


def test_a_key_is_activated_and_retired(tmp_path: Path) -> None:
    until = AT + timedelta(days=1)
    row = shown(tmp_path, created(), SigningKeyActivated(AT, "first"), SigningKeyRetired(until))
    assert (row.state, row.immediately_because) == ("retired", "first")
    assert row.activated_at is not None
    assert row.sign_until < row.verify_until


def test_a_compromised_key_stays_revoked_though_it_is_retired_later(tmp_path: Path) -> None:
    lost = SigningKeyCompromised(AT, AT, "stolen")
    row = shown(tmp_path, created(), SigningKeyActivated(AT), lost, SigningKeyRetired(AT))
    assert (row.state, row.reason) == ("revoked", "stolen")
    assert row.compromised_since is not None
