// Package town plays a municipality of any size for any number of days, with its ordinary life and, where wanted, with
// intruders: as events in order of time, in constant memory, the same for the same seed.
package town

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/attack"
	"github.com/yagura-project/yagura/lab/town/life"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// Options say which town.
type Options struct {
	Seed    uint64
	PCs     int       // 0: 1,300
	Days    int       // 0: 20
	Start   time.Time // the first day; zero: Monday, 30 March 2026, so that the April move is within
	Attacks func(attack.Attack) bool
	Quiet   bool // no attacks at all
	Silent  bool // no ordinary life at all
}

func (o Options) withDefaults() Options {
	if o.PCs == 0 {
		o.PCs = 1300
	}
	if o.Days == 0 {
		o.Days = 20
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 3, 30, 0, 0, 0, 0, stage.JST)
	}
	return o
}

// Town is one town before it is played.
type Town struct {
	*stage.Stage
	Deeds []*attack.Deed // complete after Run
}

// New builds a town and puts everything on the stage.
func New(o Options) *Town {
	o = o.withDefaults()
	t := &Town{Stage: stage.New(stage.Build(o.Seed, o.PCs, o.Start), o.Seed, o.Days)}
	if !o.Silent {
		life.Start(t.Stage)
	}
	if !o.Quiet {
		t.Deeds = attack.Plan(t.Stage, o.Attacks)
	}
	return t
}

// Play is Run with what the sensor sees counted.
func (t *Town) Play(out func(event.Event)) (events, flows uint64) {
	t.Run(func(e event.Event) {
		events++
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity == event.FlowOpen {
			flows++
		}
		out(e)
	})
	return events, flows
}
