# lan0 faces the PC segment, srv0 the server segment, wan0 the outside
{{template "plain"}}
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
plain lan0 srv0 wan0
ip link set lan0 address {{.Router.MAC}}
ip link set srv0 address 00:a0:de:20:20:01
ip link set wan0 address 00:a0:de:20:30:01
for port in lan0 srv0 wan0; do ip link set $port up; done
ip address add {{.Router.IPv4}}/24 dev lan0
ip address add {{.Router.IPv6}}/64 dev lan0
ip address add 10.20.20.1/24 dev srv0
ip address add fd20:0:0:20::1/64 dev srv0
ip address add 203.0.113.1/24 dev wan0
ip address add 2001:db8:1::1/64 dev wan0
