package detect

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Say makes one sentence in both languages with the same numbers.
func Say(ja, en string, args ...any) event.Text {
	return event.Text{JA: fmt.Sprintf(ja, args...), EN: fmt.Sprintf(en, args...)}
}

// Because is one reason: its name, the number, the threshold that it was held against, and the sentence.
func Because(name string, value, threshold float64, unit string, text event.Text) event.Reason {
	return event.Reason{Name: name, Text: text, Value: value, Threshold: threshold, Unit: unit}
}

// Seen is one conversation as evidence.
func Seen(at time.Time, c *event.Conn, name string) event.Evidence {
	return event.Evidence{Time: at, Src: c.Src, Dst: c.Dst, FlowID: c.FlowID, Name: name}
}

// At is an endpoint as "address port 445", or the address alone.
func At(e event.Endpoint) string {
	if e.Port == 0 {
		return e.IP.String()
	}
	return fmt.Sprintf("%s:%d", e.IP, e.Port)
}

// Device is the machine of an endpoint, for the engine to complete.
func Device(e event.Endpoint) event.Device { return event.Device{IP: e.IP} }
