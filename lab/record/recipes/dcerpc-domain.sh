# DCE/RPC over SMB pipes to a domain controller: samr, lsarpc, netlogon, srvsvc, by rpcclient with NTLM; a task asked for over atsvc (refused)
# filter: port 445
. "$DIR/dc.inc"
rpc -U "YAGURA\\sato%$CLERK" "$FS" -c 'enumdomusers; enumdomgroups; querygroupmem 0x200; queryuser sato; getdompwinfo'
rpc -U "YAGURA\\sato%$CLERK" "$FS" -c 'getdcname YAGURA; dsr_enumtrustdom; dsr_getdcname YAGURA; logonctrl'
rpc -U "YAGURA\\sato%$CLERK" "$FS" -c 'netsessenum; netshareenum 1'
impacket atexec "YAGURA/Administrator:$DCPASS@$FS" whoami
impacket services "YAGURA/Administrator:$DCPASS@$FS" list
