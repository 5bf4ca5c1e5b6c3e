# HTTP/1.1 written by hand: four requests pipelined in one segment, a request cut in the middle of a header into several segments, a chunked request with an extension and a trailer, a broken request line
# filter: port 80
pc bash -c '
exec 3<>/dev/tcp/'"$WEB"'/80
h="Host: '"$SITE"'\r\n"
printf "GET / HTTP/1.1\r\n${h}\r\nHEAD / HTTP/1.1\r\n${h}\r\nGET /style.css HTTP/1.1\r\n${h}\r\nGET /search?q=1 HTTP/1.1\r\n${h}Connection: close\r\n\r\n" >&3
cat <&3 >/dev/null
exec 3<>/dev/tcp/'"$WEB"'/80
for part in "GET /ind" "ex.html HTT" "P/1.1\r\nHo" "st: '"$SITE"'\r" "\nConnection: close\r\n\r" "\n"; do printf "$part" >&3; sleep 0.05; done
cat <&3 >/dev/null
exec 3<>/dev/tcp/'"$WEB"'/80
printf "POST /form HTTP/1.1\r\n${h}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n" >&3
cat <&3 >/dev/null
exec 3<>/dev/tcp/'"$WEB"'/80
printf "GET\r\n\r\n" >&3
cat <&3 >/dev/null
'
