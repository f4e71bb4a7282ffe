"""The service's ports filled with the ledger: what officers, citizens and checkers ask for.

Each file fills one port of `verify_api.ports` from commands and views; none knows Flask.
"""
