-- Where our machines talk to, by what went there and back.
SELECT coalesce(nullif(domain, ''), nullif(dst_host, ''), dst_ip) AS destination,
  count(*) FILTER (activity BETWEEN 2 AND 5) AS flows, count(DISTINCT device) AS machines,
  CAST(sum(events.sent) AS BIGINT) AS sent, CAST(sum(events.received) AS BIGINT) AS received, min(ts) AS first, max(ts) AS last
FROM events
WHERE class = 4001 AND proto <> 'arp' AND (activity BETWEEN 2 AND 5 OR events.sent + events.received > 0) AND ($host = '' OR $host IN (device, lower(host), src_ip)) AND ($outside = 'no' OR outside)
GROUP BY 1
ORDER BY CASE $by WHEN 'flows' THEN count(*) FILTER (activity BETWEEN 2 AND 5) WHEN 'sent' THEN sum(events.sent)
  WHEN 'received' THEN sum(events.received) ELSE sum(events.sent) + sum(events.received) END DESC, 1
