-- Since when an address, name, file or fingerprint is known here, and through whom it came.
SELECT min(ts) AS first, max(ts) AS last, arg_min(coalesce(nullif(host, ''), src_ip), ts) AS first_by,
  arg_min(user_name, ts) AS first_user, count(DISTINCT device) AS machines, count(*) AS times
FROM events
WHERE $what IN (dst_ip, src_ip, domain, sha256, ja3, ja4) OR ends_with(domain, '.' || $what)
HAVING count(*) > 0
