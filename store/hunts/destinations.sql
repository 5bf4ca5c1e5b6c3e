-- Where our machines talk to, by what went there and back.
SELECT coalesce(nullif(domain, ''), nullif(dst_host, ''), dst_ip) AS destination,
  count(*) AS flows, count(DISTINCT device) AS machines,
  CAST(sum(sent) AS BIGINT) AS sent, CAST(sum(received) AS BIGINT) AS received, min(first) AS first, max(last) AS last
FROM flows
WHERE ($host = '' OR $host IN (device, lower(host), src_ip)) AND ($outside = 'no' OR outside)
GROUP BY destination
ORDER BY CASE $by WHEN 'flows' THEN count(*) WHEN 'sent' THEN sum(sent) WHEN 'received' THEN sum(received)
  ELSE sum(sent) + sum(received) END DESC, destination
