-- Destinations outside that few machines talk to: what only one PC knows is worth a look.
SELECT coalesce(nullif(domain, ''), dst_ip) AS destination, count(DISTINCT device) AS machines,
  string_agg(DISTINCT coalesce(nullif(host, ''), src_ip), ' ' ORDER BY coalesce(nullif(host, ''), src_ip)) AS who,
  count(*) AS flows, CAST(sum(sent) AS BIGINT) AS sent, CAST(sum(received) AS BIGINT) AS received,
  min(first) AS first, max(last) AS last
FROM flows
WHERE outside
GROUP BY destination
HAVING count(DISTINCT device) <= $machines
ORDER BY first DESC, destination
