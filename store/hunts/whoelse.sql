-- Which machines talked to an address or name, asked for it, or moved this file.
SELECT device, any_value(host) AS host, any_value(src_ip) AS src_ip, max(user_name) AS user_name, min(ts) AS first, max(ts) AS last,
  count(*) AS times, count(DISTINCT flow_id) AS flows,
  string_agg(DISTINCT CASE WHEN sha256 = $what THEN 'file' WHEN class = 4003 THEN 'asked' ELSE 'talked' END, ' '
    ORDER BY CASE WHEN sha256 = $what THEN 'file' WHEN class = 4003 THEN 'asked' ELSE 'talked' END) AS how
FROM events
WHERE dst_ip = $what OR domain = $what OR ends_with(domain, '.' || $what) OR sha256 = $what
  OR contains(answers, ' ' || $what || ' ')
GROUP BY device, CASE WHEN device = '' THEN src_ip ELSE '' END
ORDER BY first, device, src_ip
