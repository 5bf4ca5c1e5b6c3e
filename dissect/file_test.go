package dissect

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// witness wants some buffers and sees nothing else.
type witness map[wire.Buffer]bool

func (w witness) Wants(b wire.Buffer) bool                                { return w[b] }
func (witness) Stream(*wire.Flow, Dir, []byte)                            {}
func (witness) Gap(*wire.Flow, Dir, int)                                  {}
func (witness) Tx(*wire.Flow, *wire.Tx)                                   {}
func (witness) Packet(*wire.Packet, *wire.Flow, Dir, int64, uint64, bool) {}
func (witness) Close(*wire.Flow, int64)                                   {}

// taker is a sink of one file.
type taker struct {
	b     bytes.Buffer
	lost  uint64
	ended []bool
}

func (k *taker) Open(*event.FileActivity) wire.FileBody { return k }
func (k *taker) Data(b []byte)                          { k.b.Write(b) }
func (k *taker) Lost(n uint64)                          { k.lost += n }
func (k *taker) End(_ *event.FileActivity, whole bool)  { k.ended = append(k.ended, whole) }

// TestFile gives a file in pieces: its hashes, its bytes and its type do not depend on how it was cut.
func TestFile(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		content := append([]byte("%PDF-1.7\n"), rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(r, "content")...)
		sink, out := &taker{}, []event.Event(nil)
		f := &Flow{Emit: func(e event.Event) { out = append(out, e) }, files: &files{hash: HashNone, sink: sink},
			inspector: witness{wire.FileData: true, wire.FileMD5: true}, seen: &wire.Flow{}}
		tx := f.Tx("smtp")
		x := f.OpenFile(tx, Orig, `c:\up\券.pdf`)
		limit := rapid.IntRange(0, 6000).Draw(r, "limit")
		x.Limit(limit)
		for b := content; len(b) > 0; {
			n := rapid.IntRange(1, len(b)).Draw(r, "piece")
			x.Write(b[:n])
			b = b[n:]
		}
		got := x.Close(true)
		m, s1, s2 := md5.Sum(content), sha1.Sum(content), sha256.Sum256(content)
		want := &event.File{Name: "券.pdf", Type: "pdf", Size: uint64(len(content)),
			MD5: hex.EncodeToString(m[:]), SHA1: hex.EncodeToString(s1[:]), SHA256: hex.EncodeToString(s2[:])}
		if d := cmp.Diff(want, got); d != "" {
			r.Fatal(d)
		}
		a := out[0].(*event.FileActivity)
		if len(out) != 1 || !a.Whole || a.App != "smtp" || a.Activity != event.FileCreate {
			r.Fatalf("%+v", a)
		}
		if !bytes.Equal(sink.b.Bytes(), content) || !cmp.Equal(sink.ended, []bool{true}) {
			r.Fatal("the sink has other bytes")
		}
		w := tx.Fields[0]
		if !bytes.Equal(w.B, content[:min(limit, len(content))]) || w.Open || !bytes.Equal(w.File.SHA256, s2[:]) || w.File.Truncated {
			r.Fatalf("rules see %d bytes, %+v", len(w.B), w.File)
		}
		if tx.Fields[1].Buffer != wire.FileName || string(tx.Fields[1].B) != `c:\up\券.pdf` || f.files.kept != 0 {
			r.Fatalf("%+v, %d bytes still kept", tx.Fields[1], f.files.kept)
		}
	})
}

// TestFileParts hashes by type, never what is not whole, and only once.
func TestFileParts(t *testing.T) {
	for _, c := range []struct {
		name, hash, first string
		lost              uint64
		start             uint64
		whole             bool
		sums              int
	}{
		{"harmful", HashHarmful, "MZ", 0, 0, true, 2},
		{"harmless", HashHarmful, "GIF89a", 0, 0, true, 0},
		{"all", HashAll, "GIF89a", 0, 0, true, 2},
		{"none", HashNone, "MZ", 0, 0, true, 0},
		{"lost", HashAll, "MZ", 5, 0, true, 0},
		{"cut", HashAll, "MZ", 0, 0, false, 0},
		{"part", HashAll, "MZ", 0, 7, true, 0},
	} {
		events := 0
		f := &Flow{Emit: func(event.Event) { events++ }, files: &files{hash: c.hash}}
		x := f.OpenFile(nil, Resp, "")
		if c.start > 0 {
			x.Part(c.start)
		}
		x.Write([]byte(c.first))
		if c.lost > 0 {
			x.Lost(c.lost)
		}
		x.Write([]byte("more"))
		got := x.Close(c.whole)
		n := 0
		for _, s := range []string{got.SHA1, got.SHA256} {
			if s != "" {
				n++
			}
		}
		if n != c.sums || got.Size != uint64(len(c.first))+c.lost+4 || got.Type == "" || x.Close(true) != got || events != 1 {
			t.Errorf("%s: %+v, %d events", c.name, got, events)
		}
	}
}
