package event

// TaggedPacket is a packet that a rule wants to be kept, beside the one that it matched (tag).
type TaggedPacket struct {
	Header
	Conn         // Src sent the packet
	Link  uint16 // LINKTYPE of Frame: 1 Ethernet, 101 raw
	Frame []byte // the packet from its link header on, at most 64 KiB
}

// Class is 4001.
func (*TaggedPacket) Class() Class { return ClassNetworkActivity }
