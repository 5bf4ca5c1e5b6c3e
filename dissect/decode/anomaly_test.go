package decode

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// ether4 is a frame with an IPv4 packet of a protocol.
func ether4(proto byte, payload string) string {
	return "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00" + v4(proto, "", payload)
}

// v4 is an IPv4 packet with options.
func v4(proto byte, options, payload string) string {
	b := []byte{0x45 + byte(len(options)/4), 0, 0, 0, 0, 1, 0, 0, 64, proto, 0, 0, 10, 0, 0, 1, 192, 0, 2, 1}
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(options)+len(payload)))
	return string(b) + options + payload
}

// v6 is an IPv6 packet.
func v6(next byte, payload string) string {
	b := make([]byte, 40)
	b[0], b[6], b[7] = 0x60, next, 64
	binary.BigEndian.PutUint16(b[4:], uint16(len(payload)))
	copy(b[8:], "\x20\x01\x0d\xb8")
	copy(b[24:], "\x20\x01\x0d\xb8\x01")
	return string(b) + payload
}

func frame(typ uint16, payload string) string {
	return "\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01" + string([]byte{byte(typ >> 8), byte(typ)}) + payload
}

func udp4(port uint16, payload string) string {
	b := []byte{0x13, 0x88, byte(port >> 8), byte(port), 0, 0, 0, 0}
	binary.BigEndian.PutUint16(b[4:], uint16(8+len(payload)))
	return v4(17, "", string(b)+payload)
}

const (
	zeros  = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	tcpTop = "\x9c\x40\x00\x50\x00\x00\x00\x07\x00\x00\x00\x09"
	tcpEnd = "\xff\xff\x00\x00\x00\x00"
	plain  = tcpTop + "\x50\x18" + tcpEnd + "hello"
)

const (
	eth0 = capture.LinkEthernet
	raw  = capture.LinkRaw
)

// anomalies are packets with the names of what is wrong with them.
var anomalies = []struct {
	link capture.Link
	b    string
	want string
}{
	{eth0, ether4(6, plain), ""},
	{eth0, "\x02\x00", "ethernet.pkt_too_small"},
	{eth0, frame(0x1234, zeros), "ethernet.unknown_ethertype"},
	{eth0, frame(0x0026, zeros), ""},
	{raw, "\x45" + zeros[:10], "ipv4.pkt_too_small"},
	{eth0, frame(0x0800, "\x55"+zeros), "ipv4.wrong_ip_version"},
	{raw, "\x41" + zeros, "ipv4.hlen_too_small"},
	{raw, "\x45\x00\x00\x0a" + zeros, "ipv4.iplen_smaller_than_hlen"},
	{raw, v4(6, "", plain)[:30], "ipv4.trunc_pkt"},
	{raw, v4(6, "\x07\x02\x00\x00", plain), "ipv4.opt_pad_required ipv4.opt_invalid_len"},
	{raw, v4(6, "\x07\x07\x04\x00\x00\x00\x00\x00", plain), ""},
	{raw, v4(6, "\x07\x07\x03\x00\x00\x00\x00\x00", plain), "ipv4.opt_malformed"},
	{raw, v4(6, "\x44\x08\x06\x00\x00\x00\x00\x00", plain), "ipv4.opt_malformed"},
	{raw, v4(6, "\x01\x01\x01\x01\x01\x01\x01\x07", plain), "ipv4.opt_eol_required"},
	{raw, v4(6, "\x94\x04\x00\x00\x94\x04\x00\x00", plain), "ipv4.opt_duplicate"},
	{raw, v4(6, "\x63\x08\x00\x00\x00\x00\x00\x00", plain), "ipv4.opt_invalid"},
	{raw, v4(58, "", zeros), "ipv4.icmpv6"},
	{raw, v4(200, "", zeros), "ipv4.unknown_protocol"},
	{raw, "\x60" + zeros, "ipv6.pkt_too_small"},
	{eth0, frame(0x86dd, "\x50"+zeros+zeros), "ipv6.wrong_ip_version"},
	{raw, v6(6, plain)[:50], "ipv6.trunc_pkt"},
	{raw, v6(43, "\x06\x01\x00\x00\x00\x00\x00\x00"), "ipv6.trunc_exthdr"},
	{raw, v6(60, "\x06\x00\x01\x04\x00\x00\x00\x00"), "ipv6.dstopts_only_padding ipv6.trunc_exthdr"},
	{raw, v6(60, "\x06\x00\x01\x04\x00\x00\x00\x00"+plain), "ipv6.dstopts_only_padding"},
	{raw, v6(60, "\x06\x00\x3e\x04\x00\x00\x00\x00"+plain), "ipv6.dstopts_unknown_opt"},
	{raw, v6(0, "\x06\x00\x3e\x04\x00\x00\x00\x00"+plain), "ipv6.hopopts_unknown_opt"},
	{raw, v6(0, "\x06\x00\x01\x04\x00\x00\x00\x00"+plain), "ipv6.hopopts_only_padding"},
	{raw, v6(0, "\x06\x00\x05\x02\x00\x00\x01\x00"+plain), "ipv6.zero_len_padn"},
	{raw, v6(0, "\x06\x00\x05\x02\x00\x00\x01\x09"+plain), "ipv6.exthdr_invalid_optlen"},
	{raw, v6(0, "\x00\x00\x05\x02\x00\x00\x01\x00\x06\x00\x05\x02\x00\x00\x00\x00"+plain), "ipv6.zero_len_padn ipv6.exthdr_dupl_hh"},
	{raw, v6(43, "\x06\x00\x00\x00\x00\x00\x00\x00"+plain), "ipv6.rh_type_0"},
	{raw, v6(43, "\x2b\x00\x02\x00\x00\x00\x00\x00\x06\x00\x02\x00\x00\x00\x00\x00"+plain), "ipv6.exthdr_dupl_rh"},
	{raw, v6(51, "\x33\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x06\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"+plain), "ipv6.exthdr_ah_res_not_null ipv6.exthdr_dupl_ah"},
	{raw, v6(44, "\x06\x00\x00\x00\x00\x00\x00\x07"+plain), "ipv6.exthdr_useless_fh"},
	{raw, v6(44, "\x06\x01\x00\x00\x00\x00\x00\x07"+plain), "ipv6.fh_non_zero_reserved_field ipv6.exthdr_useless_fh"},
	{raw, v6(44, "\x2c\x00\x00\x00\x00\x00\x00\x07\x06\x00\x00\x00\x00\x00\x00\x07"+plain), "ipv6.exthdr_useless_fh ipv6.exthdr_dupl_fh"},
	{raw, v6(44, "\x06\x00\x00\x01\x00\x00\x00\x07"+zeros), "ipv6.frag_invalid_length"},
	{raw, v6(44, "\x06\x00\xff\xf8\x00\x00\x00\x07"+zeros), "ipv6.frag_pkt_too_large"},
	{raw, v6(59, "\x00"), "ipv6.data_after_none_header"},
	{raw, v6(59, ""), ""},
	{raw, v6(1, zeros), "ipv6.icmpv4"},
	{raw, v6(200, zeros), "ipv6.unknown_next_header"},
	{raw, v6(4, zeros[:8]), "ipv6.ipv4_in_ipv6_too_small"},
	{raw, v6(4, zeros), "ipv6.ipv4_in_ipv6_wrong_version"},
	{raw, v6(41, zeros), "ipv6.ipv6_in_ipv6_too_small"},
	{raw, v6(41, zeros+zeros), "ipv6.ipv6_in_ipv6_wrong_version"},
	{raw, v4(6, "", plain[:10]), "tcp.pkt_too_small"},
	{raw, v4(6, "", tcpTop+"\x40\x18"+tcpEnd), "tcp.hlen_too_small"},
	{raw, v4(6, "", tcpTop+"\xf0\x18"+tcpEnd), "tcp.hlen_too_small"},
	{raw, v4(6, "", tcpTop+"\x60\x02"+tcpEnd+"\x02\x03\x00\x00"), "tcp.opt_invalid_len"},
	{raw, v4(6, "", tcpTop+"\x70\x02"+tcpEnd+"\x02\x04\x05\xb4\x02\x04\x05\xb4"), "tcp.opt_duplicate"},
	{raw, v4(17, "", "\x00\x35"), "udp.hlen_too_small"},
	{raw, v4(17, "", "\x00\x35\x00\x36\x00\x07\x00\x00"), "udp.len_invalid"},
	{raw, v4(17, "", "\x00\x35\x00\x36\x00\x09\x00\x00"), "udp.pkt_too_small"},
	{raw, v4(1, "", "\x08\x00\x00\x00"), "icmpv4.pkt_too_small"},
	{raw, v4(1, "", "\x08\x01\x00\x00\x00\x00\x00\x00"), "icmpv4.unknown_code"},
	{raw, v4(1, "", "\x30\x01\x00\x00\x00\x00\x00\x00"), "icmpv4.unknown_type"},
	{raw, v4(1, "", "\x03\x01\x00\x00\x00\x00\x00\x00\x45"), "icmpv4.ipv4_trunc_pkt"},
	{raw, v4(1, "", "\x03\x01\x00\x00\x00\x00\x00\x00"+zeros), "icmpv4.ipv4_unknown_ver"},
	{raw, v6(58, "\x80\x00\x00\x00"), "icmpv6.pkt_too_small"},
	{raw, v6(58, "\x80\x01\x00\x00\x00\x00\x00\x00"), "icmpv6.unknown_code"},
	{raw, v6(58, "\x00\x01\x00\x00\x00\x00\x00\x00"), "icmpv6.unknown_type"},
	{raw, v6(58, "\x05\x01\x00\x00\x00\x00\x00\x00"), "icmpv6.unassigned_type"},
	{raw, v6(58, "\xc8\x01\x00\x00\x00\x00\x00\x00"), "icmpv6.experimentation_type"},
	{raw, v6(58, "\x01\x00\x00\x00\x00\x00\x00\x00\x60"), "icmpv6.ipv6_trunc_pkt"},
	{raw, v6(58, "\x01\x00\x00\x00\x00\x00\x00\x00"+zeros+zeros), "icmpv6.ipv6_unknown_version"},
	{raw, v6(58, "\x82\x00\x00\x00\x00\x00\x00\x00"), "icmpv6.mld_message_with_invalid_hl"},
	{raw, v4(2, "", "\x11\x00\x00\x00"), "igmp.pkt_too_small"},
	{raw, v4(2, "", "\x11\x00\x00\x00\xe0\x00\x00\x01\x00"), "igmp.v3_pkt_too_small"},
	{raw, v4(2, "", "\x22\x00\x00\x00\x00\x00\x00\x02\x04\x00\x00\x00\xe0\x00\x00\x01"), "igmp.malformed"},
	{raw, v4(2, "", "\x22\x00\x00\x00\x00\x00\x00\x01\x04\x00\x00\x00\xe0\x00\x00\x01"), ""},
	{raw, v4(50, "", "\x00\x00"), "esp.pkt_too_small"},
	{raw, v4(132, "", "\x00\x07"), "sctp.pkt_too_small"},
	{raw, v4(132, "", zeros[:12]+"\x01"), "sctp.chunk_too_small"},
	{raw, v4(132, "", zeros[:12]+"\x01\x00\x00\x50"), "sctp.chunk_len_invalid"},
	{raw, v4(132, "", zeros[:12]+"\x01\x00\x00\x04\x03\x00\x00\x04"), "sctp.init_chunk_bundled"},
	{raw, v4(132, "", zeros[:4]+"\x00\x00\x00\x01"+zeros[:4]+"\x01\x00\x00\x04"), "sctp.init_with_non_zero_vtag"},
	{raw, v4(132, "", zeros[:12]+"\x00\x00\x00\x04"), "sctp.data_with_zero_vtag"},
	{raw, v4(132, "", zeros[:4]+"\x00\x00\x00\x01"+zeros[:4]+strings.Repeat("\x00\x00\x00\x04", maxChunks+1)), "sctp.too_many_chunks sctp.too_many_data_chunks"},
	{raw, "\x00" + zeros, "ipraw.invalid_ip_version"},
	{capture.LinkNull, "\x02", "ltnull.pkt_too_small"},
	{capture.LinkNull, "\x07\x00\x00\x00", "ltnull.unsupported_type"},
	{capture.LinkSLL, "\x02", "sll.pkt_too_small"},
	{capture.LinkSLL2, "\x02", "sll2.pkt_too_small"},
	{linkCHDLC, "\x0f", "chdlc.pkt_too_small"},
	{linkPPP, "\xff", "ppp.pkt_too_small"},
	{linkPPP, "\xff\x03\x00\x21\x45", "ppp.ip4_pkt_too_small"},
	{linkPPP, "\xff\x03\x00\x57\x60", "ppp.ip6_pkt_too_small"},
	{linkPPP, "\xff\x03\x00\x2f\x45", "ppp.vju_pkt_too_small"},
	{linkPPP, "\xff\x03\x00\x2d\x01", "ppp.unsup_proto"},
	{linkPPP, "\xff\x03\xc0\x21\x01", ""},
	{linkPPP, "\xff\x03\x12\x34\x01", "ppp.wrong_type"},
	{linkPPP, "\x21" + v4(6, "", plain), ""},
	{eth0, frame(0x8864, "\x11"), "pppoe.pkt_too_small"},
	{eth0, frame(0x8864, "\x11\x01"+zeros), "pppoe.wrong_code"},
	{eth0, frame(0x8863, "\x11\x01"+zeros), "pppoe.wrong_code"},
	{eth0, frame(0x8863, "\x11\x09\x00\x00\x00\x04\x01\x01\x00\x09"), "pppoe.malformed_tags"},
	{eth0, frame(0x8100, "\x00"), "vlan.header_too_small"},
	{eth0, frame(0x8100, "\x00\x01\x12\x34"), "vlan.unknown_type"},
	{eth0, frame(0x8100, strings.Repeat("\x00\x01\x81\x00", 3)+zeros), "vlan.too_many_layers"},
	{eth0, frame(0x88e7, "\x00"), "ieee8021ah.header_too_small"},
	{eth0, frame(0x8926, "\x00"), "vntag.header_too_small"},
	{eth0, frame(0x8926, "\x00\x00\x00\x00\x12\x34"), "vntag.unknown_type"},
	{eth0, frame(0x893f, "\x00"), "etag.header_too_small"},
	{eth0, frame(0x893f, zeros[:6]+"\x12\x34"), "etag.unknown_type"},
	{eth0, frame(0x8903, "\x00"), "dce.pkt_too_small"},
	{eth0, frame(0x8847, "\x00"), "mpls.header_too_small"},
	{eth0, frame(0x8847, "\x00\x01\x01\x40\x45"), "mpls.pkt_too_small"},
	{eth0, frame(0x8847, "\x00\x00\x11\x40"+zeros), "mpls.bad_label_router_alert"},
	{eth0, frame(0x8847, "\x00\x00\x31\x40"+zeros), "mpls.bad_label_implicit_null"},
	{eth0, frame(0x8847, "\x00\x00\x71\x40"+zeros), "mpls.bad_label_reserved"},
	{eth0, frame(0x8847, "\x00\x01\x01\x40\x75"), "mpls.unknown_payload_type"},
	{eth0, frame(0x894f, "\x00"), "nsh.header_too_small"},
	{eth0, frame(0x894f, "\x40\x06\x01\x01"+zeros+zeros), "nsh.unsupported_version"},
	{eth0, frame(0x894f, "\x00\x3f\x02\x01"+zeros+zeros), "nsh.bad_header_length"},
	{eth0, frame(0x894f, "\x00\x06\x00\x01"+zeros+zeros), "nsh.reserved_type"},
	{eth0, frame(0x894f, "\x00\x06\x05\x01"+zeros+zeros), "nsh.unsupported_type"},
	{eth0, frame(0x894f, "\x00\x06\x01\x09"+zeros+zeros), "nsh.unknown_payload"},
	{eth0, frame(0x0806, "\x00"), "arp.pkt_too_small"},
	{eth0, frame(0x0806, "\x00\x02\x08\x00\x06\x04"+zeros+zeros), "arp.unsupported_hardware"},
	{eth0, frame(0x0806, "\x00\x01\x08\x01\x06\x04"+zeros+zeros), "arp.unsupported_protocol"},
	{eth0, frame(0x0806, "\x00\x01\x08\x00\x07\x04"+zeros+zeros), "arp.invalid_hardware_size"},
	{eth0, frame(0x0806, "\x00\x01\x08\x00\x06\x05"+zeros+zeros), "arp.invalid_protocol_size"},
	{eth0, frame(0x0806, "\x00\x01\x08\x00\x06\x04\x00\x63"+zeros+zeros), "arp.unsupported_opcode"},
	{raw, v4(47, "", "\x00"), "gre.pkt_too_small"},
	{raw, v4(47, "", "\x00\x03\x08\x00"), "gre.wrong_version"},
	{raw, v4(47, "", "\x01\x00\x08\x00"), "gre.version0_recur"},
	{raw, v4(47, "", "\x00\x08\x08\x00"), "gre.version0_flags"},
	{raw, v4(47, "", "\x20\x00\x08\x00"), "gre.version0_hdr_too_big"},
	{raw, v4(47, "", "\x40\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x09"), "gre.version0_malformed_sre_hdr"},
	{raw, v4(47, "", "\x80\x01\x88\x0b"), "gre.version1_chksum"},
	{raw, v4(47, "", "\x40\x01\x88\x0b"), "gre.version1_route"},
	{raw, v4(47, "", "\x08\x01\x88\x0b"), "gre.version1_ssr"},
	{raw, v4(47, "", "\x01\x01\x88\x0b"), "gre.version1_recur"},
	{raw, v4(47, "", "\x00\x09\x88\x0b"), "gre.version1_flags"},
	{raw, v4(47, "", "\x20\x01\x08\x00"), "gre.version1_wrong_protocol"},
	{raw, v4(47, "", "\x00\x01\x88\x0b"), "gre.version1_no_key"},
	{raw, v4(47, "", "\x30\x01\x88\x0b\x00\x00\x00\x00"), "gre.version1_hdr_too_big"},
	{raw, udp4(4789, "\x08"+zeros[:7]+frame(0x1234, zeros)), "vxlan.unknown_payload_type"},
	{raw, udp4(6081, "\x00\x00\x12\x34"+zeros), "geneve.unknown_payload_type"},
}

// TestAnomalies shows for each anomaly a packet that has it, and no other.
func TestAnomalies(t *testing.T) {
	for _, c := range anomalies {
		b := []byte(c.b)
		var l Layers
		_ = NewDecoder(0).Decode(&capture.Packet{Data: b, OrigLen: len(b), Link: c.link}, &l)
		var got []string
		for _, e := range l.Events {
			got = append(got, string(e))
			if !slices.Contains(wire.DecodeEvents(), e) {
				t.Errorf("%s has no entry in the list", e)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %v, want %q", c.b, got, c.want)
		}
	}
}

// TestTooManyLayers gives packets within packets.
func TestTooManyLayers(t *testing.T) {
	b := []byte(strings.Repeat(v4(4, "", ""), maxLayers+4))
	for at := 0; at < len(b); at += 20 {
		binary.BigEndian.PutUint16(b[at+2:], uint16(len(b)-at))
	}
	var l Layers
	if err := NewDecoder(0).Decode(&capture.Packet{Data: b, OrigLen: len(b), Link: raw}, &l); err != ErrDepth || !slices.Contains(l.Events, wire.OnTooManyLayers) {
		t.Errorf("%v %v", err, l.Events)
	}
}

const pppoeIP = "\x11\x00\x00\x01\x00\x2f\x00\x21" // 45 bytes of IP follow

var (
	ip    = v4(6, "", plain)
	inner = frame(0x0800, ip)
)

// carried are tunnels with the same packet within.
var carried = map[string]struct {
	link   capture.Link
	b      string
	outers int
	proto  event.Proto // of the outermost
}{
	"802.1ah":         {capture.LinkEthernet, frame(0x88e7, zeros[:16]+"\x08\x00"+ip), 0, 0},
	"VN-Tag":          {capture.LinkEthernet, frame(0x8926, "\x00\x00\x00\x00\x08\x00"+ip), 0, 0},
	"E-Tag":           {capture.LinkEthernet, frame(0x893f, zeros[:6]+"\x08\x00"+ip), 0, 0},
	"FabricPath":      {capture.LinkEthernet, frame(0x8903, "\x00\x00"+inner), 0, 0},
	"SNAP":            {capture.LinkEthernet, frame(uint16(8+len(ip)), "\xaa\xaa\x03\x00\x00\x00\x08\x00"+ip), 0, 0},
	"pseudo-wire":     {capture.LinkEthernet, frame(0x8847, "\x00\x01\x01\x40\x00\x00\x00\x00"+inner), 0, 0},
	"explicit null":   {capture.LinkEthernet, frame(0x8847, "\x00\x00\x01\x40"+ip), 0, 0},
	"NSH 1":           {capture.LinkEthernet, frame(0x894f, "\x00\x06\x01\x01"+zeros+ip), 0, 0},
	"NSH 2":           {capture.LinkEthernet, frame(0x894f, "\x00\x02\x02\x03\x00\x00\x00\x00"+inner), 0, 0},
	"PPP":             {linkPPP, "\xff\x03\x00\x21" + ip, 0, 0},
	"PPP, compressed": {linkPPP, "\x21" + ip, 0, 0},
	"PPP over HDLC":   {linkPPPHDLC, "\xff\x03\x00\x21" + ip, 0, 0},
	"PPPoE":           {linkPPPoE, pppoeIP + ip, 0, 0},
	"CHDLC":           {linkCHDLC, "\x0f\x00\x08\x00" + ip, 0, 0},
	"AH":              {capture.LinkRaw, v4(51, "", "\x06\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01"+plain), 0, 0},
	"IPv4 in IPv6":    {capture.LinkRaw, v6(4, ip), 1, 4},
	"PPTP":            {capture.LinkRaw, v4(47, "", "\x30\x01\x88\x0b\x00\x00\x00\x00\x00\x00\x00\x01\xff\x03\x00\x21"+ip), 1, 47},
	"GRE, routed":     {capture.LinkRaw, v4(47, "", "\x40\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x02\x01\x02\x00\x00\x00\x00"+ip), 1, 47},
	"GRE, VLAN":       {capture.LinkRaw, v4(47, "", "\x00\x00\x81\x00\x00\x07\x08\x00"+ip), 1, 47},
	"GRE, PPPoE":      {capture.LinkRaw, v4(47, "", "\x00\x00\x88\x64"+pppoeIP+ip), 1, 47},
	"GRE in GRE":      {capture.LinkRaw, v4(47, "", "\x00\x00\x08\x00"+v4(47, "", "\x00\x00\x08\x00"+ip)), 2, 47},
	"VXLAN":           {capture.LinkRaw, udp4(4789, "\x08"+zeros[:7]+inner), 1, 17},
	"VXLAN of Linux":  {capture.LinkRaw, udp4(8472, "\x08"+zeros[:7]+inner), 1, 17},
	"VXLAN-GPE":       {capture.LinkRaw, udp4(4790, "\x0c\x00\x00\x01"+zeros[:4]+ip), 1, 17},
	"Geneve":          {capture.LinkRaw, udp4(6081, "\x01\x00\x65\x58\x00\x00\x00\x00\x00\x00\x00\x00"+inner), 1, 17},
	"Geneve, IP":      {capture.LinkRaw, udp4(6081, "\x00\x00\x08\x00"+zeros[:4]+ip), 1, 17},
	"Teredo":          {capture.LinkRaw, udp4(3544, v6(6, plain)), 1, 17},
	"Teredo, origin":  {capture.LinkRaw, udp4(3544, "\x00\x00"+zeros[:6]+v6(6, plain)), 1, 17},
	"Teredo, both":    {capture.LinkRaw, udp4(3544, "\x00\x01\x00\x00"+zeros[:9]+"\x00\x00"+zeros[:6]+v6(6, plain)), 1, 17},
}

// TestCarried looks into tunnels: the packet that carries is shown beside what it carries.
func TestCarried(t *testing.T) {
	for name, c := range carried {
		var l Layers
		d := NewDecoder(0)
		err := d.Decode(&capture.Packet{Data: []byte(c.b), OrigLen: len(c.b), Link: c.link}, &l)
		if err != nil || l.Kind != TCP || string(l.Payload) != "hello" || len(l.Events) != 0 || l.DstPort != 80 {
			t.Errorf("%s: %v, kind %d, %q, %v", name, err, l.Kind, l.Payload, l.Events)
			continue
		}
		if len(d.Outer()) != c.outers || c.outers > 0 && (l.Outer == nil || d.Outer()[0].Proto != c.proto || len(d.Outer()[0].L3) == 0) {
			t.Errorf("%s: carried by %d packets, %+v", name, len(d.Outer()), l.Outer)
		}
	}
}

// TestNoPacketWithin leaves a tunnel alone that carries no packet.
func TestNoPacketWithin(t *testing.T) {
	for name, b := range map[string]string{
		"GRE":    v4(47, "", "\x00\x00\x08\x00no packet at all, but words"),
		"VXLAN":  udp4(4789, "\x08"+zeros[:7]+frame(0x0800, "words that are no packet")),
		"OTV":    udp4(8472, "\x08\x01"+zeros[:6]+inner),
		"8472":   udp4(8472, "\x08"+zeros[:7]+frame(0x1234, zeros)),
		"Teredo": udp4(3544, "`words"+zeros+zeros),
	} {
		var l Layers
		d := NewDecoder(0)
		err := d.Decode(&capture.Packet{Data: []byte(b), OrigLen: len(b), Link: capture.LinkRaw}, &l)
		if err != nil || len(d.Outer()) != 0 || l.Outer != nil || len(l.Events) != 0 || len(l.Payload) == 0 || l.Src.IP().String() != "10.0.0.1" {
			t.Errorf("%s: %v %d %+v", name, err, len(d.Outer()), l)
		}
	}
}
