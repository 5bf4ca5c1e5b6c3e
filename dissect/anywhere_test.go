package dissect_test

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// anywhere are first bytes of both sides by the specifications that the protocols' folders name; "" says nothing.
var anywhere = []struct {
	app      string
	udp      bool
	up, down string
}{
	{"amqp", false, "AMQP\x00\x00\x09\x01", ""},
	{"bacnet", true, "\x81\x0b\x00\x0c\x01\x20\xff\xff\x00\xff\x10\x08", ""},
	{"bgp", false, strings.Repeat("\xff", 16) + "\x00\x13\x04", ""},
	{"bittorrent", false, "\x13BitTorrent protocol" + strings.Repeat("\x00", 8) + strings.Repeat("h", 40), ""},
	{"dcerpc", false, "\x05\x00\x0b\x03\x10\x00\x00\x00\x48\x00\x00\x00\x01\x00\x00\x00\xb8\x10\xb8\x10\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x00" +
		"\x81\xbb\x7a\x36\x44\x98\xf1\x35\xad\x32\x98\xf0\x38\x00\x10\x03\x02\x00\x00\x00\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60\x02\x00\x00\x00", ""},
	{"dns", true, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x02jp\x00\x00\x01\x00\x01", ""},
	{"dnp3", false, "\x05\x64\x05\xc0\x01\x00\x0a\x00\xe0\x8c", ""},
	{"ftp", false, "", "220 FTP server ready\r\n"},
	{"git", false, "0033git-upload-pack /project.git\x00host=town.lg.jp\x00", ""},
	{"http", false, "GET / HTTP/1.1\r\nHost: town.lg.jp\r\n\r\n", ""},
	{"http2", false, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00", ""},
	{"iec104", false, "\x68\x04\x07\x00\x00\x00", "\x68\x04\x0b\x00\x00\x00"},
	{"imap", false, "", "* OK IMAP4rev1 ready\r\n"},
	{"irc", false, "NICK taro\r\nUSER taro 0 * :Taro\r\n", ""},
	{"ldap", false, "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00", ""},
	{"mongodb", false, "\x3a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xd4\x07\x00\x00\x00\x00\x00\x00admin.$cmd", ""},
	{"mqtt", false, "\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04taro", ""},
	{"mysql", false, "", "\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00abcdefgh\x00\xff\xf7\xff\x02\x00\xff\xdf\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00abcdefghijkl\x00caching_sha2_password\x00"},
	{"nfs", false, "\x80\x00\x00\x28\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa3\x00\x00\x00\x03" + strings.Repeat("\x00", 20), ""},
	{"opcua", false, "HELF\x1c\x00\x00\x00", ""},
	{"openvpn", true, "\x38sessions\x00\x00\x00\x00\x00", ""},
	{"pgsql", false, "\x00\x00\x00\x1c\x00\x03\x00\x00user\x00taro\x00database\x00\x00\x00", ""},
	{"pop3", false, "", "+OK POP3 ready\r\n"},
	{"pptp", false, "\x00\x9c\x00\x01\x1a\x2b\x3c\x4d\x00\x01\x00\x00", ""},
	{"quic", true, "\xc3Q046\x50serverid\x00\x00\x00\x01", ""},
	{"rdp", false, "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00", ""},
	{"redis", false, "*1\r\n$4\r\nPING\r\n", "+PONG\r\n"},
	{"rfb", false, "", "RFB 003.008\n"},
	{"rsync", false, "", "@RSYNCD: 31.0\n"},
	{"rtsp", false, "DESCRIBE rtsp://192.0.2.2/ RTSP/1.0\r\n\r\n", ""},
	{"s7comm", false, "\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02", ""},
	{"sip", true, "OPTIONS sip:town.lg.jp SIP/2.0\r\n\r\n", ""},
	{"smb", false, "\x00\x00\x00\x2f\xffSMB\x72\x00\x00\x00\x00\x18\x01\x28\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0c\x00\x02NT LM 0.12\x00", ""},
	{"smtp", false, "EHLO pc1.town.lg.jp\r\n", "220 mail.town.lg.jp ESMTP\r\n"},
	{"snmp", true, "\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00\x05\x00", ""},
	{"socks", false, "\x05\x01\x00", "\x05\x00"},
	{"spotify", true, "SpotUdp0\x12\x34", ""},
	{"ssdp", true, "M-SEARCH * HTTP/1.1\r\n\r\n", ""},
	{"ssh", false, "SSH-2.0-x\r\n", "SSH-2.0-y\r\n"},
	{"stun", true, "\x00\x01\x00\x00\x21\x12\xa4\x42transaction1", ""},
	{"tds", false, "\x12\x01\x00\x14\x00\x00\x01\x00\x00\x00\x06\x00\x06\xff\x10\x00\x00\x00\x00\x00", ""},
	{"teamviewer", false, "\x17\x24\x0a\x20\x00\x00\x00\x00\x00\x48", ""},
	{"telnet", false, "", "\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"},
	{"tls", false, "\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x03" + strings.Repeat("r", 32) + "\x00\x00\x02\x13\x01\x01\x00", ""},
	{"wireguard", true, "\x01\x00\x00\x00" + strings.Repeat("w", 144), ""},
	{"xmpp", false, "<?xml version='1.0'?><stream:stream to='town.lg.jp' xmlns:stream='http://etherx.jabber.org/streams'>", ""},
	{"zabbix", false, "ZBXD\x01\x0a\x00\x00\x00\x00\x00\x00\x00agent.ping", ""},
}

// TestAnywhere recognises at least forty protocols on a port that belongs to none of them, with all of them to choose from.
func TestAnywhere(t *testing.T) {
	if len(anywhere) < 40 {
		t.Errorf("only %d protocols", len(anywhere))
	}
	for _, c := range anywhere {
		var says []flowtest.Say
		if c.down != "" && c.up == "" {
			says = append(says, flowtest.Down(c.down))
		} else {
			says = append(says, flowtest.Up(c.up))
			if c.down != "" {
				says = append(says, flowtest.Down(c.down))
			}
		}
		if got := flowtest.App(47011, c.udp, says, all.Protocols...); got != c.app {
			t.Errorf("%s: %q", c.app, got)
		}
	}
}
