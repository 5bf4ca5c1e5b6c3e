package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// mark is a buffer that is there from when a transaction has come to a state.
type mark struct {
	buffer wire.Buffer
	n      uint64 // the value of a number that tells; 0: any
}

// marks are the states for which a rule may wait without asking for a buffer (Suricata's firewall design, "Hooks"), by
// protocol. A state that a message only passes through has come with the next thing that is seen of it.
var marks = map[string]mark{
	"dns:request_started": {buffer: wire.DNSOpcode}, "dns:response_started": {buffer: wire.DNSOpcode},
	"ftp:request_started": {buffer: wire.FTPCommand}, "ftp:response_started": {buffer: wire.FTPReply},
	"http1:request_started": {buffer: wire.HTTPRequestLine}, "http1:request_line": {buffer: wire.HTTPRequestLine},
	"http1:request_headers": {buffer: wire.HTTPHeaderNames}, "http1:request_body": {buffer: wire.HTTPHeaderNames},
	"http1:response_started": {buffer: wire.HTTPResponseLine}, "http1:response_line": {buffer: wire.HTTPResponseLine},
	"http1:response_headers": {buffer: wire.HTTPHeaderNames}, "http1:response_body": {buffer: wire.HTTPHeaderNames},
	"ntp:request_started": {buffer: wire.NTPVersion}, "ntp:response_started": {buffer: wire.NTPVersion},
	"snmp:request_started": {buffer: wire.SNMPVersion}, "snmp:response_started": {buffer: wire.SNMPVersion},
	"ssh:request_started": {buffer: wire.SSHProto}, "ssh:request_banner_done": {buffer: wire.SSHProto},
	"ssh:request_in_progress": {buffer: wire.SSHProto}, "ssh:request_banner_wait_eol": {buffer: wire.SSHProto},
	"ssh:response_started": {buffer: wire.SSHProto}, "ssh:response_banner_done": {buffer: wire.SSHProto},
	"ssh:response_in_progress": {buffer: wire.SSHProto}, "ssh:response_banner_wait_eol": {buffer: wire.SSHProto},
	"tls:client_in_progress": {wire.SSLState, wire.SSLClientHello}, "tls:client_hello": {wire.SSLState, wire.SSLClientHello}, "tls:client_hello_done": {wire.SSLState, wire.SSLClientHello},
	"tls:server_in_progress": {wire.SSLState, wire.SSLServerHello}, "tls:server_hello": {wire.SSLState, wire.SSLServerHello},
	"tls:client_cert_done": {buffer: wire.TLSCertChainLen}, "tls:server_cert_done": {buffer: wire.TLSCertChainLen},
}

// ends reports whether a state is told by the end of its direction: that itself, what stands behind a body, what is behind a handshake's
// keys, and the beginning of a transaction of which nothing is seen by itself.
func ends(app, hook string, alone bool) bool {
	_, state, _ := strings.Cut(hook, "_")
	switch state {
	case "complete":
		return true
	case "finished", "handshake_done":
		return app == "tls" || app == "ssh"
	case "hello_done":
		return app == "tls" && alone && strings.HasPrefix(hook, "server")
	case "trailer", "started":
		return alone
	}
	return false
}

// holds is the test of the mark's value; nil where any will do.
func (m mark) holds() func(*wire.Field) bool {
	if m.n == 0 {
		return nil
	}
	return func(f *wire.Field) bool { return f.N == m.n }
}

// appState reads app-layer-state:state, which is what stands behind the protocol in the header: the rule waits until the state has come. That a
// state has not come yet (<), or is over (>), is for rules of a firewall in the path of the packets.
func appState(b *builder, _, arg string) error {
	switch {
	case strings.HasPrefix(arg, "<"), strings.HasPrefix(arg, ">"):
		return bad("%q: before and behind a state is for a firewall in the path of the packets, which Yagura is not; name the state itself", arg)
	case b.sig.Head.App == "":
		return bad("%q is the state of a protocol; name that in the head of the rule", arg)
	case b.hook != "" && b.hook != arg:
		return bad("the rule waits for the state %q already", b.hook)
	}
	b.hook = b.pool.text(arg)
	return nil
}

// waits makes a rule wait for the state that stands behind its protocol: dns:request_complete. The end of a direction is known when nothing
// more can come of it, and with it what stands behind a body; other states have come when the buffers that the rule asks for are there, or what marks the state.
func (b *builder) waits() error {
	if b.hook == "" {
		return nil
	}
	d, ok := sideOf(b.hook)
	if !ok {
		return bad("%s has no state %q", b.sig.Head.App, b.hook)
	}
	var only [2]bool
	only[d] = true
	m, marked := marks[b.sig.Head.App+":"+b.hook]
	switch alone := len(b.sig.Buffers) == 0; {
	case !marked && ends(b.sig.Head.App, b.hook, alone):
		b.sig.Buffers = append(b.sig.Buffers, rule.Condition{Buffer: wire.MaxBuffer - 1, Name: b.hook, Dirs: only, Absent: true})
	case !alone:
	case marked:
		b.sig.Buffers = append(b.sig.Buffers, rule.Condition{Buffer: m.buffer, Name: b.hook, Dirs: only, Value: m.holds()})
	default:
		return bad("the state %q alone is not enough; ask for a buffer, too", b.hook)
	}
	b.sig.Direction = [2]bool{b.sig.Direction[0] && only[0], b.sig.Direction[1] && only[1]}
	if b.sig.Direction == ([2]bool{}) {
		return bad("the state %q never comes in the direction of the rule", b.hook)
	}
	return nil
}

// sideOf is who says what brings a state about, by its name; false for a state of neither.
func sideOf(hook string) (wire.Dir, bool) {
	who, _, _ := strings.Cut(hook, "_")
	switch who {
	case "request", "client":
		return wire.Orig, true
	case "response", "server":
		return wire.Resp, true
	}
	return wire.Orig, false
}
