# what every recipe may use
on() { local host=$1; shift; ip netns exec "$PREFIX$host" "$@"; }
pc() { on pc-soumu "$@"; }
smb() { pc smbclient -s "$DIR/pc-soumu/client.conf" "$@" >/dev/null; }
