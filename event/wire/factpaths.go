package wire

import (
	"strings"
	"sync"
)

// facts are the buffers that say what a transaction was about. Passwords and communities are none.
var facts = sync.OnceValue(func() map[Buffer]fact {
	all := map[Buffer]fact{}
	for _, m := range []map[Buffer]fact{webFacts, nameFacts(), windowsFacts(), mailFacts(), otherFacts()} {
		for b, f := range m {
			all[b] = f
		}
	}
	return all
})

var webFacts = map[Buffer]fact{
	HTTPHost: {path: "http.hostname"}, HTTPRawHost: {path: "http.http_port", count: hostPort}, HTTPRawURI: {path: "http.url"}, HTTPUserAgent: {path: "http.http_user_agent"}, HTTPMethod: {path: "http.http_method"},
	HTTPReferer: {path: "http.http_refer"}, HTTPProtocol: {path: "http.protocol"}, HTTPStatCode: {path: "http.status", word: "http.status_string", digit: true},
	HTTPContentType: {path: "-", back: "http.http_content_type", show: mediaType}, HTTPLocation: {path: "http.redirect"},
	TLSSNI: {path: "tls.sni"}, TLSVersion: {path: "-", back: "tls.version", words: tlsNames},
	TLSCertSubject: {path: "tls.client.subject", back: "tls.subject"}, TLSCertIssuer: {path: "tls.client.issuerdn", back: "tls.issuerdn"},
	TLSCertSerial: {path: "tls.client.serial", back: "tls.serial"}, TLSCertPrint: {path: "tls.client.fingerprint", back: "tls.fingerprint"},
	TLSCertNotBefore: {path: "tls.client.notbefore", back: "tls.notbefore", show: moment}, TLSCertNotAfter: {path: "tls.client.notafter", back: "tls.notafter", show: moment},
	JA4Hash: {path: "tls.ja4"}, JA3Hash: {path: "tls.ja3.hash"}, JA3String: {path: "tls.ja3.string"}, JA3SHash: {path: "tls.ja3s.hash"}, JA3SString: {path: "tls.ja3s.string"},
	TLSSubjectAltName: {path: "tls.subjectaltname[]"}, TLSALPN: {path: "tls.client_alpns[]", back: "tls.server_alpns[]"},
	QUICVersion: {path: "quic.version", show: quicVersion}, QUICSNI: {path: "quic.sni"}, QUICUA: {path: "quic.ua"},
	QUICCYUHash: {path: "quic.cyu[].hash"}, QUICCYUString: {path: "quic.cyu[].string"},
	WebSocketOpcode: {path: "websocket.opcode", words: map[uint64]string{0: "continuation", 1: "text", 2: "binary", 8: "connection_close", 9: "ping", 10: "pong"}},
	WebSocketMask:   {path: "websocket.mask"},
}

func nameFacts() map[Buffer]fact {
	return map[Buffer]fact{
		DNSQuery: {path: "dns.queries[].rrname"}, DNSQueriesRRName: {path: "dns.queries[].rrname"}, DNSAnswersRRName: {path: "dns.answers[].rrname"},
		DNSAuthoritiesRRName: {path: "dns.authorities[].rrname"}, DNSRCode: {path: "-", back: "dns.rcode", words: named(dnsRCodes, strings.ToUpper)},
		DNSRRType: {path: "dns.queries[].rrtype", back: "dns.answers[].rrtype", words: named(dnsTypes, strings.ToUpper)}, DNSOpcode: {path: "dns.opcode"},
		NTPVersion: {path: "ntp.version"}, NTPMode: {path: "ntp.mode"}, NTPStratum: {path: "ntp.stratum"}, NTPReferenceID: {path: "ntp.reference_id", show: colons},
		DHCPLeaseTime: {path: "dhcp.lease_time"}, DHCPRenewalTime: {path: "dhcp.renewal_time"}, DHCPRebindingTime: {path: "dhcp.rebinding_time"},
		SNMPVersion: {path: "snmp.version"}, SNMPUSM: {path: "snmp.usm"}, SNMPPDUType: {path: "snmp.pdu_type", words: named(snmpPDUs, same)},
		SNMPTrapOID: {path: "snmp.trap_oid"}, SNMPTrapAddress: {path: "snmp.trap_address"}, SNMPTrapType: {path: "snmp.trap_type", words: named(snmpTraps, same)},
	}
}

func windowsFacts() map[Buffer]fact {
	return map[Buffer]fact{
		SMBNamedPipe: {path: "smb.named_pipe"}, SMBShare: {path: "smb.share"}, SMBNTLMUser: {path: "smb.ntlmssp.user"}, SMBNTLMDomain: {path: "smb.ntlmssp.domain"},
		DCERPCOpnum: {path: "dcerpc.req.opnum"}, DCERPCIface: {path: "dcerpc.interfaces[].uuid", show: ifaceUUID},
		KRB5MsgType: {path: "krb5.msg_type", words: named(krb5Types, func(s string) string { return "KRB_" + strings.TrimPrefix(strings.ToUpper(s), "KRB_") })},
		KRB5CName:   {path: "krb5.cname"}, KRB5SName: {path: "krb5.sname"}, KRB5TicketEncryption: {path: "krb5.ticket_encryption", words: named(krb5ETypes, same)},
	}
}

func mailFacts() map[Buffer]fact {
	return map[Buffer]fact{
		SMTPHelo: {path: "smtp.helo"}, SMTPMailFrom: {path: "smtp.mail_from"}, SMTPRcptTo: {path: "smtp.rcpt_to[]"},
		EmailFrom: {path: "email.from"}, EmailTo: {path: "email.to[]"}, EmailCC: {path: "email.cc[]"}, EmailSubject: {path: "email.subject"},
		EmailDate: {path: "email.date"}, EmailMessageID: {path: "email.message_id"}, EmailXMailer: {path: "email.x_mailer"}, EmailURL: {path: "email.url[]"},
		FTPCommand: {path: "ftp.command"}, FTPCommandData: {path: "ftp.command_data"}, FTPReply: {path: "ftp.reply[]"}, FTPCompletionCode: {path: "ftp.completion_code[]"},
		FTPReplyReceived: {path: "ftp.reply_received", words: map[uint64]string{0: "no", 1: "yes"}}, FTPDynamicPort: {path: "ftp.dynamic_port"},
		FTPMode: {path: "ftp.mode", words: map[uint64]string{1: "active", 2: "passive"}},
	}
}

func otherFacts() map[Buffer]fact {
	return map[Buffer]fact{
		SSHProto:    {path: "ssh.client.proto_version", back: "ssh.server.proto_version"},
		SSHSoftware: {path: "ssh.client.software_version", back: "ssh.server.software_version"},
		SSHHASSH:    {path: "ssh.client.hassh.hash"}, SSHHASSHString: {path: "ssh.client.hassh.string"}, SSHHASSHServerString: {path: "ssh.server.hassh.string"},
		SSHHASSHServer: {path: "ssh.server.hassh.hash"},
		SIPMethod:      {path: "sip.method"}, SIPURI: {path: "sip.uri"},
		MQTTPublishTopic: {path: "mqtt.publish.topic"}, MQTTConnectClientID: {path: "mqtt.connect.client_id"}, MQTTConnectUsername: {path: "mqtt.connect.username"},
		RFBName: {path: "rfb.framebuffer.name"}, RFBSecType: {path: "rfb.authentication.security_type"},
		IKEInitSPI: {path: "ike.init_spi"}, IKERespSPI: {path: "ike.resp_spi"}, IKEExchange: {path: "ike.exchange_type"},
		PgSQLQuery: {path: "pgsql.request.simple_query"},
		NFSVersion: {path: "nfs.version"},
	}
}

func same(s string) string { return s }

// named turns the words of a number round; of several for one the longest, and of those the first, counts.
func named(words map[string]uint64, as func(string) string) map[uint64]string {
	out := map[uint64]string{}
	for w, n := range words {
		if old := out[n]; len(old) < len(as(w)) || len(old) == len(as(w)) && as(w) < old {
			out[n] = as(w)
		}
	}
	return out
}
