-- What left a machine, or went to a destination: bytes, files, since when.
SELECT coalesce(nullif(domain, ''), dst_ip) AS destination, coalesce(nullif(any_value(host), ''), any_value(src_ip)) AS host,
  CAST(sum(events.sent) FILTER (class = 4001) AS BIGINT) AS sent, CAST(sum(events.received) FILTER (class = 4001) AS BIGINT) AS received,
  count(*) FILTER (class = 4001 AND activity BETWEEN 2 AND 5) AS flows, min(ts) AS first, max(ts) AS last,
  coalesce(string_agg(DISTINCT CASE WHEN contains(detail, 'request_file') THEN json_extract_string(detail, '$.request_file.name') END, ' '), '') AS files_sent
FROM events
WHERE class IN (4001, 4002) AND outside AND (class = 4002 OR activity BETWEEN 2 AND 5 OR events.sent + events.received > 0) AND ($what IN (device, lower(host), src_ip, dst_ip, domain) OR ends_with(domain, '.' || $what))
GROUP BY 1, device
ORDER BY sent DESC, destination, host
