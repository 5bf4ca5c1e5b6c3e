-- A list of addresses, names, hashes or fingerprints against all that was seen: who met them, and when first.
-- A name also stands for the names below it.
WITH wanted AS (SELECT DISTINCT unnest(string_split($values, ' ')) AS value),
seen_names AS (
  SELECT DISTINCT domain, unnest(list_transform(range(1, len(string_split(domain, '.')) + 1),
    lambda i : array_to_string(string_split(domain, '.')[i:], '.'))) AS value
  FROM (SELECT DISTINCT domain FROM events WHERE domain <> '')
),
names AS (SELECT domain, value FROM seen_names SEMI JOIN wanted USING (value)),
hits AS (
  SELECT value, 'name' AS kind, e.* FROM events e JOIN names USING (domain)
  UNION ALL SELECT value, 'address', e.* FROM events e JOIN wanted ON e.dst_ip = value
  UNION ALL SELECT value, 'address', e.* FROM events e JOIN wanted ON e.src_ip = value
  UNION ALL SELECT value, 'file', e.* FROM events e JOIN wanted ON e.sha256 = value
  UNION ALL SELECT value, 'fingerprint', e.* FROM events e JOIN wanted ON e.ja3 = value OR e.ja4 = value
)
SELECT value, kind, device, any_value(host) AS host, any_value(src_ip) AS src_ip, max(user_name) AS user_name,
  min(ts) AS first, max(ts) AS last, count(*) AS times, count(DISTINCT flow_id) AS flows
FROM hits
GROUP BY value, kind, device, CASE WHEN device = '' THEN src_ip ELSE '' END
ORDER BY first, value, kind, device, src_ip
