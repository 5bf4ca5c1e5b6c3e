package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// show shows a transaction and the packet that carried it.
func (r *rig) show(f *wire.Flow, d wire.Dir, x *wire.Tx) {
	r.engine.Tx(f, x)
	r.say(f, d, "")
}

func TestTransactionFiresOnceWhenAllHolds(t *testing.T) {
	r := newRig(t, lines(`
		alert http any any -> any any (http.method; content:"POST"; http.uri; content:"/gate"; sid:1;)
		alert http any any -> any any (http.uri; content:"/gate"; endswith; sid:2;)
		alert http any any -> any any (http.uri; content:!"/index"; http.method; content:"POST"; sid:3;)`)...)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	x.PutString(wire.HTTPURI, wire.Orig, "/gate")
	r.show(f, wire.Orig, x)
	r.want(2)
	x.PutString(wire.HTTPMethod, wire.Orig, "POST")
	r.show(f, wire.Orig, x)
	r.want(1, 3)
	x.Done = [2]bool{true, true}
	r.show(f, wire.Resp, x)
	r.want()
}

func TestGrowingBody(t *testing.T) {
	r := newRig(t, lines(`
		alert http any any -> any any (flow:to_client; file.data; content:"begin"; content:"end"; distance:0; sid:1;)
		alert http any any -> any any (flow:to_client; file.data; content:"begin"; content:!"good"; sid:2;)`)...)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	i := x.Begin(wire.FileData, wire.Resp)
	for _, s := range []string{"--be", "gin--", "--------------------------------", "en"} {
		x.Grow(i, []byte(s), 1000)
		r.show(f, wire.Resp, x)
		r.want()
	}
	x.Grow(i, []byte("d"), 1000)
	x.End(i)
	r.show(f, wire.Resp, x)
	r.want(1, 2)
}

func TestAbsentBuffer(t *testing.T) {
	r := newRig(t, lines(`
		alert http any any -> any any (http.user_agent; absent; sid:1;)
		alert http any any -> any any (http.user_agent; content:!"curl"; sid:2;)`)...)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	x.PutString(wire.HTTPURI, wire.Orig, "/")
	r.show(f, wire.Orig, x)
	r.want()
	x.Done[wire.Orig] = true
	r.show(f, wire.Orig, x)
	r.want(1)
}

func TestAnyInstanceMayMatch(t *testing.T) {
	r := newRig(t, `alert dns any any -> any any (dns.query; content:"evil.test"; nocase; bsize:9; sid:1;)`)
	f := r.tcp(53, "dns")
	f.Proto = 17
	x := &wire.Tx{Done: [2]bool{true, false}}
	x.PutString(wire.DNSQuery, wire.Orig, "good.test")
	x.PutString(wire.DNSQuery, wire.Orig, "EVIL.test")
	r.show(f, wire.Orig, x)
	r.want(1)
}

func TestBothDirectionsOfATransaction(t *testing.T) {
	r := newRig(t, `alert http any any => any any (http.uri; content:"/a"; http.stat_code; content:"404"; sid:1;)`)
	f := r.tcp(80, "http")
	x := &wire.Tx{Done: [2]bool{true, false}}
	x.PutString(wire.HTTPURI, wire.Orig, "/a")
	r.show(f, wire.Orig, x)
	r.want()
	x.PutString(wire.HTTPStatCode, wire.Resp, "404")
	x.Done[wire.Resp] = true
	r.show(f, wire.Resp, x)
	if a := r.alerts; len(a) != 1 || a[0].ToServer || a[0].Src.IP != server {
		t.Errorf("told the way of the request, not of the answer that completed it: %+v", a)
	}
	r.want(1)
}

func TestAnomalyOfATransaction(t *testing.T) {
	r := newRig(t, lines(`
		alert http any any -> any any (app-layer-event:http.missing_host_header; sid:1;)
		alert http any any -> any any (app-layer-event:http.missing_host_header; http.uri; content:"/x"; sid:2;)`)...)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	x.Event(wire.Orig, "http.missing_host_header")
	x.PutString(wire.HTTPURI, wire.Orig, "/y")
	r.show(f, wire.Orig, x)
	r.want(1)
}

func TestPayloadBesideBuffers(t *testing.T) {
	r := newRig(t, `alert http any any -> any any (content:"raw bytes"; fast_pattern; http.uri; content:"/a"; sid:1;)`)
	for raw, want := range map[string][]uint32{"GET /a raw bytes": {1}, "GET /a": nil} {
		f := r.tcp(80, "http")
		x := &wire.Tx{Done: [2]bool{true, false}}
		x.PutString(wire.HTTPURI, wire.Orig, "/a")
		r.engine.Tx(f, x)
		r.say(f, wire.Orig, raw)
		r.want(want...)
	}
}

func TestHeaderOfTheRuleCounts(t *testing.T) {
	r := newRig(t, lines(`
		alert http $EXTERNAL_NET any -> $HOME_NET any (flow:to_server; http.uri; content:"/a"; sid:1;)
		alert http $HOME_NET any -> $EXTERNAL_NET any (flow:to_server; http.uri; content:"/a"; sid:2;)`)...)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	x.PutString(wire.HTTPURI, wire.Orig, "/a")
	r.show(f, wire.Orig, x)
	r.want(2)
}

func TestTransactionAtTheEndOfItsFlow(t *testing.T) {
	r := newRig(t, `alert http any any -> any any (http.uri; content:"/a"; http.user_agent; absent; sid:1;)`)
	f := r.tcp(80, "http")
	x := &wire.Tx{}
	x.PutString(wire.HTTPURI, wire.Orig, "/a")
	r.show(f, wire.Orig, x)
	r.want()
	x.Done = [2]bool{true, true}
	r.engine.Tx(f, x)
	r.engine.Close(f, r.at)
	r.want(1)
}

func TestStatesWithoutABuffer(t *testing.T) {
	r := newRig(t, lines(`
		alert tls:client_hello_done any any -> any any (sid:1;)
		alert tls:server_hello any any -> any any (sid:2;)
		alert tls:server_cert_done any any -> any any (sid:3;)
		alert http1:request_started any any -> any any (sid:4;)
		alert http1:response_line any any -> any any (sid:5;)
		alert http1:request_complete any any -> any any (sid:6;)
		alert tls:client_hello_done any any -> any any (tls.sni; content:"a"; sid:7;)
		alert tls any any -> any any (app-layer-state:client_hello_done; sid:8;)
		alert tls any any -> any any (app-layer-state:client_hello_done; tls.sni; content:"b"; sid:9;)`)...)
	x, f := &wire.Tx{}, r.tcp(443, "tls")
	x.PutNumber(wire.SSLState, wire.Orig, wire.SSLClientHello)
	x.PutString(wire.TLSSNI, wire.Orig, "b")
	r.show(f, wire.Orig, x)
	r.want(1, 8, 9)
	x.PutNumber(wire.SSLState, wire.Resp, wire.SSLServerHello)
	r.show(f, wire.Resp, x)
	r.want(2)
	x.PutNumber(wire.TLSCertChainLen, wire.Resp, 2)
	r.show(f, wire.Resp, x)
	r.want(3)
	x, f = &wire.Tx{}, r.tcp(80, "http")
	x.PutString(wire.HTTPRequestLine, wire.Orig, "GET / HTTP/1.1")
	r.show(f, wire.Orig, x)
	r.want(4)
	x.Done[wire.Orig] = true
	r.show(f, wire.Orig, x)
	r.want(6)
	x.PutString(wire.HTTPResponseLine, wire.Resp, "HTTP/1.1 200 OK")
	r.show(f, wire.Resp, x)
	r.want(5)
}
