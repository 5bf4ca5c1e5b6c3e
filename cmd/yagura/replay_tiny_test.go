package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/detect/sample"
	"github.com/yagura-project/yagura/dissect/dcerpc"

	alldetectors "github.com/yagura-project/yagura/detect/all"
)

// pcap is a capture of frames in the classic format, little-endian, with microseconds.
func pcap(frames ...forge.Frame) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b2c3d4)
	b = le.AppendUint16(le.AppendUint16(b, 2), 4)
	b = le.AppendUint32(le.AppendUint32(le.AppendUint32(le.AppendUint32(b, 0), 0), 65535), 1)
	for _, f := range frames {
		b = le.AppendUint32(le.AppendUint32(b, uint32(f.Time.Unix())), uint32(f.Time.Nanosecond()/1000))
		b = le.AppendUint32(le.AppendUint32(b, uint32(len(f.Data))), uint32(len(f.Data)))
		b = append(b, f.Data...)
	}
	return b
}

// A capture without packets, and captures of one packet of an attack each: read without a fault.
func TestTinyCaptures(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, frames ...forge.Frame) string {
		file := filepath.Join(dir, name+".pcap")
		if err := os.WriteFile(file, pcap(frames...), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	args := []string{"replay", "--quiet", "--json", write("none")}
	for _, d := range alldetectors.Detectors {
		list, err := sample.Attacks(d.Samples)
		if err != nil {
			t.Fatal(err)
		}
		frames, _ := forge.Packets(list[0].Events, dcerpc.Numbers)
		if len(frames) > 0 {
			args = append(args, write(d.Info.ID, frames[len(frames)/2]))
		}
	}
	if len(args) < 30 {
		t.Fatalf("only %d captures", len(args)-3)
	}
	if code, out := command(t, args...); code != 0 || strings.Contains(out, "panic") {
		t.Errorf("exit %d: %s", code, out)
	}
}

// Two captures with a year between them in one replay give what each gives alone.
func TestCapturesAYearApart(t *testing.T) {
	list, err := sample.Attacks(alldetectors.Detectors[0].Samples)
	for _, d := range alldetectors.Detectors {
		if d.Info.ID == "portscan" {
			list, err = sample.Attacks(d.Samples)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	frames, _ := forge.Packets(list[0].Events, dcerpc.Numbers)
	after := make([]forge.Frame, len(frames))
	for i, f := range frames {
		after[i] = forge.Frame{Time: f.Time.Add(365 * 24 * time.Hour), Data: f.Data}
	}
	dir := t.TempDir()
	merged, alone := filepath.Join(dir, "merged.pcap"), filepath.Join(dir, "alone.pcap")
	if err := os.WriteFile(merged, pcap(append(frames, after...)...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(alone, pcap(frames...), 0o600); err != nil {
		t.Fatal(err)
	}
	count := func(file string) int {
		code, out := command(t, "replay", "--quiet", "--json", file)
		if code != 0 {
			t.Fatalf("exit %d: %s", code, out)
		}
		return strings.Count(out, `"behaviour":"scan.`)
	}
	if one, two := count(alone), count(merged); one == 0 || two != 2*one {
		t.Errorf("alone %d findings, merged with itself a year later %d", one, two)
	}
}
