"""An auditor's questions of a copy of the ledger and its log: read-only, nothing taken on trust.

findings     what is found, in words and as JSON
"""
