# nmbd on one PC and nmblookup on the other: registration, broadcast and unicast look-ups, node status, an unknown name, the browser's announcements
# filter: port 137 or port 138
cat >"$DIR/nmb.conf" <<END
[global]
  workgroup = YAGURA
  netbios name = PC-ZEIMU
  private dir = $DIR/pc-zeimu/smb
  lock directory = $DIR/pc-zeimu/smb
  state directory = $DIR/pc-zeimu/smb
  cache directory = $DIR/pc-zeimu/smb
  pid directory = $DIR/pc-zeimu/smb
  log file = $DIR/pc-zeimu/smb/log
  ncalrpc dir = $DIR/pc-zeimu/smb/ncalrpc
  interfaces = eth0
  bind interfaces only = yes
END
on pc-zeimu nmbd --foreground --no-process-group -s "$DIR/nmb.conf" >/dev/null 2>&1 &
sleep 7
ask() { pc nmblookup -s "$DIR/pc-soumu/client.conf" "$@" >/dev/null 2>&1 || true; }
ask PC-ZEIMU
ask -U 10.20.10.22 PC-ZEIMU
ask -A 10.20.10.22
ask 'YAGURA#1b'
ask WPAD
ask FS-NOSUCH
sleep 2
