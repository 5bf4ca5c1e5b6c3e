package wire

// Buffers of SMTP (RFC 5321) and of the messages that it, POP3 and IMAP carry (RFC 5322, MIME).
const (
	SMTPHelo          Buffer = baseSMTP + iota // argument of HELO or EHLO
	SMTPMailFrom                               // path of MAIL FROM as sent, "<a@b>"
	SMTPRcptTo                                 // path of each RCPT TO as sent
	EmailFrom                                  // value of the field, unfolded, as the ones below
	EmailTo                                    //
	EmailCC                                    //
	EmailSubject                               //
	EmailDate                                  //
	EmailMessageID                             //
	EmailXMailer                               //
	EmailReceived                              // one each
	EmailURL                                   // one each, as found in text parts
	EmailBodyMD5                               // hex
	FrameSMTPCommand                           // line as sent
	FrameSMTPData                              // bytes of DATA or BDAT
	FrameSMTPResponse                          // line as sent
)

var (
	smtpApps  = []string{"smtp"}
	emailApps = []string{"smtp"}
)

var smtpBuffers = []Description{
	{ID: SMTPHelo, Name: "smtp.helo", Apps: smtpApps, Dirs: toServer},
	{ID: SMTPMailFrom, Name: "smtp.mail_from", Apps: smtpApps, Dirs: toServer},
	{ID: SMTPRcptTo, Name: "smtp.rcpt_to", Apps: smtpApps, Dirs: toServer},
	{ID: EmailFrom, Name: "email.from", Apps: emailApps, Dirs: toServer},
	{ID: EmailTo, Name: "email.to", Apps: emailApps, Dirs: toServer},
	{ID: EmailCC, Name: "email.cc", Apps: emailApps, Dirs: toServer},
	{ID: EmailSubject, Name: "email.subject", Apps: emailApps, Dirs: toServer},
	{ID: EmailDate, Name: "email.date", Apps: emailApps, Dirs: toServer},
	{ID: EmailMessageID, Name: "email.message_id", Apps: emailApps, Dirs: toServer},
	{ID: EmailXMailer, Name: "email.x_mailer", Apps: emailApps, Dirs: toServer},
	{ID: EmailReceived, Name: "email.received", Apps: emailApps, Dirs: toServer},
	{ID: EmailURL, Name: "email.url", Apps: emailApps, Dirs: toServer},
	{ID: EmailBodyMD5, Name: "email.body_md5", Apps: emailApps, Dirs: toServer},
	{ID: FrameSMTPCommand, Name: "frame:smtp.command_line", Apps: smtpApps, Dirs: toServer},
	{ID: FrameSMTPData, Name: "frame:smtp.data", Apps: smtpApps, Dirs: toServer},
	{ID: FrameSMTPResponse, Name: "frame:smtp.response_line", Apps: smtpApps, Dirs: toClient},
}
