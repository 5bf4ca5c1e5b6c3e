package dissect

// ports says which protocols are usual on a port, and which side of a conversation is the server's.
type ports struct {
	protocols [2]map[uint16][]int // UDP, TCP
	anywhere  []int
	known     [2][1024]uint64 // bitmaps
}

// usual are server ports of protocols that have no parser here (IANA service names).
var usual = []uint16{
	20, 21, 22, 23, 25, 37, 49, 69, 79, 110, 111, 113, 119, 123, 143, 161, 162, 179, 194, 389, 427, 465, 500, 502, 512, 513, 514, 515, 548,
	554, 587, 593, 631, 636, 853, 873, 902, 989, 990, 993, 995, 1080, 1194, 1433, 1434, 1521, 1723, 1812, 1813, 1883, 1900, 2049, 3128,
	3268, 3269, 3306, 3389, 3478, 3702, 4500, 5060, 5061, 5222, 5432, 5900, 5938, 5985, 5986, 6379, 6514, 6667, 8000, 8080, 8443, 8883,
	8888, 9092, 9100, 9200, 9389, 10050, 10051, 11211, 27017,
}

func newPorts(protocols []Protocol) ports {
	p := ports{protocols: [2]map[uint16][]int{{}, {}}}
	for i, proto := range protocols {
		if proto.Anywhere {
			p.anywhere = append(p.anywhere, i)
		}
		for tcp, list := range [][]uint16{proto.UDP, proto.TCP} {
			for _, port := range list {
				p.protocols[tcp][port] = append(p.protocols[tcp][port], i)
				p.mark(tcp, port)
			}
		}
	}
	for _, port := range usual {
		p.mark(0, port)
		p.mark(1, port)
	}
	return p
}

func (p *ports) mark(tcp int, port uint16) { p.known[tcp][port/64] |= 1 << (port % 64) }

func index(tcp bool) int {
	if tcp {
		return 1
	}
	return 0
}

func (p *ports) usual(tcp bool, port uint16) bool {
	return p.known[index(tcp)][port/64]&(1<<(port%64)) != 0
}

// fromServer guesses that a packet without known beginning comes from the server: a usual port tells
// before a low one (RFC 6335 §6), and where both say nothing the sender is the client.
func (p *ports) fromServer(tcp bool, from, to uint16) bool {
	f, t := p.usual(tcp, from), p.usual(tcp, to)
	if f != t {
		return f
	}
	return from < 1024 && to >= 1024
}
