package eve

import (
	"math/bits"
	"strconv"
	"time"

	"github.com/yagura-project/yagura/event"
)

// way says which side stands as the source of a line.
type way bool

const (
	forward way = false // the client
	back    way = true  // the server: it sent what the line is about
)

// begin opens a line with what all of them have, the client first. It reports false, and writes nothing, when nobody asked for
// lines of that kind.
func (w *Encoder) begin(k Kind, h *event.Header, c *event.Conn, d way) bool {
	if !w.opt.Types.Has(k) || h.Hushed {
		return false
	}
	w.start(k, h.Time, c.FlowID)
	o := &w.o
	if h.Packet != 0 && k != Flow && k != NetFlow && k != Alert {
		o.num("pcap_cnt", h.Packet)
	}
	if c.VLAN != 0 {
		o.list("vlan")
		o.b = strconv.AppendUint(o.b, uint64(c.VLAN), 10)
		for _, v := range c.Inner {
			if v != 0 {
				o.comma()
				o.b = strconv.AppendUint(o.b, uint64(v), 10)
			}
		}
		o.endList()
	}
	if d == back {
		w.endpoints(c, &c.Dst, &c.Src)
	} else {
		w.endpoints(c, &c.Src, &c.Dst)
	}
	w.version(c)
	if k != Flow && k != NetFlow && k != Alert { // of a packet; alerts tell more of it
		o.word("pkt_src", h.Source.String())
	}
	if w.opt.Ethernet {
		w.ether(k, c, d)
	}
	if w.opt.CommunityID && c.Src.IP.IsValid() && c.Dst.IP.IsValid() {
		o.key("community_id")
		o.b = w.ids.append(o.b, c, w.opt.Seed)
	}
	return true
}

// ether writes MAC addresses: of a flow as lists, as Suricata does, each with the address that was seen first.
func (w *Encoder) ether(k Kind, c *event.Conn, d way) {
	src, dst := c.Src.MAC, c.Dst.MAC
	if d == back {
		src, dst = dst, src
	}
	if src.IsZero() && dst.IsZero() {
		return
	}
	o := &w.o
	o.open("ether")
	if k == Flow || k == NetFlow {
		o.texts("dest_macs", []string{dst.String()})
		o.texts("src_macs", []string{src.String()})
	} else {
		o.str("dest_mac", dst.String())
		o.str("src_mac", src.String())
	}
	o.close()
}

// start opens a line that may have no conversation.
func (w *Encoder) start(k Kind, at time.Time, flow uint64) {
	o := &w.o
	o.b = append(o.b, `{"timestamp":`...)
	o.b = w.time.stamp(o.b, at)
	if flow != 0 {
		o.num("flow_id", w.flowID(flow))
	}
	o.text("in_iface", w.opt.Interface)
	o.word("event_type", kinds[k])
}

// finish ends a line.
func (w *Encoder) finish() { w.o.b = append(w.o.b, '}', '\n') }

func (w *Encoder) endpoints(c *event.Conn, src, dst *event.Endpoint) {
	o := &w.o
	if !src.IP.IsValid() && !dst.IP.IsValid() {
		return
	}
	ports := hasPorts(c.Proto)
	if src.IP.IsValid() {
		o.ip("src_ip", src.IP)
		if ports {
			o.num("src_port", uint64(src.Port))
		}
	}
	if dst.IP.IsValid() {
		o.ip("dest_ip", dst.IP)
		if ports {
			o.num("dest_port", uint64(dst.Port))
		}
	}
	o.key("proto")
	o.b = append(o.b, '"')
	o.b = appendProto(o.b, c.Proto)
	o.b = append(o.b, '"')
	if c.Proto == event.ProtoICMP || c.Proto == event.ProtoICMPv6 {
		o.num("icmp_type", uint64(c.Src.Port>>8))
		o.num("icmp_code", uint64(c.Src.Port&0xff))
	}
}

// version writes the version of IP.
func (w *Encoder) version(c *event.Conn) {
	switch {
	case c.Src.IP.Is4() || c.Dst.IP.Is4():
		w.o.num("ip_v", 4)
	case c.Src.IP.IsValid() || c.Dst.IP.IsValid():
		w.o.num("ip_v", 6)
	}
}

// flowID fits into the 53 bits that readers of JSON keep, differs between flows and does not count them.
func (w *Encoder) flowID(id uint64) uint64 {
	hi, lo := bits.Mul64(id^w.opt.Salt, 0x9e3779b97f4a7c15)
	return (hi^lo)>>11 | 1
}

const (
	protoIPIP = event.Proto(4)
	protoIGMP = event.Proto(2)
	protoSCTP = event.Proto(132)
	protoDCCP = event.Proto(33)
	protoLite = event.Proto(136)
)

func hasPorts(p event.Proto) bool {
	return p == event.ProtoTCP || p == event.ProtoUDP || p == protoSCTP || p == protoDCCP || p == protoLite
}

// appendProto writes the protocol as Suricata names it: by IANA's keyword, or as a number of three digits.
func appendProto(b []byte, p event.Proto) []byte {
	switch p {
	case event.ProtoTCP:
		return append(b, "TCP"...)
	case event.ProtoUDP:
		return append(b, "UDP"...)
	case event.ProtoICMP:
		return append(b, "ICMP"...)
	case event.ProtoARP:
		return append(b, "ARP"...)
	}
	if name := protoNames[p]; name != "" {
		return append(b, name...)
	}
	return append(b, '0'+byte(p/100%10), '0'+byte(p/10%10), '0'+byte(p%10))
}

// protoNames are keywords of IANA's table of protocol numbers, as Debian's /etc/protocols spells them.
var protoNames = map[event.Proto]string{
	0: "HOPOPT", protoIGMP: "IGMP", 3: "GGP", protoIPIP: "IP-in-IP", 5: "ST", 7: "CBT", 8: "EGP", 9: "IGP", 12: "PUP", 20: "HMP", 22: "XNS-IDP", 27: "RDP", 29: "ISO-TP4",
	protoDCCP: "DCCP", 36: "XTP", 37: "DDP", 38: "IDPR-CMTP", 41: "IPv6", 43: "IPv6-Route", 44: "IPv6-Frag", 45: "IDRP", 46: "RSVP", 47: "GRE", 50: "ESP", 51: "AH", 55: "MOBILE",
	57: "SKIP", event.ProtoICMPv6: "IPv6-ICMP", 59: "IPv6-NoNxt", 60: "IPv6-Opts", 73: "CPHB", 81: "VMTP", 88: "EIGRP", 89: "OSPFIGP", 93: "AX.25", 94: "IPIP", 97: "ETHERIP",
	98: "ENCAP", 103: "PIM", 108: "IPComp", 112: "VRRP", 115: "L2TP", 124: "ISIS", protoSCTP: "SCTP", 133: "FC", 135: "Mobility-Header", protoLite: "UDPLite", 137: "MPLS-in-IP",
	138: "manet", 139: "HIP", 140: "Shim6", 141: "WESP", 142: "ROHC",
}
