package wire

import (
	"github.com/yagura-project/yagura/event"
)

// What an alert tells of its transaction is bounded.
const (
	maxFacts     = 16
	maxFactValue = 512 // bytes
)

// facts are buffers that say what a transaction was about, and where EVE has their values.
var facts = map[Buffer]string{
	HTTPHost: "http.hostname", HTTPURI: "http.url", HTTPUserAgent: "http.http_user_agent", HTTPMethod: "http.http_method", HTTPReferer: "http.http_refer",
	HTTPProtocol: "http.protocol", HTTPStatCode: "http.status", HTTPContentType: "http.http_content_type", HTTPLocation: "http.redirect",
	TLSSNI: "tls.sni", TLSCertSubject: "tls.subject", TLSCertIssuer: "tls.issuerdn", TLSCertSerial: "tls.serial", TLSCertPrint: "tls.fingerprint", JA4Hash: "tls.ja4",
	DNSQuery: "dns.rrname", SMBNamedPipe: "smb.named_pipe", SMBShare: "smb.share", SMBNTLMUser: "smb.user", KRB5CName: "krb5.cname", KRB5SName: "krb5.sname",
	SMTPHelo: "smtp.helo", SMTPMailFrom: "smtp.mail_from", EmailFrom: "email.from", EmailTo: "email.to", EmailSubject: "email.subject",
	FTPCommand: "ftp.command", FTPCommandData: "ftp.command_data", SSHSoftware: "ssh.software_version", SIPMethod: "sip.method", SIPURI: "sip.uri",
	SNMPTrapOID: "snmp.trap_oid", FileName: "files.filename",
}

// Facts tells what a transaction held, by the paths that EVE has for it: of several values of one buffer the first, long ones
// cut. It is nil for a transaction without any.
func Facts(t *Tx) []event.Attr {
	if t == nil {
		return nil
	}
	var out []event.Attr
	for i := range t.Fields {
		f := &t.Fields[i]
		path := facts[f.Buffer]
		if path == "" || len(f.B) == 0 || len(out) == maxFacts || f.Buffer == HTTPContentType && f.Dir == Orig || named(out, path) {
			continue
		}
		out = append(out, event.Attr{Name: path, Value: string(f.B[:min(len(f.B), maxFactValue)])})
	}
	return out
}

func named(list []event.Attr, name string) bool {
	for i := range list {
		if list[i].Name == name {
			return true
		}
	}
	return false
}
