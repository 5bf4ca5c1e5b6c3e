# Kerberos by MIT's clients against a samba domain controller: log-on, wrong password, unknown names, a ticket for a service with AES and with RC4, UDP and TCP, no pre-authentication offered
# filter: port 88 or port 464
. "$DIR/dc.inc"
login() { echo "$2" | pc kinit "$1@YAGURA.EXAMPLE" >/dev/null 2>&1 || true; }
login sato "$CLERK"
pc kvno HTTP/kaikei.yagura.example >/dev/null
pc kvno -e rc4-hmac HTTP/kaikei.yagura.example >/dev/null
login sato wrong
for name in yamada suzuki tanaka; do login $name wrong; done
sed -i 's/^\[libdefaults\]/&\n  udp_preference_limit = 1/' "$KRB5_CONFIG"
login sato "$CLERK"
pc kvno cifs/dc1.yagura.example >/dev/null
sed -i 's/udp_preference_limit = 1/udp_preference_limit = 65000/' "$KRB5_CONFIG"
login sato "$CLERK"
impacket getTGT -dc-ip "$FS" "YAGURA.EXAMPLE/sato:$CLERK"
