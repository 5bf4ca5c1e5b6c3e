# lan0 is the PC segment (a bridge: the floor switch), srv0 the server segment, wan0 the outside
for port in soumu zeimu srv0 wan0; do
  ethtool -K $port tx off rx off sg off tso off gso off gro off >/dev/null
done
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
ip link add lan0 address {{.Router.MAC}} type bridge forward_delay 0 mcast_snooping 0
for port in soumu zeimu; do
  echo 1 >/proc/sys/net/ipv6/conf/$port/disable_ipv6
  ip link set $port master lan0 up
done
ip link set srv0 address 00:a0:de:20:20:01
ip link set wan0 address 00:a0:de:20:30:01
ip link set lan0 up
ip link set srv0 up
ip link set wan0 up
ip address add {{.Router.IPv4}}/24 dev lan0
ip address add {{.Router.IPv6}}/64 dev lan0
ip address add 10.20.20.1/24 dev srv0
ip address add fd20:0:0:20::1/64 dev srv0
ip address add 203.0.113.1/24 dev wan0
ip address add 2001:db8:1::1/64 dev wan0
