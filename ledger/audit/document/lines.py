"""The whole audit as JSON Lines: first the account, then every finding, none left out.

The first line is ``{"audit": {…}}``; each line after it is one `Finding.as_json`.
All of it is ASCII: some readers end lines at other characters than the newline, too.
"""

import json

from ledger.audit.document.account import AuditAccount


def audit_lines(account: AuditAccount) -> str:
    """Return the account and all findings, one JSON object a line."""
    values = [{"audit": account.as_json()}, *(one.as_json() for one in account.report.findings)]
    return "".join(f"{json.dumps(value)}\n" for value in values)
