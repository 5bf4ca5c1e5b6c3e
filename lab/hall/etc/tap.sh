# the listener's end of the mirror port: it never speaks and the kernel never answers on it
echo 1 >/proc/sys/net/ipv6/conf/{{.Mirror}}/disable_ipv6
ethtool -K {{.Mirror}} tx off rx off sg off tso off gso off gro off >/dev/null
ip link set {{.Mirror}} mtu 1600 arp off promisc on up
