package decode

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/capture"
)

// portVXLAN is the destination port of VXLAN (RFC 7348 §5).
const portVXLAN = 4789

// Protocol types in GRE that carry frames (RFC 2784, draft-foschiano-erspan).
const (
	greFrame    = 0x6558 // transparent Ethernet bridging
	greERSPAN12 = 0x88be // ERSPAN type I and II
	greERSPAN3  = 0x22eb
)

// gre looks into RFC 2784/2890 packets of version 0; what it cannot read stays a flow of protocol 47.
func (d *Decoder) gre(p *capture.Packet, l *Layers, b []byte, cut int) error {
	l.Payload, l.Cut = b, cut
	if len(b) < 4 || b[1]&7 != 0 {
		return nil
	}
	if d.deeper() {
		return ErrDepth
	}
	flags, typ := b[0], binary.BigEndian.Uint16(b[2:])
	n := 4
	for _, bit := range []byte{0x80, 0x20, 0x10} { // checksum, key, sequence: four bytes each
		if flags&bit != 0 {
			n += 4
		}
	}
	switch {
	case typ == greERSPAN12 && flags&0x10 != 0: // type II has a header, type I none
		n += 8
	case typ == greERSPAN3:
		n += 12
	}
	if len(b) < n {
		return nil
	}
	switch typ {
	case greFrame, greERSPAN12, greERSPAN3:
		return d.inner(p, l, b[n:], true)
	case etherIPv4, etherIPv6:
		return d.inner(p, l, b[n:], false)
	}
	return nil
}

// vxlan looks into RFC 7348 §5; without the I flag it stays a UDP flow.
func (d *Decoder) vxlan(p *capture.Packet, l *Layers) error {
	b := l.Payload
	if len(b) < 8+14 || b[0] != 0x08 {
		return nil
	}
	if d.deeper() {
		return ErrDepth
	}
	return d.inner(p, l, b[8:], true)
}

// inner reads the frame or the IP packet within; where it is neither, the outer one stands.
func (d *Decoder) inner(p *capture.Packet, l *Layers, b []byte, frame bool) error {
	outer := *l
	l.Kind = None
	err := error(nil)
	if frame {
		err = d.ethernet(p, l, b)
	} else {
		err = d.raw(p, l, b)
	}
	if err != nil || l.Kind == None {
		*l = outer
	}
	return nil
}
