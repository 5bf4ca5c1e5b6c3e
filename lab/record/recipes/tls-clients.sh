# TLS to nginx by curl, openssl s_client and python: 1.2 and 1.3, with and without a name, ALPN h2 and http/1.1, resumption, a refused version, client renegotiated groups (HelloRetryRequest), IPv6
# filter: port 443
get() { pc curl -sk -o /dev/null "$@" || true; }
get "https://$SITE/"
get --tls-max 1.2 "https://$SITE/"
get --http1.1 "https://$SITE/news.html"
get -6 "https://$SITE/"
get "https://$WEB/"
talk() { printf 'GET / HTTP/1.0\r\n\r\n' | pc openssl s_client -connect "$WEB:443" -ign_eof -quiet "$@" >/dev/null 2>&1 || true; }
talk -servername "$SITE"
talk -noservername
talk -tls1_2 -servername "$SITE"
talk -tls1_3 -servername "$SITE" -groups P-384:X25519
talk -tls1_1 -servername "$SITE"
talk -tls1_2 -servername "$SITE" -sess_out "$DIR/session"
talk -tls1_2 -servername "$SITE" -sess_in "$DIR/session"
talk -tls1_3 -servername "$SITE" -sess_out "$DIR/session3"
talk -tls1_3 -servername "$SITE" -sess_in "$DIR/session3"
talk -alpn h2,http/1.1 -servername 日本語.example.jp
pc /usr/bin/python3 -c '
import ssl, urllib.request
c = ssl.create_default_context(); c.check_hostname = False; c.verify_mode = ssl.CERT_NONE
urllib.request.urlopen("https://'"$SITE"'/", context=c).read()'
