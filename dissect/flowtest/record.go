package flowtest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Record is an Inspector that notes what rules are shown, and holds parsers to the rules of wire.Tx.
type Record struct {
	Txs    []*Transaction // in the order in which they began
	Events []event.Event
	frames bool // it wants those too: the whole of the traffic once more
	of     map[*wire.Tx]*Transaction
	flows  ordinals
	faults map[string]bool

	over, spent []*wire.Tx // that ended with the packet at hand, and with earlier ones
	number      uint64     // of the last packet
}

// Transaction is what rules were shown of one transaction.
type Transaction struct {
	Flow, ID uint64
	App      string       // protocol as rules name it
	Fields   []wire.Field // as they were at its end
	ended    bool
}

func newRecord(frames bool) *Record {
	return &Record{frames: frames, of: map[*wire.Tx]*Transaction{}, flows: ordinals{}, faults: map[string]bool{}}
}

// Show runs a capture through the analyzer with a witness who wants everything but frames.
func Show(t *testing.T, file string, protocols ...dissect.Protocol) *Record {
	t.Helper()
	r := newRecord(false)
	a := r.analyzer(dissect.HashAll, protocols)
	if err := give(a, file); err != nil {
		t.Fatal(err)
	}
	r.check(t)
	return r
}

// analyzer makes one that tells the record everything.
func (r *Record) analyzer(hash string, protocols []dissect.Protocol) *dissect.Analyzer {
	cfg := dissect.DefaultConfig()
	cfg.Seed, cfg.HashFiles, cfg.Detail = 1, hash, true
	a := dissect.New(cfg, protocols, r.event)
	a.Inspect(r)
	return a
}

// give reads a capture into an analyzer up to its end, also when that is cut.
func give(a *dissect.Analyzer, file string) error {
	f, err := capture.Open(file, nil)
	if err != nil {
		return err
	}
	defer f.Close()
	var p capture.Packet
	for err == nil {
		if err = f.Next(&p); err == nil {
			a.Packet(&p)
		}
	}
	a.Close()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// GoldenFields is Golden for what rules see: transactions with their values, in testdata/NAME.fields.txt.
func GoldenFields(t *testing.T, file string, protocols ...dissect.Protocol) {
	t.Helper()
	name := strings.TrimSuffix(filepath.Base(file), ".gz")
	hold(t, filepath.Join("testdata", name+".fields.txt"), Show(t, file, protocols...).text(false))
}

func (r *Record) event(e event.Event) {
	if _, detail := e.(*event.Record); detail { // made, so that making is tried, but not kept
		return
	}
	r.flows.number(e)
	r.Events = append(r.Events, e)
}

func (r *Record) fault(format string, args ...any) { r.faults[fmt.Sprintf(format, args...)] = true }

// check tells what was found against the parsers.
func (r *Record) check(t *testing.T) {
	t.Helper()
	for _, x := range r.Txs {
		if !x.ended {
			r.fault("transaction %d of %q never ended; it has %.300s", x.ID, x.App, (&Record{Txs: []*Transaction{x}}).text(true))
		}
	}
	for f := range r.faults {
		t.Error(f)
	}
}

// Wants implements wire.Inspector.
func (r *Record) Wants(b wire.Buffer) bool {
	return r.frames || !b.IsFrame()
}

// Stream implements wire.Inspector.
func (r *Record) Stream(*wire.Flow, wire.Dir, []byte) {}

// Gap implements wire.Inspector.
func (r *Record) Gap(*wire.Flow, wire.Dir, int) {}

// Packet implements wire.Inspector. What ended with an earlier packet has given its memory back.
func (r *Record) Packet(_ *wire.Packet, _ *wire.Flow, _ wire.Dir, _ int64, number uint64, _ bool) {
	if number != r.number {
		for _, t := range r.spent {
			if t.Fields != nil {
				r.fault("transaction %d of %s has ended, and its memory is kept", t.ID, r.of[t].App)
			}
		}
		r.number, r.spent = number, nil
	}
	r.spent = append(r.spent, r.over...)
	r.over = nil
}

// Close implements wire.Inspector.
func (r *Record) Close(f *wire.Flow, _ int64) {
	for _, x := range r.Txs {
		if x.Flow == f.ID && !x.ended {
			r.fault("transaction %d of flow %d has not ended with it", x.ID, f.ID)
		}
	}
}

// Tx implements wire.Inspector.
func (r *Record) Tx(f *wire.Flow, t *wire.Tx) {
	x := r.of[t]
	if x == nil {
		x = &Transaction{Flow: f.ID, ID: t.ID, App: cmp.Or(t.App, f.App)}
		r.of[t] = x
		r.Txs = append(r.Txs, x)
	}
	if x.ended {
		r.fault("transaction %d of %s was shown behind its end", x.ID, x.App)
	}
	if x.ended = t.Done == [2]bool{true, true}; x.ended {
		r.over = append(r.over, t)
	}
	for i, now := range t.Fields {
		if bufferNames()[now.Buffer].Name == "" {
			r.fault("buffer %#x has no description", now.Buffer)
		}
		if name := string(now.B); now.Buffer == wire.AppEvent && wire.AppEventOf(name) != wire.Found {
			r.fault("no rule can wait for the anomaly %q", name)
		}
		if i == len(x.Fields) {
			now.B = bytes.Clone(now.B)
			x.Fields = append(x.Fields, now)
			continue
		}
		old := &x.Fields[i]
		if now.Buffer != old.Buffer || now.Dir != old.Dir || !bytes.HasPrefix(now.B, old.B) || !old.Open && len(now.B) != len(old.B) {
			r.fault("transaction %d of %s: field %d (%s) was changed after it had been shown", x.ID, x.App, i, bufferNames()[old.Buffer].Name)
		}
		now.B = append(old.B, now.B[min(len(old.B), len(now.B)):]...) // the memory of bodies is used again
		*old = now
	}
}

// bufferNames are what rules call the buffers.
var bufferNames = sync.OnceValue(func() map[wire.Buffer]wire.Description {
	names := map[wire.Buffer]wire.Description{wire.AppEvent: {Name: "app-layer-event"}}
	for _, d := range wire.Descriptions() {
		names[d.ID] = d
	}
	return names
})

// How much of a value stands in a golden file.
const (
	maxShown = 120
	maxFrame = 32 // a frame repeats what other buffers hold
)

// text lists transactions with their values, one a line. For comparing pieces with the whole, summed gives values as their sums and leaves frames
// out, which are as long as the segments that brought them.
func (r *Record) text(summed bool) []byte {
	var b bytes.Buffer
	slices.SortStableFunc(r.Txs, func(x, y *Transaction) int {
		return cmp.Or(cmp.Compare(r.flows[x.Flow], r.flows[y.Flow]), cmp.Compare(x.ID, y.ID))
	})
	for _, x := range r.Txs {
		if summed && x.framesOnly() {
			continue
		}
		if !summed {
			fmt.Fprintf(&b, "flow %d ", r.flows[x.Flow])
		}
		fmt.Fprintf(&b, "tx %d %s\n", x.ID, x.App)
		fields := x.Fields
		if summed {
			fields = magicLast(fields)
		}
		for i := range fields {
			f := &fields[i]
			d := bufferNames()[f.Buffer]
			frame := f.Buffer.IsFrame()
			if frame && summed {
				continue
			}
			fmt.Fprintf(&b, "  %s %s ", [2]string{"→", "←"}[f.Dir], d.Name)
			switch {
			case d.Number:
				fmt.Fprintf(&b, "%d", f.N)
			case summed:
				fmt.Fprintf(&b, "%.40q %d bytes %08x", f.B[:min(len(f.B), 40)], len(f.B), crc32.ChecksumIEEE(f.B))
			case frame:
				b.Write(cut(f.B, maxFrame))
			default:
				b.Write(cut(f.B, maxShown))
			}
			b.WriteString(rest(f))
		}
	}
	return b.Bytes()
}

// magicLast puts what files are behind all else: it is told with the bytes that show it, and what else stands in the same segment may
// be told before or after them.
func magicLast(fields []wire.Field) []wire.Field {
	last := func(f *wire.Field) int {
		if f.Buffer == wire.FileMagic {
			return 1
		}
		return 0
	}
	out := slices.Clone(fields)
	slices.SortStableFunc(out, func(a, b wire.Field) int { return last(&a) - last(&b) })
	return out
}

// framesOnly reports whether a transaction shows frames and nothing else.
func (x *Transaction) framesOnly() bool {
	return len(x.Fields) > 0 && !slices.ContainsFunc(x.Fields, func(f wire.Field) bool { return !f.Buffer.IsFrame() })
}

// cut quotes the first bytes of a value.
func cut(v []byte, most int) []byte {
	if len(v) <= most {
		return fmt.Appendf(nil, "%q", v)
	}
	return fmt.Appendf(nil, "%q… %d bytes", v[:most], len(v))
}

// rest tells what else there is of a value.
func rest(f *wire.Field) string {
	s := ""
	if f.Open {
		s += " open"
	}
	if f.Lost {
		s += " lost"
	}
	if f.File != nil {
		s += fmt.Sprintf(" file %d of %d bytes %q %s closed %v whole %v", f.File.ID, f.File.Size, f.File.Name, f.File.Type, f.File.Closed, !f.File.Truncated)
	}
	if f.File != nil && f.File.SHA1 != nil {
		s += fmt.Sprintf(" sha1 %x", f.File.SHA1)
	}
	return s + "\n"
}
