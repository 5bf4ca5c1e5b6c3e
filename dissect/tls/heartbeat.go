package tls

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
)

// heartbeats remembers a request that was not answered yet (RFC 6520).
type heartbeats struct {
	open bool
	by   dissect.Dir
	size int // of its record
}

// heartbeat judges a message in the open: one that promises more payload than it has asks the peer for its memory (CVE-2014-0160).
func (p *parser) heartbeat(dir dissect.Dir, b []byte) {
	const head, padding = 3, 16
	if len(b) < head || b[0] != 1 && b[0] != 2 {
		p.anomaly(dir, "tls.invalid_heartbeat_message")
		return
	}
	if p.beating.open {
		if dir != p.beating.by {
			if len(b) > p.beating.size {
				p.anomaly(dir, "tls.dataleak_heartbeat_mismatch")
			}
			p.beating.open = false
		}
		return
	}
	p.beating = heartbeats{open: true, by: dir, size: len(b)}
	p.anomaly(dir, "tls.heartbeat_message")
	switch payload := int(binary.BigEndian.Uint16(b[1:])); {
	case b[0] != 1:
	case payload == 0 || payload > len(b):
		p.anomaly(dir, "tls.overflow_heartbeat_message")
	case payload+head+padding > len(b):
		p.anomaly(dir, "tls.invalid_heartbeat_message")
	}
}
