{{template "plain"}}
plain eth0
ip link set eth0 address {{.Files.MAC}}
ip link set eth0 up
ip address add {{.Files.IPv4}}/24 dev eth0
ip address add {{.Files.IPv6}}/64 dev eth0
ip route add default via 10.20.20.1
ip route add default via fd20:0:0:20::1
