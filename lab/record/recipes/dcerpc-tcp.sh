# DCE/RPC over TCP by samba's rpcclient against a domain controller: end point mapper, samr, lsarpc and netlogon; with integrity and with privacy
# filter: port 135 or portrange 49152-49160
. "$DIR/dc.inc"
rpc -U "YAGURA\\sato%$CLERK" "ncacn_ip_tcp:$FS" -c 'enumdomusers; lsaquery; lookupnames sato'
rpc -U "YAGURA\\sato%$CLERK" "ncacn_ip_tcp:$FS[sign]" -c 'enumdomusers; queryuser sato'
rpc -U "YAGURA\\sato%$CLERK" "ncacn_ip_tcp:$FS[seal]" -c 'enumdomusers; getdcname YAGURA'
