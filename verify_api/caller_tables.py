"""The tables of `verify_api.caller_database`, and what keeps its journal from being changed.

Times are microseconds since 1970 UTC, hashes are hexadecimal. Whoever must not be guessed from a
copy (a session, a token, a provider's name for a person) stands as a hash, keyed where there are
few enough to try them all.
"""

from typing import Final

TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS accounts (
        account_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
        role TEXT NOT NULL, organisation TEXT, subject TEXT, password TEXT NOT NULL,
        disabled INTEGER NOT NULL, created_at BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS sessions (
        session_hash TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts,
        created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS sessions_account ON sessions (account_id)",
    """CREATE TABLE IF NOT EXISTS api_tokens (
        token_hash TEXT PRIMARY KEY, token_id TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
        organisation TEXT NOT NULL, issued_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
        revoked_at BIGINT)""",
    """CREATE TABLE IF NOT EXISTS sign_in_attempts (
        who TEXT PRIMARY KEY, free_at BIGINT NOT NULL)""",
    # How and when somebody last showed who they are; a session without a row did it as it began.
    """CREATE TABLE IF NOT EXISTS authentications (
        session_hash TEXT PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
        authenticated_at BIGINT NOT NULL, method TEXT NOT NULL, assurance TEXT NOT NULL,
        subject_hash TEXT, provider_session_hash TEXT)""",
    """CREATE TABLE IF NOT EXISTS identity_links (
        subject_hash TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts,
        linked_at BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS provider_visits (
        state_hash TEXT PRIMARY KEY, browser_hash TEXT NOT NULL, session_hash TEXT,
        return_to TEXT NOT NULL, started_at BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS spent_tokens (
        token_hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS clients (
        client_id TEXT PRIMARY KEY, title TEXT NOT NULL, role TEXT NOT NULL,
        organisation TEXT NOT NULL, disabled INTEGER NOT NULL, created_at BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS client_keys (
        thumbprint TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients,
        jwk TEXT NOT NULL, added_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
        revoked_at BIGINT)""",
    """CREATE TABLE IF NOT EXISTS access_tokens (
        token_hash TEXT PRIMARY KEY, client_id TEXT NOT NULL REFERENCES clients,
        thumbprint TEXT NOT NULL REFERENCES client_keys, issued_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS organisations (
        code TEXT PRIMARY KEY, kind TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
        created_at BIGINT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS organisation_administrators (
        account_id TEXT PRIMARY KEY REFERENCES accounts, organisation TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS invitations (
        code_hash TEXT PRIMARY KEY, invitation_id TEXT NOT NULL UNIQUE, organisation TEXT NOT NULL,
        name TEXT NOT NULL, title TEXT NOT NULL, role TEXT NOT NULL, made_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL, ended_at BIGINT)""",
    """CREATE TABLE IF NOT EXISTS caller_journal (
        sequence BIGINT PRIMARY KEY, at BIGINT NOT NULL, deed TEXT NOT NULL, account TEXT,
        organisation TEXT, detail TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL)""",
    # One row, locked by each writer: entries come one after the other, without a gap.
    """CREATE TABLE IF NOT EXISTS caller_journal_end (
        one INTEGER PRIMARY KEY, sequence BIGINT NOT NULL, digest TEXT NOT NULL)""",
)

SQLITE_GUARDS: Final = (
    """CREATE TRIGGER IF NOT EXISTS journal_stays BEFORE UPDATE ON caller_journal
        BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END""",
    """CREATE TRIGGER IF NOT EXISTS journal_keeps BEFORE DELETE ON caller_journal
        BEGIN SELECT RAISE(ABORT, 'the journal is only appended to'); END""",
)
POSTGRES_GUARDS: Final = (
    """CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is only appended to'; END $$""",
    """CREATE OR REPLACE TRIGGER journal_stays BEFORE UPDATE OR DELETE OR TRUNCATE
        ON caller_journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()""",
)
