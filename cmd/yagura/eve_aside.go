package main

import (
	"sync"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// aside writes EVE lines on a goroutine of its own, so that who judges the events need not wait for it.
type aside struct {
	out     *eve.Writer
	next    []event.Event
	batches chan []event.Event
	spare   chan []event.Event
	ended   sync.WaitGroup
	err     error // of the goroutine, until close
}

// How many events go over at a time, and how many such batches may wait.
const (
	asideBatch = 256
	asideAhead = 16
)

// newAside begins to write to out, which must not be used until close.
func newAside(out *eve.Writer) *aside {
	a := &aside{out: out, batches: make(chan []event.Event, asideAhead), spare: make(chan []event.Event, asideAhead)}
	a.ended.Go(a.run)
	return a
}

// event has e written, behind those before it.
func (a *aside) event(e event.Event) {
	if a.next = append(a.next, e); len(a.next) == asideBatch {
		a.hand()
	}
}

func (a *aside) hand() {
	a.batches <- a.next
	select {
	case a.next = <-a.spare:
	default:
		a.next = make([]event.Event, 0, asideBatch)
	}
}

func (a *aside) run() {
	for list := range a.batches {
		for i, e := range list {
			if a.err == nil {
				a.err = a.out.Event(e)
			}
			list[i] = nil
		}
		select {
		case a.spare <- list[:0]:
		default:
		}
	}
}

// close writes the rest and gives the first error.
func (a *aside) close() error {
	a.hand()
	close(a.batches)
	a.ended.Wait()
	return a.err
}
