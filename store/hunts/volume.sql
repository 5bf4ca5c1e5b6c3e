-- Bytes per hour or day and application. A long flow counts where its bytes passed, not where it ended.
WITH steps AS (
  SELECT date_trunc($step, ts) AS time, flow_id, sensor, src_ip, src_port, dst_ip, dst_port, proto,
    max(app) AS app, max(orig_bytes) AS sent, max(resp_bytes) AS received
  FROM events
  WHERE class = 4001 AND proto <> 'arp' AND ($host = '' OR $host IN (device, lower(host), src_ip, dst_device, lower(dst_host), dst_ip))
  GROUP BY ALL
),
shares AS (
  SELECT time, app, flow_id, sent - coalesce(lag(sent) OVER flow, 0) AS sent, received - coalesce(lag(received) OVER flow, 0) AS received
  FROM steps
  WINDOW flow AS (PARTITION BY sensor, flow_id, src_ip, src_port, dst_ip, dst_port, proto ORDER BY time)
)
SELECT time, coalesce(nullif(app, ''), 'other') AS app, CAST(sum(shares.sent) AS BIGINT) AS sent,
  CAST(sum(shares.received) AS BIGINT) AS received, count(DISTINCT flow_id) AS flows
FROM shares
GROUP BY 1, 2
ORDER BY 1, sum(shares.sent) + sum(shares.received) DESC, 2
