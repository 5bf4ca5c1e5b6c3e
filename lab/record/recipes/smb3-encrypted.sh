# smbclient against samba with SMB 3.1.1 encryption: names and contents are hidden, sizes and timing are not
# filter: port 445
head -c 20000 /dev/urandom >"$DIR/data.bin"
smb --client-protection=encrypt -U "$ADMIN%$PASSWORD" "//$FS/$SHARE" -c "lcd $DIR; put data.bin data.bin; ls; get data.bin $DIR/back.bin; del data.bin"
