package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// got is what a test compares of a packet.
type got struct {
	Nanos int64
	Data  string
	Orig  int
	Link  Link
	Iface string
}

func readAll(t *testing.T, b []byte) ([]got, error) {
	t.Helper()
	f, err := NewFile(bytes.NewReader(b), "x.pcap")
	if err != nil {
		return nil, err
	}
	out := []got{}
	for {
		var p Packet
		if err := f.Next(&p); err != nil {
			if err == io.EOF {
				err = nil
			}
			return out, err
		}
		out = append(out, got{p.Nanos, string(p.Data), p.OrigLen, p.Link, p.Iface})
	}
}

type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

func makePcap(o order, magic uint32, frac uint32) []byte {
	b := o.AppendUint32(nil, magic)
	b = o.AppendUint16(o.AppendUint16(b, 2), 4)
	for _, v := range []uint32{0, 0, 65535, 1} {
		b = o.AppendUint32(b, v)
	}
	for _, v := range []uint32{100, frac, 3, 60} {
		b = o.AppendUint32(b, v)
	}
	if magic == magicModified {
		b = append(b, make([]byte, 8)...)
	}
	return append(b, "abc"...)
}

func block(o order, typ uint32, body []byte) []byte {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	n := uint32(len(body) + 12)
	b := o.AppendUint32(o.AppendUint32(nil, typ), n)
	return o.AppendUint32(append(b, body...), n)
}

func option(o order, code uint16, v string) []byte {
	b := append(o.AppendUint16(o.AppendUint16(nil, code), uint16(len(v))), v...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// makeNG has two interfaces of different resolution and each kind of packet block.
func makeNG(o order) []byte {
	sec := append(o.AppendUint32(nil, byteOrderMagic), 1, 0, 0, 0)
	b := block(o, blockSection, append(sec, bytes.Repeat([]byte{0xff}, 8)...))
	idb := func(link uint16, opts ...[]byte) []byte {
		return block(o, blockInterface, append(o.AppendUint32(o.AppendUint16(o.AppendUint16(nil, link), 0), 4), bytes.Join(opts, nil)...))
	}
	b = append(b, idb(1, option(o, 2, "mirror0"), option(o, 9, "\x09"))...)
	b = append(b, idb(101, option(o, 9, "\x8a"), option(o, 0, ""))...)
	b = append(b, block(o, 0x99, []byte("unknown block"))...)
	epb := func(id uint32, ts uint64, data string, orig uint32) []byte {
		h := o.AppendUint32(nil, id)
		for _, v := range []uint32{uint32(ts >> 32), uint32(ts), uint32(len(data)), orig} {
			h = o.AppendUint32(h, v)
		}
		return block(o, blockEnhanced, append(h, data...))
	}
	b = append(b, epb(0, 5e9+7, "abcd", 60)...)
	b = append(b, epb(1, 3*1024+512, "xyz", 3)...)
	b = append(b, block(o, blockSimple, append(o.AppendUint32(nil, 9), "cut!"...))...)
	old := o.AppendUint16(o.AppendUint16(nil, 1), 0)
	for _, v := range []uint32{0, 4 * 1024, 2, 2} {
		old = o.AppendUint32(old, v)
	}
	return append(b, block(o, blockPacket, append(old, "ok"...))...)
}

func TestPcap(t *testing.T) {
	for _, c := range []struct {
		name  string
		o     order
		magic uint32
		nanos int64
	}{
		{"little µs", binary.LittleEndian, magicMicro, 100e9 + 7000},
		{"big µs", binary.BigEndian, magicMicro, 100e9 + 7000},
		{"little ns", binary.LittleEndian, magicNano, 100e9 + 7},
		{"big ns", binary.BigEndian, magicNano, 100e9 + 7},
		{"modified", binary.LittleEndian, magicModified, 100e9 + 7000},
	} {
		t.Run(c.name, func(t *testing.T) {
			have, err := readAll(t, makePcap(c.o, c.magic, 7))
			if diff := cmp.Diff([]got{{c.nanos, "abc", 60, LinkEthernet, ""}}, have); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

func TestPcapng(t *testing.T) {
	want := []got{
		{5e9 + 7, "abcd", 60, LinkEthernet, "mirror0"},
		{35e8, "xyz", 3, LinkRaw, ""},
		{35e8, "cut!", 9, LinkEthernet, "mirror0"},
		{4e9, "ok", 2, LinkRaw, ""},
	}
	for _, o := range []order{binary.LittleEndian, binary.BigEndian} {
		have, err := readAll(t, makeNG(o))
		if diff := cmp.Diff(want, have); diff != "" || err != nil {
			t.Error(o, diff, err)
		}
	}
	two := append(makeNG(binary.LittleEndian), makeNG(binary.BigEndian)...)
	if have, err := readAll(t, two); len(have) != 8 || err != nil {
		t.Errorf("two sections: %d packets, %v", len(have), err)
	}
}

// TestTruncated cuts at each byte: what is whole is delivered, then an error names file and offset.
func TestTruncated(t *testing.T) {
	for _, whole := range [][]byte{makePcap(binary.LittleEndian, magicMicro, 7), makeNG(binary.LittleEndian)} {
		all, _ := readAll(t, whole)
		clean := 0
		for i := range whole {
			have, err := readAll(t, whole[:i])
			var broken *FileError
			switch {
			case err == nil:
				clean++
			case !errors.As(err, &broken) || broken.File != "x.pcap" || broken.Offset > int64(i):
				t.Errorf("cut at %d: %v", i, err)
			}
			if diff := cmp.Diff(all[:len(have)], have, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("cut at %d: %s", i, diff)
			}
		}
		if clean > 8 {
			t.Errorf("%d of %d cuts pass as whole: more than there are borders between records", clean, len(whole))
		}
	}
}

// TestLineEnd takes a line end behind the last packet for what it is.
func TestLineEnd(t *testing.T) {
	have, err := readAll(t, append(makePcap(binary.LittleEndian, magicMicro, 7), '\n'))
	if len(have) != 1 || err != nil {
		t.Errorf("%d packets, %v", len(have), err)
	}
}

func TestGzip(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(makeNG(binary.LittleEndian))
	w.Close()
	if have, err := readAll(t, z.Bytes()); len(have) != 4 || err != nil {
		t.Errorf("%d packets, %v", len(have), err)
	}
	if _, err := readAll(t, z.Bytes()[:z.Len()-12]); err == nil {
		t.Error("a truncated gzip stream passes as whole")
	}
}

func TestRefused(t *testing.T) {
	huge := makePcap(binary.LittleEndian, magicMicro, 0)
	binary.LittleEndian.PutUint32(huge[32:], 1<<30)
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"empty":   {nil, "the file is empty"},
		"xz":      {append([]byte("\xfd7zXZ\x00"), make([]byte, 40)...), "xz -dc FILE | yagura replay -"},
		"garbage": {[]byte("hello, this is not a capture"), "not a capture"},
		"short":   {[]byte("ab"), "too short"},
		"huge":    {huge, "claims 1073741824 bytes"},
		"no SHB":  {append([]byte{0x0a, 0x0d, 0x0d, 0x0a}, make([]byte, 40)...), "byte-order magic"},
	} {
		if _, err := readAll(t, c.in); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, nil); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("folder: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	path := filepath.Join(dir, "a.pcap")
	if err := os.WriteFile(path, makePcap(binary.LittleEndian, magicMicro, 7), 0o600); err != nil {
		t.Fatal(err)
	}
	var read, total int64
	f, err := Open(path, func(r, n int64) { read, total = r, n })
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var p Packet
	for err == nil {
		err = f.Next(&p)
	}
	if read != 43 || total != 43 || !cmp.Equal(f.Stats(), Stats{Packets: 1, Bytes: 60}) {
		t.Errorf("read %d of %d, %+v", read, total, f.Stats())
	}
}

func FuzzFile(f *testing.F) {
	f.Add(makePcap(binary.BigEndian, magicNano, 1))
	f.Add(makeNG(binary.LittleEndian))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := NewFile(bytes.NewReader(b), "f")
		for n := 0; err == nil; n++ {
			var p Packet
			if err = c.Next(&p); err == nil && len(p.Data) > p.OrigLen {
				t.Error("more bytes than on the wire")
			}
			if n > len(b) {
				t.Fatal("more packets than bytes")
			}
		}
	})
}

// TestShrunk cuts a file while it is read: an error of the file, not the end of the process.
func TestShrunk(t *testing.T) {
	b := makePcap(binary.LittleEndian, magicMicro, 7)
	one := b[24:]
	for len(b) < 1<<20 {
		b = append(b, one...)
	}
	path := filepath.Join(t.TempDir(), "a.pcap")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	var rest nowhere
	if err := Run(t.Context(), f, &rest); err == nil || !strings.Contains(err.Error(), "shrank") || rest.packets == 0 {
		t.Errorf("%d packets, %v", rest.packets, err)
	}
}
