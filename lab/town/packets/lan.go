package packets

import (
	"net"
	"strings"

	"github.com/gopacket/gopacket/layers"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/event"
)

func (w *Writer) arp(e *event.NetworkActivity) {
	a := e.ARP
	dst := net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	w.emit(&layers.Ethernet{SrcMAC: mac(a.Sender), DstMAC: dst, EthernetType: layers.EthernetTypeARP},
		&layers.ARP{AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4, Operation: a.Op,
			SourceHwAddress: mac(a.Sender), SourceProtAddress: a.SenderIP.AsSlice(), DstHwAddress: make([]byte, 6), DstProtAddress: a.TargetIP.AsSlice()})
}

var dhcpTypes = map[string]layers.DHCPMsgType{"DISCOVER": layers.DHCPMsgTypeDiscover, "OFFER": layers.DHCPMsgTypeOffer, "REQUEST": layers.DHCPMsgTypeRequest, "ACK": layers.DHCPMsgTypeAck}

func (w *Writer) dhcp(e *event.DHCPActivity) {
	f := &flow{Conn: e.Conn}
	d, op := up, layers.DHCPOpRequest
	if e.Message == "OFFER" || e.Message == "ACK" {
		d, op = down, layers.DHCPOpReply
	}
	m := &layers.DHCPv4{Operation: op, HardwareType: layers.LinkTypeEthernet, HardwareLen: 6, Xid: e.XID, ClientHWAddr: mac(e.ClientMAC),
		ClientIP: net.IPv4zero.To4(), YourClientIP: net.IPv4zero.To4(), NextServerIP: net.IPv4zero.To4(), RelayAgentIP: net.IPv4zero.To4()}
	if e.YourIP.IsValid() {
		m.YourClientIP = e.YourIP.AsSlice()
	}
	add := func(t layers.DHCPOpt, b []byte) { m.Options = append(m.Options, layers.NewDHCPOption(t, b)) }
	add(layers.DHCPOptMessageType, []byte{byte(dhcpTypes[e.Message])})
	if e.RequestedIP.IsValid() {
		add(layers.DHCPOptRequestIP, e.RequestedIP.AsSlice())
	}
	if e.ServerIP.IsValid() {
		add(layers.DHCPOptServerID, e.ServerIP.AsSlice())
	}
	if d == up {
		add(layers.DHCPOptHostname, []byte(e.Hostname))
		add(layers.DHCPOptClassID, []byte(e.Vendor))
	}
	for _, r := range e.Routers {
		add(layers.DHCPOptRouter, r.AsSlice())
	}
	if e.LeaseSec > 0 {
		add(layers.DHCPOptLeaseTime, []byte{byte(e.LeaseSec >> 24), byte(e.LeaseSec >> 16), byte(e.LeaseSec >> 8), byte(e.LeaseSec)})
	}
	add(layers.DHCPOptEnd, nil)
	eth, ip := f.network(d, layers.IPProtocolUDP)
	src, dst := f.sides(d)
	u := &layers.UDP{SrcPort: layers.UDPPort(src.Port), DstPort: layers.UDPPort(dst.Port)}
	_ = u.SetNetworkLayerForChecksum(ip)
	w.emit(eth, ip, u, m)
}

var dnsTypes = map[string]dnsmessage.Type{"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "TXT": dnsmessage.TypeTXT, "CNAME": dnsmessage.TypeCNAME, "PTR": dnsmessage.TypePTR,
	"SRV": dnsmessage.TypeSRV, "NULL": 10, "HTTPS": 65, "NB": 32}

// dns writes one message; LLMNR has the same shape (RFC 4795 §2.1).
func (w *Writer) dns(e *event.DNSActivity) {
	if e.Service == "nbns" {
		w.netbios(e)
		return
	}
	name, err := dnsmessage.NewName(strings.TrimSuffix(e.Query, ".") + ".")
	if err != nil {
		w.left++
		return
	}
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: e.TxID, RecursionDesired: true}, Questions: []dnsmessage.Question{{Name: name, Type: dnsTypes[e.Type], Class: dnsmessage.ClassINET}}}
	d := up
	if e.Activity == event.DNSResponse {
		d = down
		m.Response, m.RecursionAvailable = true, true
		if e.RCode == "NXDOMAIN" {
			m.RCode = dnsmessage.RCodeNameError
		}
		for _, a := range e.Answers {
			if r, ok := resource(name, a); ok {
				m.Answers = append(m.Answers, r)
			}
		}
	}
	b, err := m.Pack()
	if err != nil {
		w.left++
		return
	}
	w.datagram(w.flow(&e.Conn), d, b)
}

// netbios writes one message of the NetBIOS name service.
func (w *Writer) netbios(e *event.DNSActivity) {
	d := up
	if e.Activity == event.DNSResponse {
		d = down
	}
	w.datagram(w.flow(&e.Conn), d, forge.NetBIOS(e))
}

func resource(name dnsmessage.Name, a event.DNSAnswer) (r dnsmessage.Resource, ok bool) {
	r.Header = dnsmessage.ResourceHeader{Name: name, Type: dnsTypes[a.Type], Class: dnsmessage.ClassINET, TTL: a.TTL}
	target, err := dnsmessage.NewName(strings.TrimSuffix(a.Data, ".") + ".")
	switch a.Type {
	case "A":
		ip := net.ParseIP(a.Data).To4()
		if ip == nil {
			return r, false
		}
		r.Body = &dnsmessage.AResource{A: [4]byte(ip)}
	case "TXT":
		r.Body = &dnsmessage.TXTResource{TXT: []string{a.Data}}
	case "CNAME":
		r.Body = &dnsmessage.CNAMEResource{CNAME: target}
	case "PTR":
		r.Body = &dnsmessage.PTRResource{PTR: target}
	case "SRV":
		r.Body = &dnsmessage.SRVResource{Port: 389, Target: target}
	case "NULL":
		r.Body = &dnsmessage.UnknownResource{Type: 10, Data: []byte(a.Data)}
	default:
		return r, false
	}
	return r, err == nil || a.Type == "A" || a.Type == "TXT" || a.Type == "NULL"
}
