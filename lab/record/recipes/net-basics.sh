# ARP, ICMP and ICMPv6 echo, neighbour discovery, router advertisement, unreachable port and host, time exceeded, fragmented IPv4 and IPv6 of 4,000 bytes, a UDP datagram in fragments, a refused and an unanswered connection
q() { "$@" >/dev/null 2>&1 || true; }
q pc ping -c 2 -i 0.2 "$WEB"
q pc ping -6 -c 2 -i 0.2 "$WEB6"
q pc ping -c 2 -i 0.2 -s 4000 "$FS"
q pc ping -6 -c 2 -i 0.2 -s 4000 "$FS6"
q pc ping -c 1 10.20.10.22
q pc ping -c 1 -W 1 10.20.10.77
q pc ping -c 1 -W 1 10.20.20.77
q pc ping -c 1 -t 1 -W 1 "$WEB"
q pc ping -6 -c 1 -t 1 -W 1 "$WEB6"
q pc bash -c 'head -c 5000 /dev/zero >/dev/udp/'"$WEB"'/9'
q pc bash -c 'echo x >/dev/udp/'"$WEB"'/9; sleep 0.1; echo x >/dev/udp/'"$WEB6"'/9'
q pc timeout 1 bash -c 'echo >/dev/tcp/'"$WEB"'/81'
q pc timeout 2 bash -c 'echo >/dev/tcp/10.20.20.77/445'
