# curl over FTP against vsftpd: lists, downloads and uploads with EPSV, PASV, PORT and EPRT, IPv6, a resumed download, a wrong password, a missing file
# filter: tcp
mkdir -p "$DIR/ftp/pub/up" && chmod 777 "$DIR/ftp/pub/up" && chmod 555 "$DIR/ftp"
printf 'MZ\220\0%s' "$(head -c 9000 /dev/zero | tr '\0' 'x')" >"$DIR/ftp/pub/tool.exe"
echo 'welcome' >"$DIR/ftp/pub/readme.txt"
cat >"$DIR/vsftpd.conf" <<CONF
listen=NO
listen_ipv6=YES
anonymous_enable=YES
anon_root=$DIR/ftp
anon_upload_enable=YES
anon_umask=022
write_enable=YES
connect_from_port_20=YES
pasv_min_port=40000
pasv_max_port=40100
secure_chroot_dir=$DIR/ftp/pub
seccomp_sandbox=NO
background=NO
CONF
on internet vsftpd "$DIR/vsftpd.conf" >/dev/null 2>&1 &
sleep 1
get() { pc curl -sm 4 -o /dev/null "$@" || true; }
get "ftp://$WEB/pub/"
get "ftp://$WEB/pub/readme.txt" --disable-epsv
get -P 10.20.10.21 --disable-eprt "ftp://$WEB/pub/tool.exe"
get -P - "ftp://$WEB/pub/tool.exe" -r 100-
get "ftp://[2001:db8:1::10]/pub/tool.exe"
get -l -P - "ftp://$WEB/pub/"
echo 'upload of a report' >"$DIR/report.csv"
pc curl -sm 4 -T "$DIR/report.csv" "ftp://$WEB/pub/up/" || true
pc curl -sm 4 -P - -T "$DIR/report.csv" "ftp://$WEB/pub/up/second.csv" || true
get -u 'h-sato:wrong' "ftp://$WEB/"
get "ftp://$WEB/pub/nosuch"
