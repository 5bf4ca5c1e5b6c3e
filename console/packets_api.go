package console

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// Packets cuts packets out of what is kept of them.
type Packets interface {
	// Extract writes the packets from … to as a pcapng file, in the order of time: of one host all of its packets, of several those
	// between two of them. whole is false when there are more than one extract holds.
	Extract(ctx context.Context, from, to time.Time, hosts []netip.Addr, w io.Writer) (whole bool, err error)
}

// Bounds of one download.
const (
	maxPackets   = 256 << 20   // bytes
	aroundFirst  = time.Minute // before the first evidence
	aroundLast   = time.Minute // behind the last
	maxDownloads = 2           // at a time
)

type packetsInput struct {
	Named
	Finding string `query:"finding" maxLength:"128" doc:"UID of one finding of the case; empty = all of them"`
}

func (c *Console) packetsAPI(api huma.API) {
	op := op("incident-packets", http.MethodGet, "/incidents/{uid}/packets", Operator, "The packets around a case or one of its findings, as pcapng")
	op.Responses = map[string]*huma.Response{"200": {Description: "X-Yagura-Packets counts them; X-Yagura-Cut says that there were more than one download holds",
		Content: map[string]*huma.MediaType{"application/x-pcapng": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	huma.Register(api, op, c.packets)
}

// packets spools the extract into a nameless file first, so that a failure is told as such, and not by half a download.
func (c *Console) packets(ctx context.Context, in *packetsInput) (*huma.StreamResponse, error) {
	if c.deps.Packets == nil {
		return nil, problem(http.StatusNotFound, "no_ring", "")
	}
	i, err := c.deps.Ledger.Incident(ctx, in.UID)
	if err != nil {
		return nil, c.failed(ctx, "packets", err)
	}
	cut, ok := cutOf(i, in.Finding)
	if !ok {
		return nil, problem(http.StatusNotFound, "not_found", "")
	}
	select {
	case c.downloads <- struct{}{}:
		defer func() { <-c.downloads }()
	default:
		return nil, problem(http.StatusTooManyRequests, "busy", "")
	}
	spool, err := c.spool(ctx, cut)
	if err != nil {
		return nil, c.failed(ctx, "packets", err)
	}
	if spool.packets == 0 {
		_ = spool.Close()
		return nil, problem(http.StatusNotFound, "no_packets", "")
	}
	detail := fmt.Sprintf("%d packets, %d bytes, %s – %s", spool.packets, spool.size, cut.from.Format(time.RFC3339), cut.to.Format(time.RFC3339))
	c.audit(ctx, event.Audit{Who: who(ctx).Name, Action: "packets", Object: i.Number, Detail: detail})
	return &huma.StreamResponse{Body: func(h huma.Context) { spool.send(h, "yagura-"+i.Number+".pcapng") }}, nil
}

// span is what is asked of the packets.
type span struct {
	from, to time.Time
	hosts    []netip.Addr
}

// cutOf gathers when and between whom a case's findings took place.
func cutOf(i event.Incident, finding string) (s span, ok bool) {
	for n := range i.Findings {
		f := &i.Findings[n]
		if finding != "" && f.UID != finding {
			continue
		}
		ok = true
		s.add(f)
	}
	s.from, s.to = s.from.Add(-aroundFirst), s.to.Add(aroundLast)
	return s, ok && len(s.hosts) > 0
}

func (s *span) add(f *event.Finding) {
	for _, at := range []time.Time{f.Time, f.First, f.Last} {
		if at.IsZero() {
			continue
		}
		if s.from.IsZero() || at.Before(s.from) {
			s.from = at
		}
		if at.After(s.to) {
			s.to = at
		}
	}
	s.host(f.Device.IP)
	for _, p := range f.Peers {
		s.host(p.IP)
	}
	for _, e := range f.Evidence {
		s.host(e.Src.IP)
		s.host(e.Dst.IP)
	}
}

func (s *span) host(a netip.Addr) {
	if a.IsValid() && !slices.Contains(s.hosts, a.Unmap()) {
		s.hosts = append(s.hosts, a.Unmap())
	}
}

// spool is an extract on its way.
type spool struct {
	*os.File
	packets int
	size    int64
	whole   bool
}

func (c *Console) spool(ctx context.Context, s span) (_ *spool, err error) {
	f, err := os.CreateTemp(c.deps.Dir, ".packets-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if err := os.Remove(f.Name()); err != nil { // it lives as long as it is open
		return nil, err
	}
	room := &capped{w: f, room: maxPackets}
	whole, err := c.deps.Packets.Extract(ctx, s.from, s.to, s.hosts, room)
	if err != nil && !errors.Is(err, errCapped) {
		return nil, err
	}
	return &spool{File: f, packets: room.packets, size: room.done, whole: whole && err == nil}, nil
}

const enhancedPacket = 6 // block type

var errCapped = errors.New("more than one download holds")

// capped takes so many bytes and no more, by whole blocks of pcapng.
type capped struct {
	w       io.Writer
	room    int64
	done    int64
	packets int
	rest    []byte // of a block that has not come whole
}

// Write writes the whole blocks of what has come so far.
func (c *capped) Write(b []byte) (int, error) {
	c.rest = append(c.rest, b...)
	whole := 0
	for len(c.rest)-whole >= 8 {
		block := c.rest[whole:]
		n := int(binary.LittleEndian.Uint32(block[4:]))
		if n < 12 {
			return 0, fmt.Errorf("a pcapng block of %d bytes", n)
		}
		if n > len(block) {
			break
		}
		if c.done+int64(whole+n) > c.room {
			return 0, errors.Join(c.put(whole), errCapped)
		}
		if binary.LittleEndian.Uint32(block) == enhancedPacket {
			c.packets++
		}
		whole += n
	}
	return len(b), c.put(whole)
}

func (c *capped) put(n int) error {
	_, err := c.w.Write(c.rest[:n])
	c.done += int64(n)
	c.rest = append(c.rest[:0], c.rest[n:]...)
	return err
}

// send gives the file to the browser.
func (s *spool) send(h huma.Context, name string) {
	defer s.Close()
	h.SetHeader("Content-Type", "application/x-pcapng")
	h.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
	h.SetHeader("Content-Length", strconv.FormatInt(s.size, 10))
	h.SetHeader("X-Yagura-Packets", strconv.Itoa(s.packets))
	if !s.whole {
		h.SetHeader("X-Yagura-Cut", "true")
	}
	if _, err := s.Seek(0, io.SeekStart); err == nil {
		_, _ = io.Copy(h.BodyWriter(), s) // a reader that goes away is no fault
	}
}
