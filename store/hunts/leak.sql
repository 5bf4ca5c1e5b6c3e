-- What left a machine, or went to a destination: bytes, files, since when.
WITH files AS (
  SELECT flow_id, src_ip, json_extract_string(detail, '$.request_file.name') AS name
  FROM events WHERE class = 4002 AND contains(detail, 'request_file')
)
SELECT coalesce(nullif(domain, ''), f.dst_ip) AS destination, coalesce(nullif(any_value(host), ''), any_value(f.src_ip)) AS host,
  CAST(sum(sent) AS BIGINT) AS sent, CAST(sum(received) AS BIGINT) AS received, count(*) AS flows, min(first) AS first, max(last) AS last,
  coalesce(string_agg(DISTINCT names, ' '), '') AS files_sent
FROM flows f
LEFT JOIN (SELECT flow_id, src_ip, string_agg(DISTINCT name, ' ') AS names FROM files GROUP BY ALL) n
  ON n.flow_id = f.flow_id AND n.src_ip = f.src_ip
WHERE outside AND ($what IN (device, lower(host), f.src_ip, f.dst_ip, domain) OR ends_with(domain, '.' || $what))
GROUP BY destination, device
ORDER BY sent DESC, destination
