# two bridges that only switch: floor is the PC segment, rack the server segment
{{template "plain"}}
echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
# where a bridge asks the firewall (br_netfilter), this one does not: a switch only switches
for ask in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $ask ] || echo 0 >$ask; done
for bridge in floor rack; do
  ip link add $bridge type bridge forward_delay 0 mcast_snooping 0
  ip link set $bridge up
done
plain soumu zeimu up-lan files up-srv
for port in soumu zeimu up-lan; do ip link set $port master floor up; done
for port in files up-srv; do ip link set $port master rack up; done
