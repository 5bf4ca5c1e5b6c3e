# VNC between two PCs: TightVNC with its own security type (a password, a wrong one, none asked for), TigerVNC with the password of RFC 6143, VeNCrypt with TLS and VeNCrypt's name and password in clear, which is refused
# filter: tcp portrange 5930-5939
password() { printf 'yagura%s\n' "$1" | vncpasswd -f 2>/dev/null; }
password 1 >"$DIR/vnc.right"
password 2 >"$DIR/vnc.wrong"
chmod 600 "$DIR"/vnc.*
serve() { local d=$1; shift; on pc-zeimu "$@" >"$DIR/vnc-$d.log" 2>&1 & }
serve 31 Xtightvnc :31 -geometry 320x200 -depth 24 -rfbport 5931 -rfbauth "$DIR/vnc.right" -desktop zeimu
serve 32 Xtightvnc :32 -geometry 320x200 -depth 24 -rfbport 5932 -desktop zeimu
serve 33 Xtigervnc :33 -geometry 320x200 -rfbport 5933 -rfbauth "$DIR/vnc.right" -SecurityTypes VncAuth,TLSVnc,Plain -desktop zeimu
pc Xvfb :34 -screen 0 640x480x24 >/dev/null 2>&1 &
sleep 3
view() { DISPLAY=:34 HOME=$DIR VNC_USERNAME=h-sato VNC_PASSWORD=yagura1 pc timeout -k 1 2 "$@" >/dev/null 2>&1 || true; }
view xtightvncviewer -passwd "$DIR/vnc.right" 10.20.10.22::5931
view xtightvncviewer -passwd "$DIR/vnc.wrong" 10.20.10.22::5931
view xtightvncviewer 10.20.10.22::5932
for way in VncAuth TLSVnc Plain; do
  view xtigervncviewer -SecurityTypes $way -passwd "$DIR/vnc.right" 10.20.10.22::5933
done
