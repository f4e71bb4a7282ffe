-- Where every certificate stands. Beside the fold of `projections.certificate_status` a second
-- account of the same rules. Times are microseconds since 1970 UTC.
WITH
life AS MATERIALIZED (
    SELECT
        stream_id AS certificate, version, topic, kind, request, drafter, authority, number,
        status_uri, status_index, epoch_us("at") AS happened_at, epoch_us(expires_at) AS expires,
        superseded_by, decision
    FROM facts
    WHERE topic IN (
        'certificate.drafted/1', 'certificate.signed/1', 'certificate.sealed/1',
        'certificate.issued/1', 'certificate.withdrawn/1', 'certificate.corrected/1',
        'certificate.recalled/1', 'certificate.cancelled/1', 'certificate.no_longer_current/1'
    )
),
standing AS (
    SELECT
        certificate,
        arg_max(kind, version) AS kind,
        arg_max(request, version) FILTER (topic = 'certificate.drafted/1') AS request,
        arg_max(topic, version) FILTER (topic <> 'certificate.no_longer_current/1') AS latest,
        arg_max(drafter, version) AS drafter,
        arg_max(authority, version) AS authority,
        arg_max(number, version) AS number,
        arg_max(status_uri, version) AS status_uri,
        arg_max(status_index, version) FILTER (topic = 'certificate.signed/1') AS status_index,
        arg_max(
            CASE topic
                WHEN 'certificate.withdrawn/1' THEN CASE WHEN status_index IS NULL THEN 0 ELSE 1 END
                WHEN 'certificate.corrected/1' THEN 3
                ELSE 1
            END, version
        ) FILTER (topic IN ('certificate.withdrawn/1', 'certificate.corrected/1',
            'certificate.recalled/1', 'certificate.cancelled/1')) AS status,
        arg_max(happened_at, version) FILTER (topic = 'certificate.issued/1') AS issued_at,
        arg_max(expires, version) AS expires_at,
        arg_max(happened_at, version) FILTER (topic IN ('certificate.withdrawn/1',
            'certificate.corrected/1', 'certificate.recalled/1', 'certificate.cancelled/1'))
            AS ended_at,
        arg_max(decision, version) AS decision,
        arg_max(superseded_by, version) AS superseded_by,
        count(*) FILTER (topic = 'certificate.no_longer_current/1') > 0 AS outdated
    FROM life
    GROUP BY certificate
)
SELECT
    CAST(certificate AS VARCHAR) AS certificate,
    kind,
    CAST(request AS VARCHAR) AS request,
    CASE latest
        WHEN 'certificate.issued/1' THEN 'active'
        WHEN 'certificate.corrected/1' THEN 'superseded'
        ELSE split_part(split_part(latest, '.', 2), '/', 1)
    END AS stage,
    drafter,
    authority,
    number,
    status_uri,
    status_index,
    coalesce(status, 0) AS status,
    issued_at,
    expires_at,
    ended_at,
    decision,
    CAST(superseded_by AS VARCHAR) AS superseded_by,
    CAST(outdated AS INTEGER) AS no_longer_current
FROM standing
ORDER BY standing.certificate
