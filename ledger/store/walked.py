"""Which facts are found by their names over the whole ledger, and how without reading the others.

Boards, notices and repairs fold a few kinds of facts from the ledger's start. They are one in
thousands; the rest are visits and looks at records, by the hundred million. So the index by name
holds only the names below: what is not among them costs it nothing, neither bytes nor time, and is
still found by reading on in order of position.

A name that is added here needs an index of another name (an index's condition cannot be changed),
made in `ledger.store.postgres_schema` and `ledger.store.sqlite_recorder`. A question for any other
name, or with one among them, is answered all the same.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ledger.store.rows import SELECT_FACTS

WALKED: Final = frozenset({
    "certificate.cancelled/1",
    "certificate.corrected/1",
    "certificate.issued/1",
    "certificate.recalled/1",
    "certificate.sealed/1",
    "certificate.signed/1",
    "certificate.withdrawn/1",
    "judicial_record.amnesty_applied/1",
    "judicial_record.conviction_entered/1",
    "judicial_record.conviction_expunged/1",
    "judicial_record.correction_made/1",
    "judicial_record.judgment_status_updated/1",
    "judicial_record.post_ban_ended/1",
    "judicial_record.post_ban_entered/1",
    "signing_key.compromised/1",
    "status_list.opened/1",
    "status_list.published/1",
    "trust_list.published/1",
})  # fmt: skip

_NAMES = ", ".join(f"'{name}'" for name in sorted(WALKED))
INDEX: Final = (
    "CREATE INDEX IF NOT EXISTS ledger_facts_walked ON ledger_facts (topic, position)"
    f" WHERE topic IN ({_NAMES})"
)

# A database takes an index with a condition only where the question repeats the condition, word
# for word. Each name's next positions are asked for by themselves and then put in order: however
# many facts there are of the names, no more than a batch of each is looked at.
POSTGRES_WALK: Final = (
    f"{SELECT_FACTS} WHERE position = ANY(ARRAY("  # noqa: S608 (our own words)
    " SELECT next.position FROM unnest($1::text[]) AS asked (topic) CROSS JOIN LATERAL ("
    f" SELECT position FROM ledger_facts AS f WHERE f.topic IN ({_NAMES})"
    ' AND f.topic = asked.topic COLLATE "C" AND f.position > $2 ORDER BY f.position LIMIT $3'
    " ) AS next ORDER BY next.position LIMIT $3)) ORDER BY position"
).encode()
"""Values: names, position after which, limit."""


@lru_cache(maxsize=64)
def sqlite_walk(names: int) -> str:
    """Return the statement for so many names. Values: position after which, limit, each name."""
    each = (
        "SELECT * FROM (SELECT position FROM ledger_facts"  # noqa: S608 (our own words)
        f" WHERE topic IN ({_NAMES}) AND topic = ?{number + 3} AND position > ?1"
        " ORDER BY position LIMIT ?2)"
        for number in range(names)
    )
    every = " UNION ALL ".join(each)
    return (
        f"{SELECT_FACTS} WHERE position IN (SELECT position FROM ({every})"  # noqa: S608 (as above)
        " ORDER BY position LIMIT ?2) ORDER BY position"
    )


def all_walked(names: Iterable[str]) -> bool:
    """Whether the index has all of ``names``, which are at least one."""
    asked = frozenset(names)
    return bool(asked) and asked <= WALKED
