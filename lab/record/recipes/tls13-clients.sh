# TLS 1.3 to nginx with a certificate of an authority: curl with h2, openssl s_client with resumption by ticket and without a name, HelloRetryRequest from openssl s_server, a client that offers 1.2 only beside it, IPv6
# filter: port 443 or port 8443
get() { pc curl -sk -o /dev/null "$@" || true; }
get "https://$SITE/"
get --http1.1 "https://news.example.jp/news.html"
get -6 "https://$SITE/"
get --tls-max 1.2 "https://$SITE/"
get --ciphers nothing-known "https://$SITE/"
talk() { printf 'GET / HTTP/1.0\r\n\r\n' | pc openssl s_client -connect "$WEB:443" -ign_eof -quiet "$@" >/dev/null 2>&1 || true; }
talk -servername "$SITE"
talk -noservername
talk -servername "$SITE" -groups P-384:X25519
talk -servername "$SITE" -sess_out "$DIR/session"
talk -servername "$SITE" -sess_in "$DIR/session"
talk -servername "$SITE" -alpn h2,http/1.1 -ciphersuites TLS_CHACHA20_POLY1305_SHA256
on internet openssl s_server -quiet -accept "$EVIL:8443" -groups X25519 -cert "$DIR/internet/site.crt" -key "$DIR/internet/site.key" -www >/dev/null 2>&1 &
sleep 0.5
printf 'GET / HTTP/1.0\r\n\r\n' | pc timeout 3 openssl s_client -connect "$EVIL:8443" -servername "$SITE" -groups P-384:X25519 -ign_eof -quiet >/dev/null 2>&1 || true
