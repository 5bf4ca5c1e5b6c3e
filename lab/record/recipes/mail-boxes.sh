# curl reads mail from dovecot by IMAP and POP3: log-ons right and wrong, lists, whole messages with an attachment, STARTTLS and STLS refused
# filter: port 143 or port 110
mkdir -p "$DIR/mail/new" "$DIR/mail/cur" "$DIR/mail/tmp" "$DIR/dovecot"
b=$(printf 'MZ\220\0%s' "$(head -c 900 /dev/zero | tr '\0' 'y')" | base64 | sed 's/$/\r/')
printf 'From: x@evil.example\r\nTo: h-sato@yagura-machi.example\r\nSubject: invoice\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nSee http://evil.example/a\r\n--b1\r\nContent-Type: application/octet-stream; name=invoice.exe\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=invoice.exe\r\n\r\n%s\r\n--b1--\r\n' "$b" >"$DIR/mail/new/1.a"
printf 'From: a@town.example\r\nSubject: plain\r\n\r\n.dot\r\nbye\r\n' >"$DIR/mail/new/2.b"
chmod -R 777 "$DIR/mail" "$DIR/dovecot"
cat >"$DIR/dovecot.conf" <<CONF
base_dir = $DIR/dovecot
protocols = imap pop3
listen = $WEB
ssl = no
disable_plaintext_auth = no
log_path = /dev/null
mail_location = maildir:$DIR/mail
first_valid_uid = 1
passdb {
  driver = static
  args = password=himitsu
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$DIR/mail
}
CONF
chmod 755 "$DIR"
on internet dovecot -F -c "$DIR/dovecot.conf" >/dev/null 2>&1 &
sleep 2
get() { pc curl -s -o /dev/null "$@" || true; }
get -u h-sato:himitsu "imap://$WEB/"
get -u h-sato:himitsu "imap://$WEB/INBOX;MAILINDEX=1"
get -u h-sato:himitsu "imap://$WEB/INBOX;MAILINDEX=2;SECTION=TEXT"
get -u h-sato:himitsu "imap://$WEB/INBOX" -X 'FETCH 1:2 (UID BODY[])'
get --login-options AUTH=PLAIN -u h-sato:wrong "imap://$WEB/"
get -u h-sato:himitsu "pop3://$WEB/"
get -u h-sato:himitsu "pop3://$WEB/1"
get -u h-sato:himitsu "pop3://$WEB/2"
get -u h-sato:wrong "pop3://$WEB/"
on internet doveadm -c "$DIR/dovecot.conf" stop || true
