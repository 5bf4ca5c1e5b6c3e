# dig over TCP: one question, several on one connection, an answer of several segments, IPv6
# filter: port 53
for name in www.example.jp big.example.jp mail.example.jp; do pc dig +tcp "@$DNS" $name A >/dev/null; done
pc dig +tcp +keepopen "@$DNS" a.example.jp A b.example.jp AAAA c.example.jp TXT >/dev/null
pc dig +tcp -6 "@$DNS6" www.example.jp AAAA >/dev/null
