package dissect

import "github.com/yagura-project/yagura/event"

// opaque counts bytes of a flow that are encrypted.
func (a *Analyzer) opaque(f *flow, n uint64) {
	if n == 0 {
		return
	}
	a.stats.OpaqueBytes += n
	f.sealed += n
	switch {
	case f.app == "smb":
		a.stats.Blind.SMB += n
	case f.tls != nil, f.app == "tls", f.app == "ssl", f.app == "quic":
		a.stats.Blind.TLS += n
	default:
		a.stats.Blind.Encrypted += n
	}
}

// overlook counts what of a flow's content was not looked into since it was last asked. What is encrypted is counted elsewhere.
func (a *Analyzer) overlook(f *flow) {
	p := event.Proto(f.key.proto)
	if p != event.ProtoTCP && p != event.ProtoUDP {
		return
	}
	all := f.payload[Orig] + f.payload[Resp]
	reason, read := &a.stats.Blind.Unparsed, f.sealed
	switch {
	case p == event.ProtoTCP && f.oneSided():
		reason = &a.stats.Blind.OneSided
	case f.app == "" || f.unread:
		read = max(f.sealed, f.known)
	default:
		return
	}
	if done := read + f.overlooked; all > done {
		*reason += all - done
		f.overlooked += all - done
	}
}

// oneSided reports that nobody answers what was said: the mirror shows one direction only.
func (f *flow) oneSided() bool { return f.packets[Orig] == 0 || f.packets[Resp] == 0 }

// sides counts an ended connection with content for its VLAN.
func (a *Analyzer) sides(f *flow) {
	if event.Proto(f.key.proto) != event.ProtoTCP || f.payload[Orig]+f.payload[Resp] == 0 {
		return
	}
	if a.vlans == nil {
		a.vlans = map[uint16]event.VLANFlows{}
	}
	v := a.vlans[f.key.vlan]
	v.Flows++
	if f.oneSided() {
		v.OneSided++
	}
	a.vlans[f.key.vlan], a.vlanNews = v, true
}
