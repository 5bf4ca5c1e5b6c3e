package snmp

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// asked is the message at hand, of which an alert may tell: its packet is still there when rules have looked.
type asked struct {
	p   *parser
	dir dissect.Dir
	m   message
}

// Said is what an alert tells of a message.
func (a *asked) Said() event.Event { return a.p.about(a.dir, &a.m) }
