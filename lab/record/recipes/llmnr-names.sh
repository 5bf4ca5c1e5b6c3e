# LLMNR over IPv4 and IPv6: one name that its owner answers, one that nobody answers, WPAD
# filter: port 5355
on pc-zeimu /usr/bin/python3 "$DIR/llmnr.py" answer pc-zeimu 10.20.10.22 &
sleep 0.5
pc /usr/bin/python3 "$DIR/llmnr.py" ask pc-zeimu fs-nosuch wpad
