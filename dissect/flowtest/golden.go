package flowtest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Source is what both of its readers give.
type Source interface {
	ReadPacketData() ([]byte, gopacket.CaptureInfo, error)
	LinkType() layers.LinkType
}

// Open reads a capture with gopacket.
func Open(file string) (Source, func(), error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	done := func() { _ = f.Close() }
	var r io.Reader = bufio.NewReader(f)
	if filepath.Ext(file) == ".gz" {
		if r, err = gzip.NewReader(r); err != nil {
			done()
			return nil, nil, err
		}
	}
	b := bufio.NewReader(r)
	magic, _ := b.Peek(4)
	var src Source
	if bytes.Equal(magic, []byte{0x0a, 0x0d, 0x0d, 0x0a}) {
		src, err = pcapgo.NewNgReader(b, pcapgo.DefaultNgReaderOptions)
	} else {
		src, err = pcapgo.NewReader(b)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return src, done, nil
}

// Captures is the folder of the lab's recordings, seen from a protocol's folder.
const Captures = "../../lab/captures/"

// Golden replays a capture and compares the events, one a line, with
// testdata/NAME.golden.jsonl. Run the test with -update after looking at a wanted change.
func Golden(t *testing.T, capture string, protocols ...dissect.Protocol) {
	t.Helper()
	name := strings.TrimSuffix(filepath.Base(capture), ".gz")
	res, err := Replay(capture, protocols...)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range res.Errors {
		t.Error(err)
	}
	hold(t, filepath.Join("testdata", name+".golden.jsonl"), Lines(t, res.Events))
}

// hold compares got with a golden file, or writes it when -update is given.
func hold(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) == 0 {
		t.Errorf("%s is empty: a golden file without events shows nothing", file)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// Lines writes events as {"class":…,"event":…}, one a line.
func Lines(t *testing.T, events []event.Event) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, e := range events {
		line, err := json.Marshal(map[string]any{"class": e.Class(), "event": e})
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	return b.Bytes()
}

// Payloads are what stands above UDP and TCP in a capture, packet by packet: seeds for fuzzing.
func Payloads(file string) (out [][]byte, err error) {
	src, done, err := Open(file)
	if err != nil {
		return nil, err
	}
	defer done()
	for {
		data, _, err := src.ReadPacketData()
		if err != nil {
			return out, nil
		}
		p := gopacket.NewPacket(data, src.LinkType(), gopacket.Default)
		if a := p.TransportLayer(); a != nil && len(a.LayerPayload()) > 0 {
			out = append(out, a.LayerPayload())
		}
	}
}
