# avahi on both PCs: probing, announcing host name, workstation and a printer service, queries by dig, goodbye
# filter: port 5353
for pc in pc-soumu pc-zeimu; do
  mkdir -p "$DIR/$pc/avahi/services"
  cat >"$DIR/$pc/avahi/daemon.conf" <<END
[server]
host-name=$pc
use-ipv4=yes
use-ipv6=yes
allow-interfaces=eth0
enable-dbus=no
[publish]
publish-workstation=yes
publish-hinfo=yes
END
  unshare -m bash -c "mkdir -p /run/avahi-daemon; mount -t tmpfs none /run/avahi-daemon; mount -t tmpfs none /etc/avahi;
    mkdir -p /etc/avahi/services; [ $pc = pc-soumu ] || cat >/etc/avahi/services/p.service <<END
<service-group><name>税務課プリンター</name><service><type>_ipp._tcp</type><port>631</port><txt-record>ty=Yagura Printer</txt-record></service></service-group>
END
    exec ip netns exec $PREFIX$pc avahi-daemon --no-drop-root --no-chroot --no-rlimits -f $DIR/$pc/avahi/daemon.conf" >/dev/null 2>&1 &
  sleep 0.3
done
sleep 4
ask() { pc timeout 2 dig +tries=1 +time=1 -p 5353 @224.0.0.251 "$@" >/dev/null 2>&1 || true; }
ask pc-zeimu.local A
ask pc-zeimu.local AAAA
ask _ipp._tcp.local PTR
ask _services._dns-sd._udp.local PTR
ask nosuch.local A
ip netns pids "${PREFIX}pc-zeimu" | xargs -r -n1 sh -c 'grep -q avahi /proc/$0/comm && kill -TERM $0' || true
sleep 1
