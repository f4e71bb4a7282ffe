"""An office that looks after keys, without a database: its ledger, its officers, its lists."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from keys.algorithms import ESP256, PublicKey
from keys.signer import MemorySigner
from keys.trust_list import Officer, Root
from ledger.commands import keys
from ledger.commands.key_board import KeyBoard
from ledger.facts import Act
from ledger.records import signing_key, trust_list
from tests_support.memory_facts import MemoryFacts

DAY: Final = timedelta(days=1)
START: Final = datetime(2026, 11, 1, 8, 30, 0, 250_000, tzinfo=UTC)
LIST_ID: Final = "vn-records"


class Office:
    """A ledger, its keys and two officers who approve its trust lists; time passes by `at`."""

    def __init__(
        self, *, keyring: MemorySigner | None = None, officers: Sequence[Officer] = ()
    ) -> None:
        """Begin with an empty ledger, and with new officers if none are given."""
        self.facts = MemoryFacts({**signing_key.TOPICS, **trust_list.TOPICS})
        self.keyring = keyring or MemorySigner()
        self.board = KeyBoard()
        self.officers = tuple(officers) or tuple(
            keys.new_officer(keyring=self.keyring, person=person)
            for person in ("officer-1", "officer-2")
        )
        self.root = Root(self.officers, 2)

    def act(self, at: datetime) -> Act:
        """Return an act of the officer who looks after keys."""
        return Act(at=at, actor="key-officer-1", role="key_administrator")

    def create(self, at: datetime = START, **changes: Any) -> PublicKey:
        """Make a key; ``changes`` are of its description."""
        asked: dict[str, Any] = {
            "algorithm": ESP256,
            "issuer": "MOJ",
            "names": ("Cơ quan mẫu", "Specimen authority"),
            "uses": frozenset({1, "status"}),
            "sign_from": START,
            "sign_until": START + 100 * DAY,
            "verify_until": START + 300 * DAY,
        }
        return keys.create(
            facts=self.facts, keyring=self.keyring, act=self.act(at), **{**asked, **changes}
        )

    def publish(self, at: datetime = START, **changes: Any) -> keys.PublishedList:
        """Publish the next list; ``changes`` are of what it is asked for with."""
        asked: dict[str, Any] = {"signer": self.keyring, "list_id": LIST_ID}
        if keys.current_trust_list(facts=self.facts) is None:
            asked["root"] = self.root
        return keys.publish_trust_list(facts=self.facts, act=self.act(at), **{**asked, **changes})

    def activate(self, kid: bytes, at: datetime, because: str | None = None) -> None:
        """Let a key sign."""
        keys.activate(facts=self.facts, act=self.act(at), kid=kid, immediately_because=because)

    def started(self) -> PublicKey:
        """Make a key that signs, and publish it."""
        public = self.create()
        self.activate(public.kid, START, "first start")
        self.publish()
        return public


def documents(facts: MemoryFacts) -> tuple[bytes, ...]:
    """Return the documents of all versions that were published."""
    found = facts.history(keys.TRUST_LIST_STREAM).facts
    return tuple(fact.document for fact in found if isinstance(fact, trust_list.TrustListPublished))
