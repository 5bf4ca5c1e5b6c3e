package keyword

import (
	"encoding/hex"
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func addr(s string) wire.Addr { return wire.Addr(netip.MustParseAddr(s).As16()) }

// tcpPacket is a SYN with ECE, MSS 1460 and window scale 7, as Linux sends it; its checksums are right.
func tcpPacket(t testing.TB) *wire.Packet {
	return &wire.Packet{Kind: wire.TCP, Proto: event.ProtoTCP, Src: addr("192.0.2.1"), Dst: addr("192.0.2.2"), SrcPort: 4660, DstPort: 80, Link: 1,
		Seq: 1, Ack: 0, Flags: event.FlagSYN, L2: unhex(t, "0200000000020200000000010800"), Payload: []byte("hi"),
		L3: unhex(t, "450000361a2b400040069c93c0000201c0000202"),
		L4: unhex(t, "123400500000000100000000a0427210e0cd0000020405b40103030701010101")}
}

func icmpPacket(t testing.TB) *wire.Packet {
	return &wire.Packet{Kind: wire.ICMP, Proto: event.ProtoICMP, Src: addr("192.0.2.1"), Dst: addr("192.0.2.1"), Type: 8,
		L3: unhex(t, "4600001c00012000ff01"+"0000"+"c0000201c0000201"+"94040000"), L4: unhex(t, "0800f22b04d20102")}
}

func holds(t *testing.T, options string, p *wire.Packet, f *wire.Flow) bool {
	t.Helper()
	s := must(t, "alert ip any any -> any any", options)
	var state content.State
	for _, test := range s.Tests {
		if !test(&state, p, f, wire.Orig) {
			return false
		}
	}
	return len(s.Tests) > 0
}

func TestPacketKeywords(t *testing.T) {
	syn, echo := tcpPacket(t), icmpPacket(t)
	for _, c := range []struct {
		options string
		p       *wire.Packet
		want    bool
	}{
		{"flags:S,EC;", syn, true}, {"flags:S;", syn, false}, {"flags:SE;", syn, true}, {"flags:S+;", syn, true}, {"flags:*SA;", syn, true},
		{"flags:!S;", syn, false}, {"flags:!A;", syn, true}, {"flags:0;", syn, false}, {"tcp.flags:S,12;", syn, true}, {"flags:S;", echo, false},
		{"ttl:64;", syn, true}, {"ttl:>64;", syn, false}, {"ttl:>=64;", syn, true}, {"ttl:60-65;", syn, true}, {"ttl:64-70;", syn, false}, {"ttl:!64;", syn, false}, {"ttl:255;", echo, true},
		{"tos:0;", syn, true}, {"id:6699;", syn, true}, {"id:0x1a2b;", syn, true}, {"fragbits:D;", syn, true}, {"fragbits:M;", echo, true}, {"fragbits:!M;", syn, true}, {"fragbits:MD*;", syn, true},
		{"fragoffset:0;", syn, true}, {"fragoffset:>0;", echo, false}, {"seq:1;", syn, true}, {"ack:0;", syn, true}, {"window:29200;", syn, true}, {"window:!29200;", syn, false},
		{"tcp.mss:1460;", syn, true}, {"tcp.mss:<1000;", syn, false}, {"tcp.mss:>0;", echo, false}, {"tcp.wscale:7;", syn, true}, {"dsize:2;", syn, true}, {"dsize:>2;", syn, false}, {"dsize:1<>3;", syn, true},
		{"itype:8;", echo, true}, {"itype:8;", syn, false}, {"itype:7<>9;", echo, true}, {"icode:0;", echo, true}, {"icmp_id:1234;", echo, true}, {"icmp_seq:258;", echo, true},
		{"ip_proto:6;", syn, true}, {"ip_proto:icmp;", echo, true}, {"ip_proto:!6;", syn, false}, {"ip_proto:>5;", syn, true}, {"sameip;", syn, false}, {"sameip;", echo, true},
		{"ipopts:rtralt;", echo, true}, {"ipopts:any;", syn, false}, {"ipopts:lsrr;", echo, false},
		{"tcpv4-csum:valid;", syn, true}, {"tcpv4-csum:invalid;", syn, false}, {"ipv4-csum:valid;", syn, true}, {"ipv4-csum:invalid;", echo, true}, {"icmpv4-csum:valid;", echo, true},
		{`tcp.hdr; content:"|02 04|"; offset:20; byte_test:2,=,1460,0,big,relative;`, syn, true}, {`ipv4.hdr; content:"|40 06|"; offset:8; depth:2;`, syn, true},
		{`ipv4.hdr; content:!"|94 04 00 00|"; offset:20;`, echo, false}, {`icmpv4.hdr; content:"|08|"; startswith;`, echo, true}, {`tcp.hdr; content:"x";`, echo, false},
		{`ether.hdr; content:"|08 00|"; endswith;`, syn, true}, {`ip.src; content:"|c0 00 02 01|";`, syn, true}, {`ip.dst; bsize:4;`, syn, true},
	} {
		if got := holds(t, c.options, c.p, nil); got != c.want {
			t.Errorf("%s: %v, want %v", c.options, got, c.want)
		}
	}
}

func TestFlowKeywords(t *testing.T) {
	f := &wire.Flow{Proto: 6, First: 1e9, Last: 22e9, Packets: [2]uint64{10, 12}, Bytes: [2]uint64{2999, 9000}, StreamSize: [2]uint64{500, 1500}, App: "http"}
	for options, want := range map[string]bool{
		"flow.age:>20;": true, "flow.age:<20;": false, "flow.pkts:toserver,10;": true, "flow.pkts:toclient,=10;": false, "flow.pkts:either,12;": true,
		"flow.bytes:either,>8000;": true, "flow.bytes_toserver:<3000;": true, "flow.pkts_toclient:12;": true,
		"stream_size:client,>,400;": true, "stream_size:server,<,1000;": false, "stream_size:both,>,499;": true, "stream_size:either,>,1000;": true,
		"app-layer-protocol:http;": true, "app-layer-protocol:!http;": false, "app-layer-protocol:!tls;": true, "app-layer-protocol:tls|http1;": true, "app-layer-protocol:failed;": false,
	} {
		if got := holds(t, options, tcpPacket(t), f); got != want {
			t.Errorf("%s: %v", options, got)
		}
	}
	for options, want := range map[string]bool{"app-layer-protocol:failed;": true, "app-layer-protocol:!http;": true, "app-layer-protocol:http;": false} {
		if got := holds(t, options, tcpPacket(t), &wire.Flow{AppFailed: true}); got != want {
			t.Errorf("failed, %s: %v", options, got)
		}
	}
	if holds(t, "app-layer-protocol:!http;", tcpPacket(t), &wire.Flow{}) {
		t.Error("a protocol that is not known yet is none of them")
	}
}

func TestNumbersOfBuffers(t *testing.T) {
	for _, c := range []struct {
		options string
		n       uint64
		want    bool
	}{
		{"krb5_msg_type:10;", 10, true}, {"krb5_msg_type:AS_REQ;", 10, true}, {"krb5_msg_type:!AS_REQ;", 10, false}, {"krb5_msg_type:>=11;", 10, false},
		{"krb5_err_code:25;", 25, true}, {"smb.version:1;", 1, true}, {"dcerpc.opnum:1,5-7;", 6, true}, {"dcerpc.opnum:1,5-7;", 8, false}, {"dcerpc.opnum:>5;", 6, true},
		{"ssl_version:tls1.0,tls1.1;", 0x301, true}, {"ssl_version:!tls1.0;", 0x301, false}, {"ssl_version:!tls1.3,tls1.2;", 0x301, true},
		{"rfb.secresult:unknown;", 7, true}, {"rfb.secresult:unknown;", 2, false}, {"rfb.secresult:!unknown;", 1, true}, {"rfb.secresult:toomany;", 2, true},
		{"tls.version:1.2;", 0x303, true}, {"nfs_version:3;", 3, true}, {"tls_cert_notbefore:>2020-01-01;", 1600000000, true}, {"tls_cert_notafter:2019<>2021;", 1600000000, true},
	} {
		s := must(t, "", c.options)
		if len(s.Buffers) != 1 || s.Buffers[0].Value == nil {
			t.Fatalf("%s: %+v", c.options, s.Buffers)
		}
		if got := s.Buffers[0].Value(&wire.Field{N: c.n}); got != c.want {
			t.Errorf("%s with %d: %v", c.options, c.n, got)
		}
	}
	s := must(t, "", "tls_cert_expired;")
	if s.Buffers[0].Clock == nil || !s.Buffers[0].Clock(100, 200) || s.Buffers[0].Clock(200, 100) {
		t.Error("tls_cert_expired")
	}
	s = must(t, "", "dcerpc.iface:367abb81-9844-35f1-ad32-98f038001003,>1;")
	id := append(unhex(t, "367abb81984435f1ad3298f038001003"), 0, 2, 1)
	if !s.Buffers[0].Value(&wire.Field{B: id}) {
		t.Error("the interface is not recognised")
	}
	id[18] = 0
	if s.Buffers[0].Value(&wire.Field{B: id}) {
		t.Error("a later fragment counts without any_frag")
	}
}

func TestFiles(t *testing.T) {
	for _, c := range []struct {
		options string
		file    wire.File
		want    rule.Answer
	}{
		{`filename:"invoice";`, wire.File{Name: "My Invoice.pdf"}, rule.Yes},
		{`filename:!"invoice";`, wire.File{Name: "a.pdf"}, rule.Yes},
		{`fileext:"exe";`, wire.File{Name: "a.EXE"}, rule.Yes},
		{`fileext:"exe";`, wire.File{Name: "exe"}, rule.No},
		{`filemagic:"PDF";`, wire.File{Type: "pdf document", Closed: true}, rule.Yes},
		{`filemagic:"PDF";`, wire.File{}, rule.Later},
		{`filesize:>50;`, wire.File{Size: 51}, rule.Yes},
		{`filesize:>50;`, wire.File{Size: 10}, rule.Later},
		{`filesize:<50;`, wire.File{Size: 10}, rule.Later},
		{`filesize:<50;`, wire.File{Size: 10, Closed: true}, rule.Yes},
		{`filesize:<50;`, wire.File{Size: 10, Closed: true, Truncated: true}, rule.No},
	} {
		s := must(t, "", c.options)
		if got := s.Files[0](&c.file); got != c.want {
			t.Errorf("%s of %+v: %v, want %v", c.options, c.file, got, c.want)
		}
	}
}
