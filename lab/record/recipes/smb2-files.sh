# smbclient against samba: list, put, get, rename, delete, make and remove a folder, Japanese names, a wrong password, an unknown share, guest, dialects 2.02, 2.10, 3.00 and 3.1.1, signed
# filter: port 445
printf 'MZ\220\0 this program cannot run: it is harmless text' >"$DIR/inert.exe"
head -c 30000 /dev/urandom >"$DIR/data.bin"
smb -N "//$FS/$SHARE" -c 'ls; cd 総務課; get 議事録.txt -; ls'
smb -U "$ADMIN%$PASSWORD" "//$FS/$SHARE" -c "lcd $DIR; put data.bin data.bin; rename data.bin 届出.bin; ls; get 届出.bin $DIR/back.bin; del 届出.bin; mkdir 新規; rmdir 新規; allinfo 回覧.txt"
smb -U "$ADMIN%$PASSWORD" "//$FS/ADMIN\$" -c "put $DIR/inert.exe inert.exe; ls"
smb -U "$ADMIN%wrong" "//$FS/ADMIN\$" -c ls || true
smb -N "//$FS/ADMIN\$" -c ls || true
smb -N "//$FS/nosuch" -c ls || true
for m in SMB2_02 SMB2_10 SMB3_00 SMB3_11; do smb -m $m -U "$ADMIN%$PASSWORD" "//$FS/$SHARE" -c 'get 回覧.txt -'; done
smb --client-protection=sign -U "$ADMIN%$PASSWORD" "//$FS/$SHARE" -c "lcd $DIR; put data.bin signed.bin; del signed.bin"
smb -U "$ADMIN%$PASSWORD" "//$FS6/$SHARE" -c 'ls'
pc smbclient -s "$DIR/pc-soumu/client.conf" -U "$ADMIN%$PASSWORD" -L "//$FS" >/dev/null
