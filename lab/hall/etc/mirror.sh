# tap0 is the mirror port. u32 rules without an action end the search without copying.
echo 1 >/proc/sys/net/ipv6/conf/tap0/disable_ipv6
ethtool -K tap0 tx off rx off sg off tso off gso off gro off >/dev/null
ip link set tap0 mtu 1600 txqueuelen 10000 arp off up
copy="u32 match u32 0 0 action mirred egress mirror dev tap0"
for port in soumu zeimu lan0 srv0; do tc qdisc add dev $port clsact; done
# the PC segment: what its machines send, and what the router gives them
tc filter add dev soumu ingress protocol all prio 9 $copy
tc filter add dev zeimu ingress protocol all prio 9 $copy
tc filter add dev lan0 egress protocol all prio 9 $copy
# the server segment: all but its talk with the PC segment, which has been seen above
tc filter add dev srv0 ingress protocol ip prio 1 u32 match ip dst 10.20.10.0/24 flowid 1:1
tc filter add dev srv0 ingress protocol ipv6 prio 2 u32 match ip6 dst fd20:0:0:10::/64 flowid 1:1
tc filter add dev srv0 ingress protocol all prio 9 $copy
tc filter add dev srv0 egress protocol ip prio 1 u32 match ip src 10.20.10.0/24 flowid 1:1
tc filter add dev srv0 egress protocol ipv6 prio 2 u32 match ip6 src fd20:0:0:10::/64 flowid 1:1
tc filter add dev srv0 egress protocol all prio 9 $copy
