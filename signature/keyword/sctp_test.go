package keyword

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// sctpPacket is DATA twice and SACK behind a common header (RFC 9260 §3).
func sctpPacket(t testing.TB) *wire.Packet {
	return &wire.Packet{Kind: wire.IP, Proto: 132, Src: addr("192.0.2.1"), Dst: addr("192.0.2.2"), SrcPort: 7, DstPort: 9,
		L4: unhex(t, "00070009"+"00003039"+"00000000"+"00030013"+"00000001"+"00010002"+"00000000"+"61626300"+"00030014"+"00000002"+"00010003"+"00000000"+"78797a7a"+"03000010000000020000ffff00000000")}
}

func TestSCTP(t *testing.T) {
	p := sctpPacket(t)
	for options, want := range map[string]bool{
		"sctp.vtag:12345;": true, "sctp.vtag:>12345;": false, "sctp.vtag:100-20000;": true, "sctp.chunk_type:data;": true, "sctp.chunk_type:SACK;": true,
		"sctp.chunk_type:init;": false, "sctp.chunk_type:!data;": true, "sctp.chunk_type:3;": true, "sctp.chunk_type:>3;": false, "sctp.chunk_cnt:3;": true, "sctp.chunk_cnt:>3;": false,
		`sctp.hdr; content:"|30 39|"; offset:6; depth:2;`: true, `sctp.hdr; content:"xyzz";`: true, `sctp.chunk_data; content:"xyz"; startswith;`: true,
		`sctp.chunk_data; content:"abc"; bsize:3;`: true, `sctp.chunk_data; content:"abc"; content:"xyz";`: false, `sctp.chunk_data; content:"q";`: false,
	} {
		if got := holds(t, options, p, nil); got != want {
			t.Errorf("%s: %v", options, got)
		}
		if holds(t, options, tcpPacket(t), nil) {
			t.Errorf("%s holds for TCP", options)
		}
	}
	for cut := range p.L4 { // broken off anywhere: nothing is read beyond
		q := *p
		q.L4 = p.L4[:cut]
		chunkCount(&q)
		holds(t, "sctp.chunk_type:7;", &q, nil)
	}
}

func TestWhatRulesMayAlsoSay(t *testing.T) {
	for _, c := range []struct{ header, options string }{
		{"alert tcp any any -> any any", `content:"ab"; replace:"xy";`},
		{"alert enip any any -> any any", `cip_service:16,246,6;`},
		{"alert enip any any -> any any", `cip_service:75; enip.status:invalid_cmd;`},
		{"alert enip any any -> any any", `enip.cip_class:>1,all,0:2;`},
		{"alert tcp any any -> any any", `flow.pkts:both,>3;`},
		{"alert smb any any -> any any", `frame:smb.smb2.hdr; content:"SMB";`},
		{"alert ftp any any -> any any", `frame:command_line; content:"USER"; startswith;`},
		{"alert imap any any -> any any", `imap.email.direction:to_server; imap.email.header; content:"subject: "; imap.email.body; content:"x";`},
		{"alert sip any any -> any any", `sdp.media_description.media; content:"audio";`},
	} {
		must(t, c.header, c.options)
	}
	for _, bad := range []string{`content:"ab"; replace:"x";`, `replace:"x";`, `content:!"a"; replace:"x";`, `flow.pkts:all,3;`, `enip.cip_class:1,all,2;`, `enip.cip_class:1,-1,0:2;`, `cip_service:1,2,3,4;`} {
		if _, err := compileOptions(t, "", bad); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// TestBothDirections holds that both asks for both.
func TestBothDirections(t *testing.T) {
	for want, f := range map[bool]*wire.Flow{true: {Packets: [2]uint64{4, 9}}, false: {Packets: [2]uint64{9, 3}}} {
		if got := holds(t, "flow.pkts:both,>3;", tcpPacket(t), f); got != want {
			t.Errorf("%v: %v", f.Packets, got)
		}
	}
}

// TestProtocolBefore holds the modes of app-layer-protocol for a flow that changed its protocol.
func TestProtocolBefore(t *testing.T) {
	f := &wire.Flow{App: "http2", Was: "http"}
	for options, want := range map[string]bool{
		"http1,original": true, "http2,original": false, "http2,final": true, "http2": true, "http1,final": false, "http1,either": true, "http2,either": true,
		"smtp,either": false, "!http1,original": false, "!smtp,original": true,
	} {
		if got := holds(t, "app-layer-protocol:"+options+";", tcpPacket(t), f); got != want {
			t.Errorf("%s: %v", options, got)
		}
	}
	if !holds(t, "app-layer-protocol:http1,original;", tcpPacket(t), &wire.Flow{App: "http"}) {
		t.Error("a flow that did not change had another protocol first")
	}
}
