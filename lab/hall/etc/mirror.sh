# tap0 is the mirror port. u32 rules without an action end the search without copying.
{{template "plain"}}
plain tap0
ip link set tap0 mtu 1600 txqueuelen 10000 arp off up
copy="u32 match u32 0 0 action mirred egress mirror dev tap0"
for port in soumu zeimu up-lan files up-srv; do tc qdisc add dev $port clsact; done
# the PC segment: what its machines send, and what the router gives them
for port in soumu zeimu up-lan; do tc filter add dev $port ingress protocol all prio 9 $copy; done
# the server segment: all but its talk with the PC segment, which has been seen above
tc filter add dev files ingress protocol ip prio 1 u32 match ip dst 10.20.10.0/24 flowid 1:1
tc filter add dev files ingress protocol ipv6 prio 2 u32 match ip6 dst fd20:0:0:10::/64 flowid 1:1
tc filter add dev files ingress protocol all prio 9 $copy
tc filter add dev up-srv ingress protocol ip prio 1 u32 match ip src 10.20.10.0/24 flowid 1:1
tc filter add dev up-srv ingress protocol ipv6 prio 2 u32 match ip6 src fd20:0:0:10::/64 flowid 1:1
tc filter add dev up-srv ingress protocol all prio 9 $copy
