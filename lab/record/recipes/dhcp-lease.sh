# udhcpc and dnsmasq: discover, offer, request, acknowledge with a host name; a renewal; a release; a machine that asks for an address it may not have
# filter: port 67 or port 68
# pcs: off
for pc in pc-soumu pc-zeimu; do
  chmod 755 "$DIR/$pc/lease.sh"
  on $pc ip link set eth0 up
done
on pc-soumu udhcpc -q -n -f -i eth0 -x hostname:PC-SOUMU -s "$DIR/pc-soumu/lease.sh" 2>/dev/null
on pc-soumu udhcpc -q -n -f -i eth0 -r 10.20.10.21 -x hostname:PC-SOUMU -F pc-soumu.yagura-machi.example -V 'MSFT 5.0' -s "$DIR/pc-soumu/lease.sh" 2>/dev/null
on pc-zeimu udhcpc -n -f -R -i eth0 -x hostname:PC-ZEIMU -s "$DIR/pc-zeimu/lease.sh" 2>/dev/null &
sleep 1
pid=$(ip netns pids "${PREFIX}pc-zeimu" | head -1)
kill -USR1 "$pid"; sleep 0.5
kill -TERM "$pid"; sleep 0.5
on pc-zeimu timeout 4 udhcpc -q -n -t 1 -T 1 -f -i eth0 -r 10.20.99.7 -s "$DIR/pc-zeimu/lease.sh" 2>/dev/null || true
