package forge

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/yagura-project/yagura/event"
)

func writeUDP(list []event.Event, calls Calls) (out []Frame, ok bool) {
	speech := NewSpeech(list[0].Tuple().FlowID, calls)
	for _, e := range list {
		switch e := e.(type) {
		case *event.DNSActivity:
			b, good := dnsMessage(e)
			if !good {
				return nil, false
			}
			src, dst := e.Src, e.Dst
			if e.Activity == event.DNSResponse {
				src, dst = dst, src
			}
			out = append(out, Frame{e.Time, udp(src, dst, b)})
		case *event.DHCPActivity:
			b, good := dhcpMessage(e)
			if !good {
				return nil, false
			}
			out = append(out, Frame{e.Time, b})
		case *event.NetworkActivity:
			out = append(out, datagrams(e)...)
		default:
			said, good := speech.Say(e)
			if !good {
				return nil, false
			}
			ends := [2]event.Endpoint{e.Tuple().Src, e.Tuple().Dst}
			for _, x := range said {
				out = append(out, Frame{e.Head().Time, udp(ends[x.From], ends[1-x.From], x.Bytes)})
			}
		}
	}
	return out, len(out) > 0
}

// datagrams tell of a flow without a protocol: opened, refused.
func datagrams(e *event.NetworkActivity) []Frame {
	first := udp(e.Src, e.Dst, noise(24, uint64(e.Dst.Port)))
	switch {
	case e.Activity == event.FlowOpen && e.App == "":
		return []Frame{{e.Time, first}}
	case e.Activity == event.FlowRefuse: // port unreachable (RFC 792), with the head of what was sent
		return []Frame{{e.Time, icmp(e.Dst, e.Src, 3, 3, 0, first[14:14+28])}}
	}
	return nil
}

// maxEchoes is how many echoes of one conversation are written at most.
const maxEchoes = 400

// writeICMP sends echoes and their answers, as many and as large as were counted: the first as it was told of, the others even.
func writeICMP(list []event.Event) (out []Frame, ok bool) {
	var first uint64
	for _, e := range list {
		n, is := e.(*event.NetworkActivity)
		if !is || n.Src.Port>>8 != 8 {
			return nil, false
		}
		if n.Activity == event.FlowOpen {
			first = n.Orig.Payload
		} else if n.Activity.Ended() {
			out = append(out, echoes(n, first)...)
		}
	}
	if len(out) == 0 {
		n := list[0].(*event.NetworkActivity)
		out = append(out, Frame{n.Time, icmp(n.Src, n.Dst, 8, 0, uint32(n.FlowID)<<16|1, noise(56, 1))})
	}
	return out, true
}

func echoes(n *event.NetworkActivity, first uint64) (out []Frame) {
	count := min(max(n.Orig.Packets, 1), maxEchoes)
	same := n.Orig.Payload == n.Resp.Payload && n.Orig.Payload == first*n.Orig.Packets
	rest := n.Orig.Payload / max(n.Orig.Packets, 1)
	for i := range count {
		at := n.Start.Add(n.End.Sub(n.Start) * time.Duration(i) / time.Duration(count))
		size, id := rest, uint32(n.FlowID)<<16|uint32(i+1)
		if i == 0 && first > 0 {
			size = first
		}
		ask := noise(min(size, 1400), i)
		answer := ask
		if !same {
			answer = noise(min(n.Resp.Payload/max(n.Resp.Packets, 1), 1400), i+1)
		}
		out = append(out, Frame{at, icmp(n.Src, n.Dst, 8, 0, id, ask)})
		if n.Resp.Packets > 0 {
			out = append(out, Frame{at.Add(time.Millisecond), icmp(n.Dst, n.Src, 0, 0, id, answer)})
		}
	}
	return out
}

var dnsTypes = map[string]dnsmessage.Type{"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "TXT": dnsmessage.TypeTXT, "CNAME": dnsmessage.TypeCNAME, "MX": dnsmessage.TypeMX,
	"NS": dnsmessage.TypeNS, "SOA": dnsmessage.TypeSOA, "PTR": dnsmessage.TypePTR, "SRV": dnsmessage.TypeSRV, "NULL": 10, "ANY": 255, "AXFR": 252, "IXFR": 251}

var dnsCodes = map[string]dnsmessage.RCode{"": 0, "NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}

// dnsMessage is a message of DNS (RFC 1035) or LLMNR (RFC 4795).
func dnsMessage(e *event.DNSActivity) ([]byte, bool) {
	if e.Service == "nbns" {
		return NetBIOS(e), true
	}
	kind, known := dnsTypes[e.Type]
	if n, err := strconv.ParseUint(strings.TrimPrefix(e.Type, "TYPE"), 10, 16); !known && err == nil {
		kind, known = dnsmessage.Type(n), true
	}
	code, fine := dnsCodes[e.RCode]
	name, err := dnsmessage.NewName(e.Query + ".")
	if !known || !fine || err != nil || e.Op != "" || e.Service != "dns" && e.Service != "llmnr" || strings.Contains(e.Query, `\`) {
		return nil, false
	}
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: e.TxID, RecursionDesired: e.Service == "dns", RCode: code, Response: e.Activity == event.DNSResponse},
		Questions: []dnsmessage.Question{{Name: name, Type: kind, Class: dnsmessage.ClassINET}}}
	m.RecursionAvailable = m.Response && e.Service == "dns"
	for _, a := range e.Answers {
		r, good := resource(a, name)
		if !good {
			return nil, false
		}
		m.Answers = append(m.Answers, r)
	}
	if short := e.Bytes - 40 - len(e.Query); m.Response && len(m.Answers) == 0 && short > 1000 { // a huge record of the kind that was asked for
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET}, Body: &dnsmessage.UnknownResource{Type: kind, Data: noise(uint64(short), 1)}}}
	}
	b, err := m.Pack()
	return b, err == nil
}

func resource(a event.DNSAnswer, asked dnsmessage.Name) (r dnsmessage.Resource, ok bool) {
	name, err := dnsmessage.NewName(a.Name + ".")
	if a.Name == "" {
		name, err = asked, nil
	}
	if err != nil {
		return r, false
	}
	r.Header = dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: a.TTL}
	switch a.Type {
	case "A", "AAAA":
		ip, err := netip.ParseAddr(a.Data)
		switch {
		case err != nil:
			return r, false
		case ip.Is4():
			r.Body = &dnsmessage.AResource{A: ip.As4()}
		default:
			r.Body = &dnsmessage.AAAAResource{AAAA: ip.As16()}
		}
	case "TXT":
		t := &dnsmessage.TXTResource{}
		for s := a.Data; ; s = s[255:] {
			t.TXT = append(t.TXT, s[:min(len(s), 255)])
			if len(s) <= 255 {
				break
			}
		}
		r.Body = t
	case "CNAME":
		n, err := dnsmessage.NewName(a.Data + ".")
		if err != nil {
			return r, false
		}
		r.Body = &dnsmessage.CNAMEResource{CNAME: n}
	default:
		raw, err := hex.DecodeString(a.Data)
		if err != nil {
			raw = []byte(a.Data)
		}
		r.Body = &dnsmessage.UnknownResource{Type: dnsTypes[a.Type], Data: raw}
	}
	return r, r.Header.Type == 0
}

// dhcpMessage is a DISCOVER or REQUEST of a client (RFC 2131), as a frame.
func dhcpMessage(e *event.DHCPActivity) ([]byte, bool) {
	kind := map[string]byte{"DISCOVER": 1, "REQUEST": 3}[e.Message]
	if kind == 0 || e.ClientMAC.IsZero() {
		return nil, false
	}
	b := make([]byte, 236, 300)
	b[0], b[1], b[2] = 1, 1, 6
	binary.BigEndian.PutUint32(b[4:], e.XID)
	copy(b[28:], e.ClientMAC[:])
	b = append(b, 0x63, 0x82, 0x53, 0x63, 53, 1, kind)
	if e.Hostname != "" && len(e.Hostname) < 64 {
		b = append(append(b, 12, byte(len(e.Hostname))), e.Hostname...)
	}
	b = append(b, 255)
	src := event.Endpoint{IP: netip.IPv4Unspecified(), Port: 68, MAC: e.ClientMAC}
	return udp(src, event.Endpoint{IP: netip.AddrFrom4([4]byte{255, 255, 255, 255}), Port: 67}, b), true
}
