package detect

import "github.com/yagura-project/yagura/event"

// handedOut is from where systems hand out ports to clients: Linux from here on, Windows and others from 49152 (RFC 6335 §6).
const handedOut = 32768

// turned sets a conversation right whose beginning was not seen: the sensor takes the first sender for the client, as others
// do; but a port that no system hands out, facing one that all do, is the server's. Orders of a remote control that come
// mid-stream would else look as if the outside had called.
func turned(e event.Event) event.Event {
	a, ok := e.(*event.NetworkActivity)
	if !ok || !a.Midstream || a.Proto != event.ProtoTCP || a.Src.Port >= handedOut || a.Dst.Port < handedOut || a.App != "" {
		return e
	}
	b := *a
	b.Src, b.Dst, b.Orig, b.Resp, b.FlagsOrig, b.FlagsResp = a.Dst, a.Src, a.Resp, a.Orig, a.FlagsResp, a.FlagsOrig
	return &b
}
