#!/bin/sh -eu
# udhcpc calls this when the lease changes
case "$1" in
deconfig) ip -4 address flush dev "$interface" ;;
bound|renew)
  ip address replace "$ip/$mask" dev "$interface"
  ip route replace default via "$router"
  echo "$ip" >{{.Dir}}/{{.Host.Host}}/lease ;;
esac
