# DCE/RPC over SMB pipes against samba: svcctl (list, query, create, start, delete: most of them refused), samr, lsarpc, srvsvc, wkssvc, winreg, with NTLM; no encryption
# filter: port 445
net() { pc net -s "$DIR/pc-soumu/client.conf" "$@" -S "$FS" -U "$ADMIN%$PASSWORD" >/dev/null 2>&1 || true; }
rpc() { pc rpcclient -s "$DIR/pc-soumu/client.conf" -U "$ADMIN%$PASSWORD" "$FS" -c "$1" >/dev/null 2>&1 || true; }
net rpc service list
net rpc service status Spooler
net rpc service create YGSVC 'YG service' '%SystemRoot%\inert.exe'
net rpc service start Spooler
net rpc service stop Spooler
net rpc service delete YGSVC
rpc 'enumdomusers; enumdomgroups; enumalsgroups builtin; queryuser 0x3e8; querydominfo; getdompwinfo; querydispinfo'
rpc 'lsaquery; lookupnames root; lookupsids S-1-5-32-544; enumtrust; lsaenumsid'
rpc 'srvinfo; netshareenum 1; netshareenumall 1; netsessenum; netfileenum; netremotetod; netdiskenum; netconnenum kyoyu'
rpc 'wkssvc_wkstagetinfo; wkssvc_enumerateusers; wkssvc_getjoininformation'
net rpc registry enumerate 'HKLM\Software'
net rpc share list
net rpc user
net rpc shutdown -r
