package rule

// String is the first word of the rule.
func (a Action) String() string {
	switch a {
	case Alert:
		return "alert"
	case Pass:
		return "pass"
	case Drop:
		return "drop"
	case Reject:
		return "reject"
	case Config:
		return "config"
	}
	return ""
}

var carrierNames = [...]string{
	AnyIP: "ip", IPv4Only: "ipv4", IPv6Only: "ipv6", TCP: "tcp", TCPPacket: "tcp-pkt", TCPStream: "tcp-stream", UDP: "udp", ICMP: "icmp",
	ICMPv4: "icmpv4", ICMPv6: "icmpv6", SCTP: "sctp", IGMP: "igmp", GRE: "gre", ESP: "esp", AH: "ah", ARP: "arp", Ether: "ether", AnyFrame: "pkthdr",
}

// String is the protocol of the header.
func (c Carrier) String() string {
	if int(c) < len(carrierNames) {
		return carrierNames[c]
	}
	return ""
}

// Protocol is the protocol of the header as written.
func (h *Header) Protocol() string {
	if h.App != "" {
		return h.App
	}
	return h.Carrier.String()
}
