# replication asked for by a PC (impacket secretsdump -just-dc over TCP with the end point mapper, DRSBind, DRSCrackNames, DRSGetNCChanges sealed) from a samba domain controller
# filter: port 135 or port 445 or portrange 49152-49160
. "$DIR/dc.inc"
impacket secretsdump -just-dc "YAGURA/Administrator:$DCPASS@$FS"
impacket secretsdump -just-dc-user YAGURA/krbtgt "YAGURA/Administrator:$DCPASS@$FS"
