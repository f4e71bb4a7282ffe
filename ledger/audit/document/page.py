"""The page: one HTML file that asks for nothing else, prints well, and can be read in the dark.

No script, no request to anywhere: its own policy forbids both, whatever a finding holds.
"""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.contents import contents_of
from ledger.audit.document.labels import say

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def audit_page(account: AuditAccount, language: str) -> str:
    """Return the page of an audit in ``vi`` or ``en``; the same account gives the same page."""
    told = contents_of(account, language)

    def words(key: str) -> str:
        return say(key, language)

    return _TEMPLATES.get_template("audit.html").render(told=told, say=words)
