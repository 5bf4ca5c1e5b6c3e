package flowtest

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Each is an Inspector that wants every buffer and gives each transaction that is shown to do.
func Each(do func(*wire.Tx)) wire.Inspector { return each{do: do} }

type each struct {
	eager
	do func(*wire.Tx)
}

func (e each) Tx(_ *wire.Flow, t *wire.Tx) { e.do(t) }

// eager wants everything, and makes nothing of it.
type eager struct{}

func (eager) Wants(wire.Buffer) bool                                            { return true }
func (eager) Stream(*wire.Flow, dissect.Dir, []byte)                            {}
func (eager) Gap(*wire.Flow, dissect.Dir, int)                                  {}
func (eager) Packet(*wire.Packet, *wire.Flow, dissect.Dir, int64, uint64, bool) {}
func (eager) Close(*wire.Flow, int64)                                           {}
func (eager) Tx(*wire.Flow, *wire.Tx)                                           {}
