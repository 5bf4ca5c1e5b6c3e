package event

// Anomaly is something wrong with a packet, a stream or a transaction, by the names that rules have for it.
type Anomaly struct {
	Header
	Conn            // Src sent the packet
	Kind     string // decode stream applayer
	Name     string // as rules name it: ipv4.trunc_pkt, stream.…, http.…
	App      string // of applayer
	TxID     int64  // transaction, -1 = none
	ToServer bool
}

// Class is 4001.
func (*Anomaly) Class() Class { return ClassNetworkActivity }
