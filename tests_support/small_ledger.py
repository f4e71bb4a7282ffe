"""A ledger and its key store in two SQLite files of a folder, with nothing in them."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from keys.root_key import MemoryRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from tests_support.toy_ledger import fresh_id


@contextmanager
def small_keys(folder: Path) -> Iterator[SubjectKeys]:
    """Open a key store, ``keys.db``, under a root that nobody keeps."""
    root = MemoryRootKey(os.urandom)
    url = f"sqlite:///{folder}/keys.db"
    keys = open_subject_keys(url, root, random=os.urandom, pause=lambda _: None)
    with closing(keys):
        yield keys


@contextmanager
def small_ledger(folder: Path) -> Iterator[tuple[LedgerFactStore, SubjectKeys]]:
    """Open a ledger, ``ledger.db``, sealed under `small_keys`."""
    with small_keys(folder) as keys:
        facts = open_store(
            f"sqlite:///{folder}/ledger.db", types=FACT_TYPES,
            seals=SealedParts(keys, os.urandom), ids=fresh_id,
        )  # fmt: skip
        with closing(facts):
            yield facts, keys
