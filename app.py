"""The composition root: joins the floors, no logic.

`build` opens one ledger with all that belongs to it; `create_app` serves it over HTTP. Nothing
below asks for the time, an identifier or a random byte: they are given from here (`clockwork`).
"""

import atexit
import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from clockwork import Clockwork
from keys.key_file import FULL_COST, KdfCost
from keys.root_key import FileRootKey, RootKey
from keys.signer import FileSigner
from keys.subject_keys import open_subject_keys
from ledger.calendar import standard_calendar
from ledger.commands.reading import read_received
from ledger.store.databases import open_store
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from ledger.store.withheld import WithheldParts
from projections.projector import Projector
from projections.stream_heads import Blind
from projections.view_database import open_views
from projections.view_store import ViewStore
from projections.views import OPENED, all_views
from settings import Authority, Settings, passphrase, read_settings
from system import HEADS_LABEL, LIST_ID, System
from verify_api.caller_database import open_callers
from verify_api.desk.narrow_seals import NarrowParts

if TYPE_CHECKING:
    from flask import Flask

__all__ = [
    "LIST_ID",
    "Authority",
    "Clockwork",
    "Settings",
    "System",
    "build",
    "create_app",
    "passphrase",
    "read_settings",
]


def build(
    settings: Settings, clockwork: Clockwork | None = None, *, sequences: bool = True
) -> System:
    """Open the ledger that ``settings`` name; what is not there yet is made.

    Args:
        settings: Of the home.
        clockwork: The clock and randomness; the world's if left out.
        sequences: Whether the log may be written to, and begun; False for web processes.

    Raises:
        StoreUnavailableError: The ledger's database cannot be opened.
        KeyStoreError: The key store cannot be opened, or is an old copy.
        InvalidInputError: A setting has the wrong form.
    """
    clockwork = clockwork or Clockwork()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        root = FileRootKey(settings.home / "root", clockwork.random)
        copies = settings.home / "key-copies"
        copies.mkdir(mode=0o700, exist_ok=True)
        subject_keys = open_subject_keys(
            settings.subject_keys, root, random=clockwork.random, copies=copies
        )
        stack.callback(subject_keys.close)
        seals = SealedParts(subject_keys, clockwork.random)
        facts = open_store(
            settings.ledger, types=FACT_TYPES, seals=seals, ids=clockwork.new_event_id
        )
        stack.callback(facts.close)
        reading = open_store(
            settings.ledger,
            types=FACT_TYPES,
            seals=WithheldParts(),
            ids=clockwork.new_event_id,
        )
        stack.callback(reading.close)
        checking = open_store(
            settings.ledger, types=FACT_TYPES, seals=NarrowParts(seals), ids=clockwork.new_event_id
        )
        stack.callback(checking.close)
        opened = open_store(
            settings.ledger,
            types=FACT_TYPES,
            seals=NarrowParts(seals, OPENED),
            ids=clockwork.new_event_id,
        )
        stack.callback(opened.close)
        blind = _blind(root)
        made = all_views(subject_keys, read_received, blind)
        views = ViewStore(open_views(settings.views), made)
        stack.callback(views.database.close)
        views.prepare()
        callers = open_callers(settings.callers)
        stack.callback(callers.close)
        keyring = FileSigner(
            settings.home / "keys",
            passphrase(settings),
            random_bytes=clockwork.random,
            cost=KdfCost(settings.key_memory_mib << 10, FULL_COST.passes, FULL_COST.lanes),
        )
        system = System(
            settings,
            clockwork,
            facts,
            reading,
            checking,
            subject_keys,
            keyring,
            Projector(reading, views, opened=opened),
            standard_calendar(),
            callers,
            blind,
            stack.pop_all(),
        )
        stack.callback(system.close)
        system.join_log(read_only=not sequences)
        stack.pop_all()
        return system


def _blind(root: RootKey) -> Blind:
    """Return what names the leaves of the sealed tree; its key is made at the first time."""
    root.new_index_key(HEADS_LABEL)
    return partial(root.hmac, HEADS_LABEL)


def create_app() -> "Flask":
    """Return the web service of the home that ``RECORDS_HOME`` names: what a server loads.

    Called once in every process of the server, after it was started.
    """
    # A command that serves nothing loads neither routes nor the framework.
    from doors import join  # noqa: PLC0415
    from verify_api.logs import configure_logs  # noqa: PLC0415
    from verify_api.picture_process import PictureReader  # noqa: PLC0415
    from verify_api.ports import ServiceSettings  # noqa: PLC0415

    configure_logs()
    environment = os.environ
    home = Path(environment.get("RECORDS_HOME", "var/records"))
    system = build(read_settings(home, environment), sequences=False)
    pictures = PictureReader()
    settings = ServiceSettings(
        public_url=environment.get("RECORDS_PUBLIC_URL", "http://127.0.0.1:8000"),
        processes=int(environment.get("RECORDS_PROCESSES", "1")),
        proxies=int(environment.get("RECORDS_PROXIES", "0")),
        demo=system.settings.specimen,
        access_log=environment.get("RECORDS_ACCESS_LOG", "1") != "0",
        draining=Path(draining) if (draining := environment.get("RECORDS_DRAINING")) else None,
    )
    app = join(system, settings, pictures.read, pictures.media_type)
    # A server ends its processes by a signal; connections and the picture reader go with them.
    atexit.register(system.close)
    atexit.register(pictures.close)
    return app
