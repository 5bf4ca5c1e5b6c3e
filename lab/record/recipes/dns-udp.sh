# dig over UDP and IPv6: A, AAAA, MX, TXT, SRV, PTR, CNAME, NULL, ANY, an unknown name, EDNS with cookie and DNSSEC OK, an answer cut short and asked again over TCP
# filter: port 53
on internet ip address add 203.0.113.54/24 dev eth0
on internet ip address add 2001:db8:1::54/64 dev eth0
cat >"$DIR/zone.conf" <<END
no-resolv
no-hosts
listen-address=203.0.113.54,2001:db8:1::54
bind-interfaces
host-record=www.yagura-machi.example,203.0.113.10,2001:db8:1::10
cname=portal.yagura-machi.example,www.yagura-machi.example
mx-host=yagura-machi.example,mail.yagura-machi.example,10
mx-host=yagura-machi.example,mail2.yagura-machi.example,20
txt-record=yagura-machi.example,"v=spf1 ip4:203.0.113.25 -all"
srv-host=_ldap._tcp.yagura-machi.example,dc.yagura-machi.example,389,0,100
ptr-record=10.113.0.203.in-addr.arpa,www.yagura-machi.example
local=/yagura-machi.example/
$(for i in $(seq 60); do echo "txt-record=big.yagura-machi.example,\"$(printf 'line %03d %060d' $i $i)\""; done)
END
on internet dnsmasq --keep-in-foreground --user=root --conf-file="$DIR/zone.conf" &
sleep 0.5
ask() { pc dig +tries=1 +time=2 @203.0.113.54 "$@" >/dev/null; }
ask www.yagura-machi.example A
ask www.yagura-machi.example AAAA
ask portal.yagura-machi.example A
ask yagura-machi.example MX
ask yagura-machi.example TXT
ask _ldap._tcp.yagura-machi.example SRV
ask -x 203.0.113.10
ask nothing.yagura-machi.example A
ask +noedns www.yagura-machi.example A
ask +dnssec +bufsize=1232 www.yagura-machi.example A
ask +cookie=0123456789abcdef www.yagura-machi.example A
ask www.yagura-machi.example ANY
ask +bufsize=512 big.yagura-machi.example TXT
ask +tcp big.yagura-machi.example TXT
pc dig +tries=1 +time=2 -6 @2001:db8:1::54 www.yagura-machi.example AAAA >/dev/null
pc dig +tries=1 +time=2 "@$DNS" a.b.c.d.example.jp A >/dev/null
pc dig +tries=1 +time=2 "@$DNS" 日本語.example.jp A >/dev/null
pc dig +tries=1 +time=2 "@$DNS" xn--wgv71a119e.jp NULL >/dev/null
