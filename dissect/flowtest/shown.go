package flowtest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Shown is what rules are shown of a capture: each transaction once, as it was at its end, in the order in which they began.
type Shown struct {
	Txs    []*wire.Tx
	Apps   map[*wire.Tx]string // protocol as rules name it
	Events []event.Event
	last   map[*wire.Tx][]wire.Field
	faults []string
}

// Show runs a capture through the analyzer with a witness who wants everything, and holds the parsers to the rules of wire.Tx.
func Show(t *testing.T, file string, protocols ...dissect.Protocol) *Shown {
	t.Helper()
	s := &Shown{Apps: map[*wire.Tx]string{}, last: map[*wire.Tx][]wire.Field{}}
	cfg := dissect.DefaultConfig()
	cfg.Seed, cfg.HashFiles = 1, dissect.HashAll
	a := dissect.New(cfg, protocols, func(e event.Event) { s.Events = append(s.Events, e) })
	a.Inspect(s)
	f, err := capture.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var p capture.Packet
	for err == nil {
		if err = f.Next(&p); err == nil {
			a.Packet(&p)
		}
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	a.Close()
	for _, tx := range s.Txs {
		if tx.Done != [2]bool{true, true} {
			t.Errorf("%s: transaction %d of %s never ended", file, tx.ID, s.Apps[tx])
		}
		for i, was := range s.last[tx] { // the memory of bodies is used again
			tx.Fields[i].B = was.B
		}
	}
	for _, f := range s.faults {
		t.Error(f)
	}
	return s
}

// Wants implements wire.Inspector.
func (s *Shown) Wants(wire.Buffer) bool { return true }

// Stream implements wire.Inspector.
func (s *Shown) Stream(*wire.Flow, wire.Dir, []byte) {}

// Gap implements wire.Inspector.
func (s *Shown) Gap(*wire.Flow, wire.Dir, int) {}

// Packet implements wire.Inspector.
func (s *Shown) Packet(*wire.Packet, *wire.Flow, wire.Dir, int64, uint64, bool) {}

// Close implements wire.Inspector.
func (s *Shown) Close(*wire.Flow, int64) {}

// Tx implements wire.Inspector.
func (s *Shown) Tx(f *wire.Flow, t *wire.Tx) {
	if _, known := s.Apps[t]; !known {
		s.Txs = append(s.Txs, t)
		if s.Apps[t] = t.App; t.App == "" {
			s.Apps[t] = f.App
		}
	}
	for i, old := range s.last[t] {
		now := t.Fields[i]
		if now.Buffer != old.Buffer || now.Dir != old.Dir || len(now.B) < len(old.B) || string(now.B[:len(old.B)]) != string(old.B) || !old.Open && len(now.B) != len(old.B) {
			s.faults = append(s.faults, fmt.Sprintf("transaction %d: field %d (buffer %#x) was changed after it had been shown", t.ID, i, old.Buffer))
		}
	}
	s.last[t] = append(s.last[t][:0], t.Fields...)
	for i, x := range s.last[t] {
		s.last[t][i].B = append([]byte(nil), x.B...)
	}
}

// All are the values of one buffer in one transaction, joined by a bar; numbers in decimal.
func All(t *wire.Tx, id wire.Buffer) string {
	var out []string
	for _, f := range t.Fields {
		if f.Buffer == id {
			if v := string(f.B); v != "" || f.N == 0 {
				out = append(out, v)
			} else {
				out = append(out, fmt.Sprint(f.N))
			}
		}
	}
	return strings.Join(out, "|")
}

// Text lists transactions for a golden file: one line a field, "tx dir name value", long values cut.
func (s *Shown) Text() []byte {
	names := map[wire.Buffer]string{wire.AppEvent: "app-layer-event"}
	for _, d := range wire.Descriptions() {
		names[d.ID] = d.Name
	}
	var b strings.Builder
	for i, t := range s.Txs {
		fmt.Fprintf(&b, "tx %d %s\n", i, s.Apps[t])
		for _, f := range t.Fields {
			v := f.B
			if len(v) > 120 {
				v = v[:120]
			}
			fmt.Fprintf(&b, "  %s %s", [2]string{">", "<"}[f.Dir], names[f.Buffer])
			if len(f.B) > 0 {
				fmt.Fprintf(&b, " %q", v)
			} else if f.File == nil {
				fmt.Fprintf(&b, " %d", f.N)
			}
			if len(f.B) > len(v) {
				fmt.Fprintf(&b, " … %d", len(f.B))
			}
			if f.File != nil && f.Buffer == wire.FileData {
				fmt.Fprintf(&b, " file %d %s truncated=%v sha1=%x", f.File.Size, f.File.Type, f.File.Truncated, f.File.SHA1)
			}
			b.WriteByte('\n')
		}
	}
	return []byte(b.String())
}

// GoldenShown holds what rules are shown of a capture against testdata/NAME.shown.txt.
func GoldenShown(t *testing.T, file string, protocols ...dissect.Protocol) *Shown {
	t.Helper()
	s := Show(t, file, protocols...)
	hold(t, "testdata/"+strings.TrimSuffix(base(file), ".gz")+".shown.txt", s.Text())
	return s
}

func base(file string) string { return file[strings.LastIndexByte(file, '/')+1:] }
