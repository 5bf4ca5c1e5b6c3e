package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture/forge"
)

// A capture of a link type that nobody reads says so, by its name; one that is read says nothing.
func TestStrangeLink(t *testing.T) {
	frame := forge.Frame{Time: time.Unix(1_795_000_000, 0), Data: make([]byte, 60)}
	for link, want := range map[uint32]string{1: "", 101: "", 105: "link type 105 (Wi-Fi, IEEE 802.11) are not read", 4000: "link type 4000 are not read"} {
		b := pcap(frame, frame)
		binary.LittleEndian.PutUint32(b[20:], link)
		file := filepath.Join(t.TempDir(), "x.pcap")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		code, out := command(t, "replay", "--quiet", "--json", file)
		if code != 0 || strings.Contains(out, "are not read") != (want != "") || !strings.Contains(out, want) {
			t.Errorf("link type %d: exit %d, %q", link, code, out)
		}
	}
}
