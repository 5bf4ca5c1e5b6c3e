package quic

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// google reads a packet of Google's versions: the version, and the tags of a hello that is not encrypted.
func (p *parser) google(dir dissect.Dir, b []byte) {
	at, version := payload(b)
	t := p.show(dir, version)
	defer p.f.EndTx(t)
	if version>>24 != 'Q' || at < 0 || at >= len(b) {
		return
	}
	tags, ok := hello(b[at:])
	if !ok {
		return
	}
	names, told := make([]string, 0, len(tags)), *p.t // what was told does not change
	for _, tag := range tags {
		names = append(names, tag.name)
		switch tag.name {
		case "SNI":
			t.Put(wire.QUICSNI, dir, bytes.Clone(tag.value))
			told.SNI = strings.ToLower(text(tag.value))
		case "UAID":
			t.Put(wire.QUICUA, dir, bytes.Clone(tag.value))
			told.UserAgent = text(tag.value)
		}
	}
	digits := string(binary.BigEndian.AppendUint32(nil, version)[2:])
	cyu := digits + "," + strings.Join(names, "-")
	sum := md5.Sum([]byte(cyu))
	told.CYU, told.CYUText = hex.EncodeToString(sum[:]), cyu
	t.PutString(wire.QUICCYUString, dir, told.CYUText)
	t.PutString(wire.QUICCYUHash, dir, told.CYU)
	if dir == dissect.Resp || told.CYU == p.t.CYU { // a refusal, or the same again
		return
	}
	told.Version, told.QUIC = "", name(version)
	p.t, p.told = &told, false
	p.tell()
}

// integrity is the hash over a packet that is not encrypted.
const integrity = 12

// payload finds where the frames of a packet begin: behind a long header since Q046, behind the public header before.
func payload(b []byte) (at int, version uint32) {
	if b[0]&0x80 == 0 {
		version = binary.BigEndian.Uint32(b[9:])
		return 13 + []int{1, 2, 4, 6}[b[0]>>4&3] + integrity, version
	}
	version = binary.BigEndian.Uint32(b[1:])
	if len(b) < 6 || b[0]>>4&3 != 0 { // only Initial packets are open
		return -1, version
	}
	id := func(n byte) int {
		if n == 0 {
			return 0
		}
		return int(n) + 3
	}
	return 6 + id(b[5]>>4) + id(b[5]&0xf) + int(b[0]&3) + 1 + integrity, version
}

type tag struct {
	name  string
	value []byte
}

// Bounds of a hello.
const maxTags = 128

// hello reads the stream frame that begins b, and the tags of the CHLO or REJ in it.
func hello(b []byte) (tags []tag, ok bool) {
	if b[0]&0x80 == 0 {
		return nil, false
	}
	at := 1 + int(b[0]&3) + 1 // the stream's number
	if n := int(b[0] >> 2 & 7); n > 0 {
		at += n + 1
	}
	if b[0]&0x20 != 0 {
		at += 2
	}
	if at+8 > len(b) {
		return nil, false
	}
	b = b[at:]
	if name := string(b[:4]); name != "CHLO" && name != "REJ\x00" {
		return nil, false
	}
	count := int(binary.LittleEndian.Uint16(b[4:]))
	values := 8 + 8*count
	if count > maxTags || values > len(b) {
		return nil, false
	}
	from := 0
	for i := range count {
		entry := b[8+8*i:]
		to := int(binary.LittleEndian.Uint32(entry[4:]))
		x := tag{name: strings.TrimRight(string(entry[:4]), "\x00")}
		if from <= to && to <= len(b)-values {
			x.value = b[values+from : values+to]
			from = to
		}
		tags = append(tags, x)
	}
	return tags, true
}
