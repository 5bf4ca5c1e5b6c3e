# tftp-hpa's client and curl read from dnsmasq: with and without a block size, a missing file
# filter: udp and host 10.20.10.21 and not port 53 and not port 67
mkdir -p "$DIR/tftp" && chmod 755 "$DIR" "$DIR/tftp"
printf '\177ELF%s' "$(head -c 3000 /dev/zero | tr '\0' 'k')" >"$DIR/tftp/boot.img"
on pc-zeimu dnsmasq --no-daemon --conf-file=/dev/null --port=0 --enable-tftp --tftp-root="$DIR/tftp" --listen-address="10.20.10.22" --bind-interfaces --user=root >/dev/null 2>&1 &
sleep 1
pc timeout 6 tftp -m binary "10.20.10.22" -c get boot.img "$DIR/got" || true
pc curl -sm 6 -o /dev/null --tftp-blksize 1024 "tftp://10.20.10.22/boot.img" || true
pc curl -sm 6 -o /dev/null "tftp://10.20.10.22/nosuch" || true
