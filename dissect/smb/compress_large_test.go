package smb

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/pierrec/lz4/v4"

	"github.com/yagura-project/yagura/dissect"
)

// packed writes a message compressed by LZ4, all of it behind the header.
func packed(t *testing.T, m []byte) []byte {
	t.Helper()
	small := make([]byte, lz4.CompressBlockBound(len(m)))
	n, err := lz4.CompressBlock(m, small, nil)
	if err != nil || n == 0 {
		t.Fatal(n, err)
	}
	b := append([]byte("\xfcSMB"), make([]byte, 12)...)
	le.PutUint32(b[4:], uint32(len(m)))
	le.PutUint16(b[8:], algLZ4)
	b = append(b, small[:n]...)
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...)
}

// letters16 are bytes of which half can be saved.
func letters16(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.UintN(16))
	}
	return b
}

// TestLargeCompressed writes files in compressed messages of LZ4 (MS-SMB2 §2.2.42, algorithm 5), small and far larger than what is waited
// for, in segments as they come.
func TestLargeCompressed(t *testing.T) {
	for _, size := range []int{3000, 1 << 20, 8 << 20} {
		x := newTalk(t, false)
		x.say(dissect.Orig, compound(createRequest(1, "a.bin")))
		x.say(dissect.Resp, compound(createResponse(1, 9)))
		w := writeRequest(2, 9, 0, size)[frameHead:]
		data := letters16(size)
		data[0], data[1] = 'M', 'Z'
		copy(w[headLen+fixedLen:], data)
		b := packed(t, w)
		var rest []byte
		for len(b) > 0 {
			n := min(1460, len(b))
			rest = append(rest, b[:n]...)
			b = b[n:]
			used, err := x.c.Data(dissect.Orig, rest)
			if rest = rest[used:]; err != nil || len(rest) >= dissect.MaxPending {
				t.Fatalf("%d bytes are left over, %v", len(rest), err)
			}
		}
		x.say(dissect.Resp, compound(message(cmdWrite, flagResponse, 2, 0, make([]byte, 16))))
		x.say(dissect.Orig, compound(closeRequest(3, 0, fileID{9})))
		x.say(dissect.Resp, compound(message(cmdClose, flagResponse, 3, 0, make([]byte, 60))))
		if e := x.last("close"); e.Bytes != uint64(size) || e.File == nil || e.File.SHA256 != fmt.Sprintf("%x", sha256.Sum256(data)) {
			t.Errorf("%d bytes: %+v", size, e)
		}
	}
}

// TestLargeCompressedLost: of a large message with a hole in it nothing is told, and what follows is read.
func TestLargeCompressedLost(t *testing.T) {
	x := newTalk(t, false)
	w := writeRequest(2, 9, 0, 1<<20)[frameHead:]
	copy(w[headLen+fixedLen:], letters16(1<<20))
	b := packed(t, w)
	x.say(dissect.Orig, b[:300<<10])
	if err := x.c.Gap(dissect.Orig, 5000); err != nil {
		t.Fatal(err)
	}
	x.say(dissect.Orig, b[300<<10+5000:])
	x.say(dissect.Orig, compound(createRequest(3, "next")))
	x.say(dissect.Resp, compound(createResponse(3, 7)))
	if e := x.last("create"); e.Path != "next" {
		t.Errorf("%+v", e)
	}
	if x.say(dissect.Orig, b[:300<<10]); x.c.half[dissect.Orig].packed == nil {
		t.Error("nothing is gathered")
	}
	if x.c.Close(); x.c.half[dissect.Orig].packed != nil {
		t.Error("what was gathered is kept")
	}
	if !x.c.f.Hold(8<<20) || x.c.f.Hold(8<<20) {
		t.Error("room was not given back")
	}
	x.c.f.Release(8 << 20)
}

// TestNoRoom: a message for which there is no room is passed over.
func TestNoRoom(t *testing.T) {
	x := newTalk(t, false)
	if !x.c.f.Hold(12 << 20) {
		t.Fatal("no room at all")
	}
	defer x.c.f.Release(12 << 20)
	w := writeRequest(2, 9, 0, 1<<20)[frameHead:]
	copy(w[headLen+fixedLen:], letters16(1<<20))
	b := packed(t, w)
	x.say(dissect.Orig, b[:200<<10])
	x.say(dissect.Orig, b[200<<10:])
	x.say(dissect.Orig, compound(createRequest(3, "next")))
	x.say(dissect.Resp, compound(createResponse(3, 7)))
	if e := x.last("create"); e.Path != "next" || len(x.e) != 1 {
		t.Errorf("%d events, %+v", len(x.e), e)
	}
}

// TestBadLZ4 meets sizes that are not those of the block, and a small message that stands for megabytes.
func TestBadLZ4(t *testing.T) {
	good := packed(t, bytes.Repeat([]byte("yagura "), 100))[frameHead:]
	for _, size := range []uint32{0, 1, 699, 701, 60 << 10, 1 << 20} {
		b := bytes.Clone(good)
		le.PutUint32(b[4:], size)
		if d, ok := expand(b); ok {
			t.Errorf("%d bytes came out for %d", len(d), size)
		}
	}
	if d, ok := expand(good); !ok || len(d) != 700 {
		t.Errorf("%v, %d bytes", ok, len(d))
	}
	bomb := packed(t, make([]byte, 4<<20))[frameHead:]
	if _, ok := expand(bomb); ok {
		t.Errorf("%d bytes stand for 4 MiB", len(bomb))
	}
}
