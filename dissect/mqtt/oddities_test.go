package mqtt

import (
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

const (
	hello    = "\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"
	accepted = "\x20\x03\x00\x00\x00"
)

func TestPacketsOutOfPlace(t *testing.T) {
	for name, says := range map[string][]flowtest.Say{
		"":                          {flowtest.Up(hello), flowtest.Down(accepted), flowtest.Up("\x30\x04\x00\x01a\x00"), flowtest.Up("\xc0\x00"), flowtest.Up("\xe0\x00")},
		"mqtt.double_connect":       {flowtest.Up(hello), flowtest.Down(accepted), flowtest.Up(hello)},
		"mqtt.missing_publish":      {flowtest.Up(hello), flowtest.Down(accepted), flowtest.Down("\x40\x02\x00\x01")},
		"mqtt.missing_subscribe":    {flowtest.Up(hello), flowtest.Down(accepted), flowtest.Down("\x90\x04\x00\x01\x00\x00")},
		"mqtt.missing_unsubscribe":  {flowtest.Up(hello), flowtest.Down(accepted), flowtest.Down("\xb0\x04\x00\x01\x00\x00")},
		"mqtt.unintroduced_message": {flowtest.Up(hello), flowtest.Up("\x30\x04\x00\x01a\x00")},
		"mqtt.invalid_qos_level":    {flowtest.Up(hello), flowtest.Down(accepted), flowtest.Up("\x36\x06\x00\x01a\x00\x01\x00")},
		"mqtt.unassigned_msg_type":  {flowtest.Up(hello), flowtest.Down(accepted), flowtest.Up("\x00\x00")},
	} {
		got := flowtest.Odd(t, 1883, false, says, Protocol)
		if want := name != ""; slices.Contains(got, name) != want || len(got) > 1 {
			t.Errorf("%q: %q", name, got)
		}
	}
}

func TestRecordOfAnExchange(t *testing.T) {
	says := []flowtest.Say{flowtest.Up(hello), flowtest.Down(accepted), flowtest.Up("\x82\x07\x00\x05\x00\x00\x01a\x01"), flowtest.Down("\x90\x04\x00\x05\x00\x01")}
	var names []string
	for _, e := range flowtest.Detailed(1883, false, says, Protocol) {
		if r, ok := e.(*event.Record); ok {
			for _, n := range r.Body.In {
				names = append(names, n.Name)
			}
			names = append(names, "|")
		}
	}
	if want := []string{"connect", "connack", "|", "subscribe", "suback", "|"}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
}

func TestTooMany(t *testing.T) {
	says := []flowtest.Say{flowtest.Up(hello), flowtest.Down(accepted), flowtest.Up(strings.Repeat("\x82\x07\x00\x05\x00\x00\x01a\x01", 3000))}
	if got := flowtest.Odd(t, 1883, false, says, Protocol); !slices.Equal(got, []string{"mqtt.too_many_transactions"}) {
		t.Errorf("%q", got)
	}
}

// TestNumbersOfBothSides: client and server give packets the same numbers; each answers the other's.
func TestNumbersOfBothSides(t *testing.T) {
	const topic = "\x00\x01a\x00\x01\x00" // number 1
	says := []flowtest.Say{flowtest.Up(hello), flowtest.Down(accepted),
		flowtest.Up("\x32\x07" + topic + "u"), flowtest.Down("\x34\x07" + topic + "d"),
		flowtest.Up("\x50\x02\x00\x01"), flowtest.Down("\x62\x02\x00\x01"), flowtest.Down("\x40\x02\x00\x01"), flowtest.Up("\x70\x02\x00\x01")}
	if got := exchanges(says); got != "connect connack|publish puback|publish pubrec pubrel pubcomp" {
		t.Error(got)
	}
	if odd := flowtest.Odd(t, 1883, false, says, Protocol); len(odd) > 0 {
		t.Errorf("%q", odd)
	}
}

// TestGapWithinALongMessage: what is lost of a message that is passed over does not end the reading.
func TestGapWithinALongMessage(t *testing.T) {
	p := Protocol.Stream(&dissect.Flow{Emit: func(event.Event) {}})
	long := "\x30\xff\xff\x7f" // a PUBLISH of 2 MiB - 1
	if n, err := p.Data(dissect.Resp, []byte(long)); n != len(long) || err != nil {
		t.Fatal(n, err)
	}
	const size = 1<<21 - 1
	if err := p.Gap(dissect.Resp, size-3); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Data(dissect.Resp, []byte("end\xd0")); n != 3 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if err := p.Gap(dissect.Resp, 1); err != nil {
		t.Error(err)
	}
	if n, err := p.Data(dissect.Resp, []byte("of what was lost")); n != 16 || err != nil {
		t.Errorf("%d %v", n, err)
	}
}

// Packets of a connection that stays for months: a report of a sensor, a question whether the other side is there, an order.
const (
	report = "\x30\x0d\x00\x08town/spd42\n"
	ping   = "\xc0\x00"
	order  = "\x82\x0b\x00\x07\x00\x06town/#\x01"
)

// TestPickedUp reads a connection whose beginning was not seen, and goes on behind a loss, without calling out of place what it cannot know.
func TestPickedUp(t *testing.T) {
	mid := []flowtest.Say{flowtest.Up(report + ping), flowtest.Down("\xd0\x00"), flowtest.Up(order), flowtest.Down("\x90\x03\x00\x07\x01")}
	lossy := append([]flowtest.Say{says[0], says[1], flowtest.Lost(flowtest.Up("\x30\x7f" + strings.Repeat("x", 60))), flowtest.Up("the rest of it")}, mid...)
	const told = "publish|pingreq|pingresp|subscribe suback"
	if got := exchanges(mid); got != told {
		t.Errorf("picked up: %s", got)
	}
	if got := exchanges(lossy); got != "connect connack|pingresp|publish|pingreq|subscribe suback" { // the answer came first
		t.Errorf("behind a loss: %s", got)
	}
	if odd := flowtest.Odd(t, 1883, false, lossy, Protocol); len(odd) > 0 {
		t.Errorf("%q", odd)
	}
}

// exchanges are the records of a conversation by the packets that they hold.
func exchanges(says []flowtest.Say) string {
	var got []string
	for _, e := range flowtest.Detailed(1883, false, says, Protocol) {
		if r, ok := e.(*event.Record); ok {
			var names []string
			for _, n := range r.Body.In {
				names = append(names, n.Name)
			}
			got = append(got, strings.Join(names, " "))
		}
	}
	return strings.Join(got, "|")
}

func TestBegins(t *testing.T) {
	for b, want := range map[string]bool{report: true, report + ping: true, ping + "\x00": false, "\xd0\x00": false, "\x32\x04\x00\x02\xff\xfe": false, "\x36\x06\x00\x02ab\x00\x01": false,
		"GET / HTTP/1.1\r\n": false, "\x16\x03\x01\x00\x13\x00\x00": false, report[:5]: false, "\x00\x00": false} {
		if got := begins(dissect.Orig, []byte(b)); got != want {
			t.Errorf("%q: %v", b, got)
		}
	}
}
