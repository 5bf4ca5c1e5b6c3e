-- Destinations outside that few machines talk to: what only one PC knows is worth a look.
SELECT coalesce(nullif(domain, ''), dst_ip) AS destination, count(DISTINCT device) AS machines,
  string_agg(DISTINCT coalesce(nullif(host, ''), src_ip), ' ' ORDER BY coalesce(nullif(host, ''), src_ip)) AS who,
  count(*) FILTER (activity BETWEEN 2 AND 5) AS flows, CAST(sum(events.sent) AS BIGINT) AS sent,
  CAST(sum(events.received) AS BIGINT) AS received, min(ts) AS first, max(ts) AS last
FROM events
WHERE class = 4001 AND proto <> 'arp' AND (activity BETWEEN 2 AND 5 OR events.sent + events.received > 0) AND outside AND coalesce(nullif(domain, ''), dst_ip) IN (
  SELECT coalesce(nullif(domain, ''), dst_ip) FROM events WHERE class = 4001 AND outside AND (activity BETWEEN 2 AND 5 OR events.sent + events.received > 0)
  GROUP BY 1 HAVING count(DISTINCT device) <= $machines)
GROUP BY 1
ORDER BY first DESC, destination
