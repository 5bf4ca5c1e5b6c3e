-- What one machine did and what was done to it, in order.
SELECT ts,
  CASE class WHEN 4001 THEN 'flow' WHEN 4002 THEN 'http' WHEN 4003 THEN 'dns' WHEN 4004 THEN 'dhcp'
    WHEN 4006 THEN 'smb' WHEN 3002 THEN 'logon' ELSE CAST(class AS VARCHAR) END AS kind,
  app, src_ip, host, dst_ip, dst_port, dst_host, domain, method, uri, status, conn_state,
  orig_bytes AS sent, resp_bytes AS received, account, share, path, interface, operation, file_name, sha256, flow_id
FROM events
WHERE $host IN (device, lower(host), src_ip, src_mac, dst_device, lower(dst_host), dst_ip)
ORDER BY ts, flow_id, class DESC
