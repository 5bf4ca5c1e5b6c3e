package flowtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// maxShown is how many bytes of a value stand in a golden file.
const maxShown = 64

// recorder is an Inspector that notes the transactions of all flows.
type recorder struct {
	txs   []*recorded
	of    map[*wire.Tx]*recorded
	names map[wire.Buffer]wire.Description
	bad   []string // broken promises
	flows ordinals
}

type recorded struct {
	flow uint64
	app  string
	tx   *wire.Tx
	said [][]byte // what its fields held when it was done: their memory is used again then
}

// Wants leaves out frames: they are the whole of the traffic once more.
func (r *recorder) Wants(b wire.Buffer) bool                                       { return !strings.HasPrefix(r.names[b].Name, "frame:") }
func (r *recorder) Stream(*wire.Flow, wire.Dir, []byte)                            {}
func (r *recorder) Gap(*wire.Flow, wire.Dir, int)                                  {}
func (r *recorder) Packet(*wire.Packet, *wire.Flow, wire.Dir, int64, uint64, bool) {}
func (r *recorder) Tx(f *wire.Flow, t *wire.Tx) {
	x := r.of[t]
	if x == nil {
		x = &recorded{flow: f.ID, app: f.App, tx: t}
		r.of[t] = x
		r.txs = append(r.txs, x)
	}
	if t.App != "" {
		x.app = t.App
	}
	if t.Done == [2]bool{true, true} && x.said == nil {
		for i := range t.Fields {
			x.said = append(x.said, bytes.Clone(t.Fields[i].B))
		}
	}
}

// value is what field i holds, or held.
func (x *recorded) value(i int) []byte {
	if b := x.tx.Fields[i].B; b != nil || i >= len(x.said) {
		return b
	}
	return x.said[i]
}

func (r *recorder) Close(f *wire.Flow, _ int64) {
	for _, x := range r.txs {
		if x.flow == f.ID && x.tx.Done != [2]bool{true, true} {
			r.bad = append(r.bad, fmt.Sprintf("transaction %d of flow %d was never done", x.tx.ID, f.ID))
		}
	}
}

// Transactions replays a capture and gives the transactions that rules would see, one a line with its values below.
func Transactions(t *testing.T, file string, protocols ...dissect.Protocol) []byte {
	t.Helper()
	r := &recorder{of: map[*wire.Tx]*recorded{}, names: map[wire.Buffer]wire.Description{wire.AppEvent: {Name: "app-layer-event"}}}
	for _, d := range wire.Descriptions() {
		r.names[d.ID] = d
	}
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	r.flows = ordinals{}
	a := dissect.New(cfg, protocols, r.flows.number)
	a.Inspect(r)
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
	if a.Close(); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	for _, bad := range r.bad {
		t.Error(bad)
	}
	return r.lines()
}

// GoldenFields is Golden for what rules see: transactions with their values, in testdata/NAME.fields.txt.
func GoldenFields(t *testing.T, file string, protocols ...dissect.Protocol) {
	t.Helper()
	name := strings.TrimSuffix(filepath.Base(file), ".gz")
	hold(t, filepath.Join("testdata", name+".fields.txt"), Transactions(t, file, protocols...))
}

func (r *recorder) lines() []byte {
	var b bytes.Buffer
	for _, x := range r.txs {
		fmt.Fprintf(&b, "flow %d tx %d %s\n", r.flows[x.flow], x.tx.ID, x.app)
		for i := range x.tx.Fields {
			f := &x.tx.Fields[i]
			d := r.names[f.Buffer]
			name := d.Name
			if name == "" {
				name = "buffer " + strconv.Itoa(int(f.Buffer))
			}
			fmt.Fprintf(&b, "  %s %s ", [2]string{"→", "←"}[f.Dir], name)
			if d.Number {
				fmt.Fprintf(&b, "%d", f.N)
			} else {
				said := x.value(i)
				b.WriteString(strconv.Quote(string(said[:min(len(said), maxShown)])))
				if len(said) > maxShown {
					fmt.Fprintf(&b, "… %d bytes", len(said))
				}
			}
			b.WriteString(shown(f))
		}
	}
	return b.Bytes()
}

// shown tells what else there is of a value.
func shown(f *wire.Field) string {
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
	return s + "\n"
}
