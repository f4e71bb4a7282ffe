"""The officers' desk over an opened system, as the pages have it."""

from app import System
from verify_api.desk.doing import Desk
from verify_api.desk.office import LedgerOffice
from verify_api.desk.papers import PaperDesk


def office_of(system: System) -> LedgerOffice:
    """Return the desk at which acts are done."""
    desk = Desk(
        system.facts,
        system.calendar,
        system.desk,
        system.issuing_key,
        system.clockwork.new_id,
        lambda authority, role: {
            one.account_id: one.title for one in system.accounts.working_at(authority, role)
        },
    )
    return LedgerOffice(desk, system.views, paper_desk(system))


def paper_desk(system: System) -> PaperDesk:
    """Return who makes papers."""
    return PaperDesk(
        facts=system.facts,
        host=system.settings.host,
        authority_name=lambda code: system.settings.authority(code).name,
        officer_name=lambda account: _title(system, account),
        signer=system.document_signer,
        specimen=system.settings.specimen,
        release=system.release,
    )


def _title(system: System, account_id: str) -> str:
    known = {account.account_id: account.title for account in system.accounts.all()}
    return known.get(account_id, account_id)
