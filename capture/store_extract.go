package capture

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"os"
	"slices"
	"time"
)

// ErrTooMany says that more packets match than one extract holds; the first of them have been written.
var ErrTooMany = errors.New("more packets match than an extract holds; ask for less time or fewer machines")

// maxExtract bounds the packets of one extract.
const maxExtract = 2 << 20

// place is where a packet stands on disk.
type place struct {
	nanos  int64
	offset int64
	file   int32 // of the opened ones
	length uint32
}

// Extract writes the packets from … to (capture time, inclusive) as a pcapng file in the order of time and returns how many
// they are. Of one host these are all its packets; of several, those between two of them; of none, all. What a tunnel carries
// counts, too. Without any, w is untouched. The newest second may not have reached the disk yet. It may be called by any goroutine.
func (s *Store) Extract(ctx context.Context, from, to time.Time, hosts []netip.Addr, w io.Writer) (int, error) {
	q := query{from: from.UnixNano(), to: to.UnixNano(), hosts: map[netip.Addr]bool{}}
	for _, h := range hosts {
		h = h.Unmap()
		q.hosts[h] = true
		q.hashes = append(q.hashes, hostHash(h))
	}
	defer q.close()
	for _, seg := range s.shelf.list() {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if seg.sure && (seg.first > q.to || seg.last < q.from) {
			continue
		}
		if err := q.segment(&s.shelf, seg); err != nil && !errors.Is(err, os.ErrNotExist) { // it may have gone meanwhile
			return 0, fmt.Errorf("capture: %w", err)
		}
	}
	if len(q.found) == 0 {
		return 0, nil
	}
	return q.write(w)
}

// query is one extract at work.
type query struct {
	from, to int64
	hosts    map[netip.Addr]bool
	hashes   []uint32

	files  []*os.File
	ifaces [][]iface // of each file
	found  []place
	over   bool
	ends   []netip.Addr
	buf    []byte
}

func (q *query) close() {
	for _, f := range q.files {
		f.Close()
	}
}

// segment looks for packets in one file: in the chunks that the index does not rule out, and behind the index's end.
func (q *query) segment(h *shelf, seg segment) error {
	f, err := os.Open(seg.path)
	if err != nil {
		return err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	q.files, q.ifaces = append(q.files, f), append(q.ifaces, nil)
	at := int64(0)
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for _, l := range readIndex(seg.path + indexSuffix) {
		if l.offset < at || l.offset > st.Size() || l.length > st.Size()-l.offset {
			break
		}
		if l.offset > at { // the section and descriptions of interfaces
			if err := q.scan(at, l.offset-at); err != nil {
				return err
			}
		}
		at = l.offset + l.length
		first, last = min(first, l.first), max(last, l.last)
		if l.last < q.from || l.first > q.to || len(q.hashes) > 0 && !l.has(q.hashes) {
			continue
		}
		if err := q.scan(l.offset, l.length); err != nil {
			return err
		}
	}
	if at == st.Size() && !seg.sure {
		h.learn(seg.number, first, last)
	}
	for at < st.Size() {
		n := min(st.Size()-at, 4*chunkSize)
		read, err := q.scanTail(at, n)
		if err != nil || read == 0 {
			return err
		}
		at += read
	}
	return nil
}

func (q *query) scan(at, n int64) error {
	_, err := q.scanTail(at, n)
	return err
}

// scanTail looks through the whole blocks within n bytes and says how many bytes these were.
func (q *query) scanTail(at, n int64) (int64, error) {
	file := len(q.files) - 1
	q.buf = slices.Grow(q.buf[:0], int(n))[:n]
	if _, err := q.files[file].ReadAt(q.buf, at); err != nil {
		return 0, err
	}
	done := int64(0)
	eachBlock(q.buf, func(i int, typ uint32, body []byte) {
		done = int64(i + len(body) + 12)
		switch typ {
		case blockInterface:
			q.ifaces[file] = append(q.ifaces[file], described(body))
		case blockEnhanced:
			q.packet(file, at+int64(i), body)
		}
	})
	return done, nil
}

// described reads an interface that the store has written.
func described(body []byte) iface {
	o := binary.LittleEndian
	var i iface
	if len(body) < 8 {
		return i
	}
	i.link = Link(o.Uint16(body))
	if b := body[8:]; len(b) >= 4 && o.Uint16(b) == 2 {
		i.name = string(b[4 : 4+min(int(o.Uint16(b[2:])), len(b)-4)])
	}
	return i
}

func (q *query) packet(file int, at int64, body []byte) {
	if len(body) < 20 {
		return
	}
	o := binary.LittleEndian
	nanos := int64(uint64(o.Uint32(body[4:]))<<32 | uint64(o.Uint32(body[8:])))
	if nanos < q.from || nanos > q.to || !q.wanted(linkIn(q.ifaces[file], body), packetIn(body)) {
		return
	}
	if len(q.found) >= maxExtract {
		q.over = true
		return
	}
	q.found = append(q.found, place{nanos, at, int32(file), uint32(len(body) + 12)})
}

// wanted tells whether a pair of the packet's addresses is one that was asked for.
func (q *query) wanted(link Link, b []byte) bool {
	if len(q.hosts) == 0 {
		return true
	}
	q.ends = endpoints(q.ends[:0], link, b)
	for i := 0; i+1 < len(q.ends); i += 2 {
		src, dst := q.hosts[q.ends[i]], q.hosts[q.ends[i+1]]
		if src && dst || len(q.hosts) == 1 && (src || dst) {
			return true
		}
	}
	return false
}

// write puts what was found into w; interfaces are described anew.
func (q *query) write(w io.Writer) (int, error) {
	slices.SortStableFunc(q.found, func(a, b place) int { return cmp.Compare(a.nanos, b.nanos) })
	out := bufio.NewWriterSize(w, 256<<10)
	var all ifaceTable
	ids := make([][]uint32, len(q.files))
	b := appendSection(nil)
	for f, list := range q.ifaces {
		for _, i := range list {
			before := len(all.list)
			ids[f] = append(ids[f], uint32(all.id(i.name, i.link)))
			if len(all.list) > before {
				b = appendInterface(b, i)
			}
		}
	}
	if _, err := out.Write(b); err != nil {
		return 0, err
	}
	n := 0
	for _, p := range q.found {
		b = slices.Grow(b[:0], int(p.length))[:p.length]
		if _, err := q.files[p.file].ReadAt(b, p.offset); err != nil {
			return n, fmt.Errorf("capture: %w", err)
		}
		id := binary.LittleEndian.Uint32(b[8:])
		if int(id) >= len(ids[p.file]) {
			continue // its file is damaged: nobody says what link it is of
		}
		binary.LittleEndian.PutUint32(b[8:], ids[p.file][id])
		if _, err := out.Write(b); err != nil {
			return n, err
		}
		n++
	}
	if err := out.Flush(); err != nil {
		return n, err
	}
	if q.over {
		return n, ErrTooMany
	}
	return n, nil
}
