package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/store"
)

// judge takes the sensor's events one by one: who it was, what it means, and
// to the shelf. It is a service.Part.
type judge struct {
	events    <-chan event.Event
	inventory *asset.Inventory
	engine    *detect.Engine
	telemetry *store.Telemetry
	eve       func(event.Event)   // never waits; nil = nobody
	alerts    *signature.Findings // what rules told, folded; nil without rules
	live      bool                // the capture clock is the wall clock
	voices    map[event.MAC]bool  // with which Yagura itself answers in others' names
	others    <-chan otherAlerts  // what other products say; nil = nobody is listened to
	after     func(func())        // does something once all findings so far are kept
	alerted   atomic.Uint64       // alerts of rules
	stop      chan struct{}
	ended     sync.WaitGroup
}

// Name implements service.Part.
func (j *judge) Name() string { return "judge" }

// Start begins to take events.
func (j *judge) Start(context.Context) error {
	j.stop = make(chan struct{})
	j.ended.Go(j.run)
	return nil
}

// Stop waits until the events that the sensor left behind are judged. The sensor is stopped first, or was never
// started, so that what is queued is all there will be.
func (j *judge) Stop(context.Context) error {
	close(j.stop)
	j.ended.Wait()
	return nil
}

func (j *judge) run() {
	defer j.engine.Close()
	if j.alerts != nil {
		defer j.alerts.Close()
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	events := j.events
	for {
		select {
		case e, ok := <-events:
			switch {
			case ok:
				j.take(e)
			case j.others == nil:
				return
			default: // the sensor has ended; other products may still speak
				events = nil
			}
		case l := <-j.others:
			j.hear(l)
		case <-j.stop:
			j.rest()
			return
		case now := <-tick.C:
			if j.live && len(events) == 0 {
				j.engine.Advance(now.UTC())
			}
		}
	}
}

func (j *judge) take(e event.Event) {
	switch a := e.(type) {
	case *event.Alert:
		j.alerted.Add(1)
		j.alerts.Add(a)
	case *event.Anomaly, *event.Record, *event.TaggedPacket: // for EVE alone
	default:
		if !j.ours(e) {
			j.inventory.Observe(e)
			j.engine.Observe(e)
		}
		j.telemetry.Append(e)
	}
	if j.eve != nil {
		j.eve(e)
	}
}

// hear takes what other products said.
func (j *judge) hear(l otherAlerts) {
	for _, e := range l.events {
		j.take(e)
	}
	j.after(l.done)
}

// rest takes what is still queued.
func (j *judge) rest() {
	events := j.events
	for {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			j.take(e)
		case l := <-j.others:
			j.hear(l)
		default:
			return
		}
	}
}

// namer stamps telemetry with the machine behind an address.
type namer struct {
	inventory *asset.Inventory
	home      homeNetworks
}

// Who implements store.Namer.
func (n namer) Who(e event.Endpoint, at time.Time) store.Who {
	if !e.IP.IsValid() || !n.home.Contains(e.IP) {
		return store.Who{}
	}
	d := n.inventory.Device(e.IP, at)
	return store.Who{Device: d.UID, Host: d.Hostname, User: d.User, Zone: d.Zone, Home: true}
}
