"""Putting together what an offline verifier needs: every trust list, the newest status lists."""

from datetime import datetime

from app import System
from keys.trust_list import STATUS_USE
from ledger.commands import keys as key_commands
from verify_api.bundle import Bundle, write_bundle


def make_bundle(system: System, *, at: datetime) -> bytes:
    """Return the signed bundle of ``at``: lists that nobody can need any longer are left out.

    Raises:
        RefusedError: ``no_signing_key``: no authority has a key for status lists now.
    """
    made_at = at.replace(microsecond=0)
    board = system.desk.board
    board.catch_up(system.reading)
    lists = {
        uri: listed.published.document
        for uri, listed in sorted(board.lists.items())
        if listed.published is not None and listed.live_until > made_at
    }
    key = key_commands.key_in_use(
        facts=system.reading,
        use=STATUS_USE,
        issuer=system.settings.authorities[0].code,
        at=made_at,
    )
    documents = key_commands.trust_list_documents(facts=system.reading)
    return write_bundle(
        Bundle(made_at, documents, lists),
        key=key.public,
        sign=lambda message: system.keyring.sign(key.public.kid, message),
    )
