package stage

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// Flow is how a conversation goes.
type Flow struct {
	App      string
	Up, Down uint64 // payload bytes
	Packets  uint64 // each way; 0: guessed from the bytes
	Took     time.Duration
	End      event.NetworkActivityID // 0: FlowClose
	TLS      *event.TLS
	Before   string
}

// Handshake of TCP as seen in flags.
const whole = event.FlagSYN | event.FlagACK | event.FlagPSH | event.FlagFIN

// Talk lets the conversation happen: opened now, ended after Took.
func (c *Scene) Talk(k event.Conn, f Flow) {
	start := c.Now()
	open := &event.NetworkActivity{Conn: k, Activity: event.FlowOpen, Start: start, End: start, Orig: event.Volume{Packets: 1, Bytes: 60}}
	if k.Proto == event.ProtoTCP {
		open.FlagsOrig = event.FlagSYN
		open.State = map[event.NetworkActivityID]string{event.FlowFail: "S0", event.FlowRefuse: "REJ"}[f.End] // for who writes frames
	}
	c.Emit(0, open)
	if f.TLS != nil {
		c.Emit(min(40*time.Millisecond, f.Took), &event.NetworkActivity{Conn: k, Activity: event.FlowTraffic, App: "tls", Before: f.Before, Start: start, End: start.Add(40 * time.Millisecond),
			FlagsOrig: event.FlagSYN | event.FlagACK | event.FlagPSH, TLS: f.TLS, Orig: volume(600, 3, k.Proto), Resp: volume(3000, 3, k.Proto)})
		f.App = "tls"
	}
	for at := 5 * time.Minute; at < f.Took; at *= 2 { // a long flow is reported in between
		share := float64(at) / float64(f.Took)
		c.Emit(at, &event.NetworkActivity{Conn: k, Activity: event.FlowTraffic, Interim: true, App: f.App, Before: f.Before, Start: start, End: start.Add(at), TLS: f.TLS, FlagsOrig: event.FlagSYN | event.FlagACK | event.FlagPSH,
			Orig: volume(uint64(share*float64(f.Up)), f.Packets, k.Proto), Resp: volume(uint64(share*float64(f.Down)), f.Packets, k.Proto)})
	}
	c.Emit(f.Took, ended(k, f, start))
}

func volume(payload, packets uint64, p event.Proto) event.Volume {
	head := uint64(28)
	if p == event.ProtoTCP {
		head = 40
	}
	if packets == 0 {
		packets = payload/1400 + 1
		if p == event.ProtoTCP {
			packets += 2
		}
	}
	return event.Volume{Packets: packets, Payload: payload, Bytes: payload + head*packets}
}

func ended(k event.Conn, f Flow, start time.Time) *event.NetworkActivity {
	n := &event.NetworkActivity{Conn: k, Activity: f.End, App: f.App, Before: f.Before, Start: start, End: start.Add(f.Took), TLS: f.TLS, State: "SF"}
	tcp := k.Proto == event.ProtoTCP
	switch f.End {
	case event.FlowFail:
		n.State, n.Orig = "S0", event.Volume{Packets: 1, Bytes: 60, Payload: f.Up}
		if tcp {
			n.FlagsOrig, n.Orig.Packets = event.FlagSYN, 3
		}
		return n
	case event.FlowRefuse:
		n.State, n.Orig, n.Resp = "REJ", event.Volume{Packets: 1, Bytes: 60}, event.Volume{Packets: 1, Bytes: 40}
		n.FlagsOrig, n.FlagsResp = event.FlagSYN, event.FlagRST|event.FlagACK
		return n
	case 0:
		n.Activity = event.FlowClose
	}
	n.Orig, n.Resp = volume(f.Up, f.Packets, k.Proto), volume(f.Down, f.Packets, k.Proto)
	if tcp {
		n.FlagsOrig, n.FlagsResp = whole, whole
		if n.Activity == event.FlowReset {
			n.State = "RSTO"
			n.FlagsOrig |= event.FlagRST
		}
	}
	if !tcp && f.Down == 0 {
		n.State, n.Resp = "S0", event.Volume{}
	}
	return n
}

// Knock is an attempt to connect that fails: refused at once, or without any answer.
func (c *Scene) Knock(k event.Conn, refused bool) {
	if refused {
		c.Talk(k, Flow{End: event.FlowRefuse, Took: 2 * time.Millisecond})
		return
	}
	c.Talk(k, Flow{End: event.FlowFail, Took: 20 * time.Second})
}
