-- How many facts of each name there are.
SELECT topic, count(*) AS facts FROM facts GROUP BY topic ORDER BY topic
