"""The tables of a ledger in PostgreSQL, and the one statement that appends to them."""

from ledger.store import library_doors, walked

SCHEMA_VERSION = 2
LISTEN = "LISTEN ledger_facts"

MIGRATION_LOCK = 0x6C65_6467_6572
"""Key of the advisory lock under which one process at a time makes the tables ("ledger")."""

READ_VERSION = "SELECT max(version) FROM ledger_schema"
# The catalogue itself: by its name the table may long be remembered as absent by this session.
HAS_VERSION = (
    "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'ledger_schema'"
    " AND relnamespace = current_schema()::regnamespace)"
)

TABLES = (
    """
    CREATE TABLE ledger_facts (
        position bigint PRIMARY KEY,
        event_id uuid NOT NULL,
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text COLLATE "C" NOT NULL,
        state bytea NOT NULL,
        metadata bytea,
        entry bytea NOT NULL,
        CONSTRAINT ledger_facts_stream UNIQUE (originator_id, originator_version)
    ) WITH (
        autovacuum_vacuum_insert_scale_factor = 0.05,
        autovacuum_analyze_scale_factor = 0.02
    )
    """,
    # Most of a state is ciphertext: trying to compress it is work for nothing.
    "ALTER TABLE ledger_facts ALTER COLUMN state SET STORAGE EXTERNAL",
    """
    CREATE TABLE ledger_answers (
        key_hash bytea PRIMARY KEY,
        digest bytea NOT NULL,
        first bigint NOT NULL,
        facts bigint NOT NULL
    )
    """,
    # A position is never given twice: whoever takes facts away (the guard below first) leaves
    # the highest position removed here, and the next append goes on after it.
    "CREATE TABLE ledger_removed (one boolean PRIMARY KEY CHECK (one), highest bigint NOT NULL)",
    "INSERT INTO ledger_removed (one, highest) VALUES (true, 0)",
    """
    CREATE FUNCTION ledger_facts_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE ledger_removed
            SET highest = greatest(highest, (SELECT max(position) FROM removed));
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER ledger_facts_removed AFTER DELETE ON ledger_facts
    REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_facts_removed()
    """,
    """
    CREATE FUNCTION ledger_facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a fact is never changed or removed';
    END $$
    """,
    """
    CREATE TRIGGER ledger_facts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_facts
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_facts_stay()
    """,
    # One call, one round trip. The lock is the queue of all writers: it is taken before the head
    # is read and held until the commit, so facts become visible in the order of their positions
    # and a reader never passes over a late one. It is not a lock on the table, so that vacuum
    # and index builds do not stop appends. Each statement below sees what was committed before
    # it began: the isolation is READ COMMITTED.
    """
    CREATE FUNCTION ledger_append(
        event_ids uuid[], streams uuid[], versions bigint[], topics text[],
        states bytea[], entries bytea[],
        after_streams uuid[], after_versions bigint[],
        absent_streams uuid[], absent_versions bigint[],
        answer_keys bytea[], answer_digests bytea[], answer_firsts bigint[], answer_facts bigint[]
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        head bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock('ledger_facts'::regclass::oid::bigint);
        SELECT greatest((SELECT max(position) FROM ledger_facts), highest)
            FROM ledger_removed INTO head;
        FOR i IN 1 .. cardinality(after_streams) LOOP
            PERFORM 1 FROM ledger_facts WHERE originator_id = after_streams[i]
                AND originator_version = after_versions[i];
            IF NOT FOUND THEN
                RAISE unique_violation USING MESSAGE = 'the stream has not come that far';
            END IF;
        END LOOP;
        FOR i IN 1 .. cardinality(absent_streams) LOOP
            PERFORM 1 FROM ledger_facts WHERE originator_id = absent_streams[i]
                AND originator_version = absent_versions[i];
            IF FOUND THEN
                RAISE unique_violation USING MESSAGE = 'the stream has moved on';
            END IF;
        END LOOP;
        INSERT INTO ledger_facts
            (position, event_id, originator_id, originator_version, topic, state, entry)
        SELECT head + given.number, given.event_id, given.stream, given.version, given.topic,
            given.state, given.entry
        FROM unnest(event_ids, streams, versions, topics, states, entries)
            WITH ORDINALITY AS given (event_id, stream, version, topic, state, entry, number);
        IF cardinality(answer_keys) > 0 THEN
            INSERT INTO ledger_answers (key_hash, digest, first, facts)
            SELECT a.key_hash, a.digest, head + 1 + a.first, a.facts
            FROM unnest(answer_keys, answer_digests, answer_firsts, answer_facts)
                AS a (key_hash, digest, first, facts);
        END IF;
        NOTIFY ledger_facts;
        RETURN head + 1;
    END $$
    """,
    "CREATE TABLE ledger_schema (version integer PRIMARY KEY)",
    "INSERT INTO ledger_schema (version) VALUES (1)",
)

UPGRADES = {2: (walked.INDEX, "INSERT INTO ledger_schema (version) VALUES (2)")}
"""What is added to the tables of the version before; also new tables begin with version 1."""

HEAD = b"SELECT greatest((SELECT max(position) FROM ledger_facts), highest) FROM ledger_removed"

ENTRIES = b"SELECT position, entry FROM ledger_facts WHERE position > $1 ORDER BY position LIMIT $2"

EXCERPT = library_doors.EXCERPT.format(stream="$1", topics="= ANY($2)").encode()

ANSWER = b"SELECT key_hash, digest, first, facts FROM ledger_answers WHERE key_hash = $1"

DURABILITY = b"SELECT current_setting('fsync'), current_setting('synchronous_commit')"

COUNTS = (
    b"SELECT (SELECT count(*) FROM ledger_facts),"
    b" (SELECT coalesce(max(position), 0) FROM ledger_facts), highest FROM ledger_removed"
)

APPEND = b"SELECT ledger_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
