# all the outside on one segment
{{template "plain"}}
plain eth0
ip link set eth0 address {{.Internet.MAC}}
ip link set eth0 up
for a in {{.Web}} {{.DNS}} {{.Evil}}; do ip address add $a/24 dev eth0; done
for a in {{.Web6}} {{.DNS6}} {{.Evil6}}; do ip address add $a/64 dev eth0; done
{{range .Sites}}ip address add {{.IPv4}}/24 dev eth0
ip address add {{.IPv6}}/64 dev eth0
{{end}}ip route add 10.20.0.0/16 via 203.0.113.1
ip route add fd20::/32 via 2001:db8:1::1
