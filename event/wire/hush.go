package wire

import "slices"

// Hush is what rules keep out of EVE of a flow.
type Hush struct {
	Flow bool     // its own record
	All  bool     // its transactions
	txs  []uint32 // some of them: their numbers plus 1
}

// maxHushed bounds the transactions of a flow that are remembered; the oldest is forgotten.
const maxHushed = 1024

// Tx keeps a transaction out.
func (h *Hush) Tx(id uint64) {
	if n := uint32(id + 1); !slices.Contains(h.txs, n) {
		if len(h.txs) == maxHushed {
			h.txs = slices.Delete(h.txs, 0, 1)
		}
		h.txs = append(h.txs, n)
	}
}

// Has reports whether the transaction with that number plus 1 is kept out.
func (h *Hush) Has(number uint32) bool { return h.All || slices.Contains(h.txs, number) }

// Husher is an Inspector whose rules may keep records out of EVE, which therefore wait until it has seen their packet.
type Husher interface{ Hushes() bool }
