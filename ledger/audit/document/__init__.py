"""An auditor's report for people who read laws, not code: a page, a sheet of paper, JSON Lines.

    account = AuditAccount(report, scope, begun_at, ended_at, program, command, …)
    audit_lines(account), audit_page(account, "vi"), audit_sheet(account, "vi")

account       what is told: the report, and how it was made
lines         it as JSON Lines, first the account, then every finding
verdict       what it comes to, in one line
groups        the findings by code, so many of each shown
meanings      what each code means, and does not mean; words/ has them by class of check
labels        the document's own words                  phrases     an auditor's short phrases
page, sheet   HTML and PDF; pure: the same account gives the same bytes
"""
