-- Bytes per minute, hour or day and application. A long flow counts when its bytes passed, not when it ended.
SELECT date_trunc($step, ts) AS time, coalesce(nullif(app, ''), 'other') AS app, CAST(sum(events.sent) AS BIGINT) AS sent,
  CAST(sum(events.received) AS BIGINT) AS received, count(*) FILTER (activity BETWEEN 2 AND 5) AS flows
FROM events
WHERE class = 4001 AND proto <> 'arp' AND ($host = '' OR $host IN (device, lower(host), src_ip, dst_device, lower(dst_host), dst_ip))
GROUP BY 1, 2
ORDER BY 1, sum(events.sent) + sum(events.received) DESC, 2
