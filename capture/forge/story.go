package forge

import (
	"time"

	"github.com/yagura-project/yagura/event"
)

// story is what the events tell of one TCP connection.
type story struct {
	opened, ended, tls *event.NetworkActivity
	https              []*event.HTTPActivity
	words              []event.Event // of other protocols
}

func read(list []event.Event) (s story, ok bool) {
	for _, e := range list {
		switch e := e.(type) {
		case *event.NetworkActivity:
			if e.TLS != nil {
				s.tls = e
			}
			switch {
			case e.Activity == event.FlowOpen:
				s.opened = e
			case e.Activity.Ended():
				s.ended = e
			}
		case *event.HTTPActivity:
			s.https = append(s.https, e)
		default:
			s.words = append(s.words, e)
		}
	}
	if s.opened == nil {
		s.opened = s.ended
	}
	if s.opened == nil && len(s.words) > 0 { // only what was said is told
		e := s.words[0]
		s.opened = &event.NetworkActivity{Header: event.Header{Time: e.Head().Time.Add(-5 * time.Millisecond)}, Conn: *e.Tuple(), Activity: event.FlowOpen}
	}
	return s, s.opened != nil && (len(s.words) == 0 || len(s.https) == 0)
}

// speakable are applications that need no greeting of their own.
func (s *story) speakable() bool {
	app := s.opened.App
	if s.ended != nil {
		app = s.ended.App
	}
	switch {
	case len(s.words) > 0:
		return true
	case app == "http":
		return len(s.https) > 0
	case s.tls != nil:
		return s.tls.TLS.JA4 == "" // of one that is named nobody knows the bytes
	case app == "tls":
		return true
	}
	return app == "" || greetings[app] != [2]string{} || opener(app) != nil
}

// opener is what a conversation of a protocol begins with where no event tells of it; nil where that is not known.
func opener(app string) event.Event {
	switch app {
	case "smb":
		return &event.SMBActivity{Command: "negotiate", Answered: true}
	case "irc", "stratum":
		return &event.AppActivity{Protocol: app, Operation: "mining.subscribe", Attrs: []event.Attr{{Name: "nick", Value: "x"}, {Name: "channel", Value: "#x"}}}
	}
	return nil
}

// greetings of protocols of which no event tells.
var greetings = map[string][2]string{
	"ssh": {"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n"},
	"rdp": {"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x124\x00\x02\x00\x08\x00\x02\x00\x00\x00"},
}
