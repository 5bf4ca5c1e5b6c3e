package krb5

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// TestAnswersAlone: of a conversation of which only the answers are seen, a hole does not end the reading.
func TestAnswersAlone(t *testing.T) {
	answer := []byte("\x00\x00\x00\x13\x7e\x11\x30\x0f\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa6\x03\x02\x01\x19") // KRB-ERROR 25
	events := 0
	s := &stream{exchange: exchange{f: &dissect.Flow{Midstream: true, Emit: func(event.Event) { events++ }}}}
	for _, b := range [][]byte{answer, []byte("\xff\xff\xff\xff the end of one"), answer} {
		if n, err := s.Data(dissect.Resp, b); n != len(b) || err != nil {
			t.Fatalf("consumed %d of %d bytes, %v", n, len(b), err)
		}
	}
	if events != 2 {
		t.Errorf("%d events of two answers", events)
	}
}
