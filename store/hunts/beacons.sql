-- Machines that call the same destination again and again at an even pace.
WITH calls AS (
  SELECT device, host, src_ip, coalesce(nullif(domain, ''), dst_ip) AS destination, first,
    date_diff('millisecond', lag(first) OVER (
      PARTITION BY device, src_ip, coalesce(nullif(domain, ''), dst_ip) ORDER BY first), first) / 1000.0 AS gap, sent
  FROM flows WHERE outside
)
SELECT any_value(host) AS host, any_value(src_ip) AS src_ip, destination, count(*) AS calls,
  round(median(gap), 1) AS every_s, round(stddev_pop(gap) / avg(gap), 3) AS jitter,
  CAST(sum(sent) AS BIGINT) AS sent, min(first) AS first, max(first) AS last
FROM calls
GROUP BY device, src_ip, destination
HAVING count(*) >= $calls AND avg(gap) >= 1 AND stddev_pop(gap) / avg(gap) <= $jitter
ORDER BY jitter, calls DESC, destination, src_ip
