package eve

import "github.com/yagura-project/yagura/event"

// tagged writes a packet that a rule wants to be kept.
func (w *Encoder) tagged(p *event.TaggedPacket) {
	if !w.begin(Packet, &p.Header, &p.Conn, forward) {
		return
	}
	w.o.str("pkt_src", "wire/pcap")
	w.base64("packet", p.Frame)
	w.linkType(p.Link)
	w.finish()
}

// linkType writes how the bytes of a packet begin.
func (w *Encoder) linkType(link uint16) {
	w.o.open("packet_info")
	w.o.num("linktype", uint64(link))
	w.o.close()
}
