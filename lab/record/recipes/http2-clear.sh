# HTTP/2 without TLS by curl and nghttp against nginx: several streams of one connection, POST, HEAD, gzip, a body of many frames, ranges, continuation of large fields, 404
# filter: port 8081
mkdir -p "$DIR/h2" && chmod 755 "$DIR" "$DIR/h2"
printf 'MZ\220\0%s' "$(head -c 30000 /dev/zero | tr '\0' 'z')" >"$DIR/h2/tool.exe"
for i in $(seq 200); do echo "<p>広報やぐら $i</p>"; done >"$DIR/h2/index.html"
cat >"$DIR/h2.conf" <<CONF
worker_processes 1;
pid $DIR/h2.pid;
error_log /dev/null;
events { worker_connections 64; }
http {
  access_log off;
  gzip on;
  gzip_types text/plain;
  server {
    listen $WEB:8081 http2;
    root $DIR/h2;
    location /form { return 200 "accepted\n"; }
  }
}
CONF
on internet nginx -c "$DIR/h2.conf" -g 'daemon off;' >/dev/null 2>&1 &
sleep 1
get() { pc curl -s -o /dev/null --http2-prior-knowledge "$@" || true; }
get "http://$WEB:8081/"
get --compressed "http://$WEB:8081/index.html" -o /dev/null "http://$WEB:8081/tool.exe"
get -I "http://$WEB:8081/"
get -d 'name=%E6%AB%93&id=7' "http://$WEB:8081/form"
get -H "Cookie: a=1" -H "Cookie: b=2" -H "X-Long: $(head -c 20000 /dev/zero | tr '\0' 'q')" "http://$WEB:8081/nosuch?x=%20y"
get -r 100-199 "http://$WEB:8081/tool.exe"
pc nghttp -n "http://$WEB:8081/index.html" "http://$WEB:8081/tool.exe" || true
kill "$(cat "$DIR/h2.pid")" || true
