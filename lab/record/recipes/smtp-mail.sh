# curl sends mail by SMTP: a plain one, one with attachments in base64 and quoted-printable, a message within a message, Japanese names, two in one session, a refused command
# filter: port 25
on internet /usr/bin/python3 -W ignore -m smtpd -n -c smtpd.DebuggingServer "$WEB:25" >/dev/null 2>&1 &
sleep 1
printf 'MZ\220\0%s' "$(head -c 5000 /dev/urandom | od -An -tx1 | tr -d ' \n' | head -c 4000)" >"$DIR/請求書.exe"
printf 'line one\r\n.dot at the start\r\nsee http://evil.example/login?id=1 now\r\n' >"$DIR/text.txt"
printf 'From: a@yagura-machi.example\r\nSubject: inner\r\nContent-Type: text/plain; name="inner.txt"\r\n\r\nwithin\r\n' >"$DIR/inner.eml"
send() { pc curl -s "smtp://$WEB/pc-soumu.yagura-machi.example" --mail-from h-sato@yagura-machi.example "$@" || true; }
printf 'From: h-sato@yagura-machi.example\r\nTo: info@town.example\r\nSubject: =?ISO-2022-JP?B?GyRCRk89UBsoQg==?=\r\nMessage-ID: <1@yagura-machi.example>\r\n\r\n.hidden\r\nhello\r\n' >"$DIR/plain.eml"
send --mail-rcpt info@town.example -T "$DIR/plain.eml"
send --mail-rcpt info@town.example --mail-rcpt second@town.example -H 'From: h-sato@yagura-machi.example' -H 'To: info@town.example' -H 'Cc: second@town.example' -H 'Subject: files' -H 'X-Mailer: curl' \
	-F "=<$DIR/text.txt;encoder=quoted-printable" -F "=@$DIR/請求書.exe;filename=請求書.exe;encoder=base64" -F "=@$DIR/text.txt;filename=memo.txt;encoder=8bit" -F "=@$DIR/inner.eml;type=message/rfc822"
send --mail-rcpt nobody@town.example -T "$DIR/plain.eml" --next -s "smtp://$WEB/again" --mail-from x@yagura-machi.example --mail-rcpt y@town.example -T "$DIR/plain.eml"
send --request 'EXPN staff'
