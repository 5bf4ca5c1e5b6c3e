package xca

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// TestExamples undoes the examples of MS-XCA §3.
func TestExamples(t *testing.T) {
	letters, abc := "abcdefghijklmnopqrstuvwxyz", strings.Repeat("abc", 100)
	for _, c := range []struct {
		name     string
		undo     func([]byte, int) ([]byte, error)
		in, want string
	}{
		{"letters by LZ77", LZ77, "\x3f\x00\x00\x00" + letters, letters},
		{"abc by LZ77", LZ77, "\xff\xff\xff\x1fabc\x17\x00\x0f\xff\x26\x01", abc},
		{"literals by LZNT1", LZNT1, "\x03\x30abcd", "abcd"},
		{"a run by LZNT1", LZNT1, "\x03\xb0\x02a\xfc\x0f", strings.Repeat("a", 4096)},
	} {
		got, err := c.undo([]byte(c.in), len(c.want))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", c.name, got[:min(len(got), 60)], err)
		}
	}
}

// TestHuffman undoes what another program compressed.
func TestHuffman(t *testing.T) {
	in, err := os.ReadFile("testdata/words.xpress")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Huffman(in, 13000)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(got)
	if hex.EncodeToString(sum[:]) != "198c4cb19aad176a419d8753336841c09ae7685053d76dc2518a5437e2815630" {
		t.Errorf("%d bytes, not those that went in: %q", len(got), got[:60])
	}
	for n := range 600 {
		if out, err := Huffman(in[:n], 13000); err == nil {
			t.Fatalf("cut at %d still gives %d bytes", n, len(out))
		}
	}
}

// FuzzAll holds every algorithm to its bound.
func FuzzAll(f *testing.F) {
	in, _ := os.ReadFile("testdata/words.xpress")
	f.Add(in)
	f.Add([]byte("\xff\xff\xff\x1fabc\x17\x00\x0f\xff\x26\x01"))
	f.Add(bytes.Repeat([]byte{0x03, 0xb0, 2, 'a', 0xfc, 0x0f}, 9))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, undo := range []func([]byte, int) ([]byte, error){LZ77, LZNT1, Huffman} {
			if out, err := undo(b, 1<<16); len(out) > 1<<16 || err == nil && len(out) != 1<<16 {
				t.Errorf("%d bytes, %v", len(out), err)
			}
		}
	})
}
