# every machine: loopback, and IPv6 addresses usable at once
ip link set lo up
cd /proc/sys/net/ipv6/conf
for c in all default; do
  echo 0 >$c/accept_dad
  echo 0 >$c/dad_transmits
  echo 0 >$c/router_solicitation_delay
  echo 0 >$c/use_tempaddr
done
