-- What happened on each day in each province. Beside the fold of `projections.daily_figures` a
-- second account of the same rules, over all facts at once instead of one after the other.
WITH
told AS MATERIALIZED (
    SELECT
        stream_id AS request, version, topic, province, form, fee_group, day, appointed_on, amount,
        -- The day in Vietnam, seven hours ahead of UTC all year.
        CAST(make_timestamp(epoch_us(recorded_at) + 25200000000) AS DATE) AS told_on
    FROM facts
    WHERE topic IN (
        'request.drafted/1', 'request.submitted/1', 'request.accepted/1', 'request.rejected/1',
        'request.refused/1', 'request.processing_stopped/1', 'request.withdrawal_requested/1',
        'request.certificate_ready/1', 'request.result_delivered/1', 'request.fee_paid/1',
        'request.fee_refunded/1', 'request.deadline_set/1', 'request.deadline_recomputed/1',
        'request.deadline_resumed/1', 'request.deadline_missed/1', 'request.apology_issued/1',
        'request.supplement_requested/1', 'request.supplement_received/1'
    )
),
requests AS (
    SELECT
        request,
        any_value(province) AS province,
        any_value(form) AS form,
        any_value(fee_group) AS fee_group,
        arg_max(appointed_on, version) AS appointed_on,
        count(*) FILTER (topic = 'request.supplement_requested/1') AS supplements,
        arg_max(day, version) FILTER (topic = 'request.supplement_requested/1') AS asked_on,
        coalesce(max(version) FILTER (topic = 'request.supplement_requested/1'), 0)
            > coalesce(max(version) FILTER (topic = 'request.supplement_received/1'), 0)
            AS still_asked,
        arg_min(day, version) FILTER (topic IN (
            'request.rejected/1', 'request.refused/1', 'request.processing_stopped/1',
            'request.withdrawal_requested/1', 'request.certificate_ready/1'
        )) AS ended_on
    FROM told
    GROUP BY request
),
-- Punctuality counts on the day of the end, or of the asking while a supplement is awaited.
counted AS (
    SELECT
        province,
        coalesce(ended_on, CASE WHEN still_asked THEN asked_on END) AS day,
        supplements <= 1 AND coalesce(ended_on, asked_on) <= appointed_on AS punctual
    FROM requests
    WHERE appointed_on IS NOT NULL AND (ended_on IS NOT NULL OR still_asked)
),
-- A request may become ready more than once, each time after the acceptance that stands then.
taken AS (
    SELECT ready.request, ready.version, any_value(ready.day) AS day,
        any_value(ready.day) - arg_max(accepted.day, accepted.version) AS days
    FROM told AS ready
    JOIN told AS accepted
        ON accepted.request = ready.request
        AND accepted.topic = 'request.accepted/1'
        AND accepted.version < ready.version
    WHERE ready.topic = 'request.certificate_ready/1'
    GROUP BY ready.request, ready.version
),
days AS (
    SELECT
        requests.province,
        CASE
            WHEN topic IN ('request.fee_paid/1', 'request.fee_refunded/1',
                'request.deadline_missed/1', 'request.apology_issued/1') THEN told_on
            ELSE day
        END AS day,
        topic, requests.form, requests.fee_group, amount,
        0 AS days_taken, 0 AS measured, 0 AS on_time
    FROM told
    JOIN requests USING (request)
    WHERE topic NOT IN ('request.drafted/1', 'request.deadline_set/1',
        'request.deadline_recomputed/1', 'request.deadline_resumed/1',
        'request.supplement_received/1')
    UNION ALL
    SELECT requests.province, taken.day, NULL, NULL, NULL, NULL, taken.days, 0, 0
    FROM taken JOIN requests USING (request)
    UNION ALL
    SELECT province, day, NULL, NULL, NULL, NULL, 0, 1, CAST(punctual AS INTEGER)
    FROM counted
)
SELECT
    province,
    CAST(day AS VARCHAR) AS day,
    count(*) FILTER (topic = 'request.submitted/1') AS submitted,
    count(*) FILTER (topic = 'request.submitted/1' AND form = 1) AS form_1,
    count(*) FILTER (topic = 'request.submitted/1' AND form = 2) AS form_2,
    count(*) FILTER (topic = 'request.submitted/1' AND fee_group = 'exempt') AS waived,
    count(*) FILTER (topic = 'request.submitted/1' AND fee_group = 'reduced') AS reduced,
    count(*) FILTER (topic = 'request.accepted/1') AS accepted,
    count(*) FILTER (topic = 'request.rejected/1') AS rejected,
    count(*) FILTER (topic = 'request.refused/1') AS refused,
    count(*) FILTER (topic = 'request.processing_stopped/1') AS stopped,
    count(*) FILTER (topic = 'request.withdrawal_requested/1') AS withdrawn,
    count(*) FILTER (topic = 'request.certificate_ready/1') AS ready,
    count(*) FILTER (topic = 'request.result_delivered/1') AS delivered,
    CAST(sum(days_taken) AS BIGINT) AS days_taken,
    CAST(sum(measured) AS BIGINT) AS measured,
    CAST(sum(on_time) AS BIGINT) AS on_time,
    count(*) FILTER (topic = 'request.deadline_missed/1') AS missed,
    count(*) FILTER (topic = 'request.apology_issued/1') AS apologies,
    count(*) FILTER (topic = 'request.supplement_requested/1') AS supplements,
    CAST(coalesce(sum(amount) FILTER (topic = 'request.fee_paid/1'), 0) AS BIGINT) AS fees,
    CAST(coalesce(sum(amount) FILTER (topic = 'request.fee_refunded/1'), 0) AS BIGINT) AS refunds
FROM days
GROUP BY province, days.day
ORDER BY province, days.day
