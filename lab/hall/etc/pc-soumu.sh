{{template "plain"}}
plain eth0
ip link set eth0 address {{.Host.MAC}}
