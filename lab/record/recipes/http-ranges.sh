# files that curl has in parts from nginx: answers of several ranges (multipart/byteranges) that together bring a program over HTTP/1.1 and another over HTTP/2, beside single ranges; ranges out of order, one that overlaps, one that cannot be met
# filter: port 8080 or port 8081
mkdir -p "$DIR/parts" && chmod 755 "$DIR" "$DIR/parts"
{ printf 'MZ\220\0'; seq 6000; } >"$DIR/parts/tool.exe"
{ printf 'MZ\220\0'; seq 6001 9000; } >"$DIR/parts/other.exe"
cat >"$DIR/parts.conf" <<CONF
worker_processes 1;
pid $DIR/parts.pid;
error_log /dev/null;
events { worker_connections 64; }
http {
  access_log off;
  server {
    listen $WEB:8080;
    listen $WEB:8081 http2;
    root $DIR/parts;
  }
}
CONF
on internet nginx -c "$DIR/parts.conf" -g 'daemon off;' >/dev/null 2>&1 &
sleep 1
get() { pc curl -s -o /dev/null "$@" || true; }
get -r 0-9,20000-23999,10000-14999 "http://$WEB:8080/tool.exe"
get -r 14000-20999 "http://$WEB:8080/tool.exe"
get -r 24000-,10-9999 "http://$WEB:8080/tool.exe"
get --http2-prior-knowledge -r 8000-,0-3999 "http://$WEB:8081/other.exe"
get --http2-prior-knowledge -r 4000-7999 "http://$WEB:8081/other.exe"
get -r 90000-90001 "http://$WEB:8080/tool.exe"
sha256sum "$DIR/parts/"*
kill "$(cat "$DIR/parts.pid")" || true
