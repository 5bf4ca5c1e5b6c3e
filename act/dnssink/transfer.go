package dnssink

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// servers are the listeners of one Hand.
type servers struct {
	all   []*dns.Server
	ended sync.WaitGroup
}

func (s *servers) close() error {
	var errs []error
	for _, x := range s.all {
		errs = append(errs, x.Shutdown())
	}
	s.ended.Wait() // each closes its socket on its way out: only then another may listen there
	return errors.Join(errs...)
}

// listen begins to serve transfers and the sinkhole; it is called before the first change.
func (h *hand) listen() error {
	if h.servers != nil {
		return nil
	}
	s := &servers{}
	if h.cfg.Transfer != "" {
		if err := s.open(h.cfg.Transfer, dns.HandlerFunc(h.transfer), h.key); err != nil {
			return err
		}
	}
	if h.cfg.Sinkhole != "" {
		if err := s.open(h.cfg.Sinkhole, dns.HandlerFunc(h.sink), nil); err != nil {
			return errors.Join(err, s.close())
		}
	}
	h.servers = s
	return nil
}

// open serves one address over UDP and TCP.
func (s *servers) open(at string, handler dns.Handler, key map[string]string) error {
	ln, err := net.Listen("tcp", at)
	if err != nil {
		return fmt.Errorf("dnssink: %w; another program, or a running Yagura, has it", err)
	}
	pc, err := net.ListenPacket("udp", at)
	if err != nil {
		return errors.Join(fmt.Errorf("dnssink: %w", err), ln.Close())
	}
	for _, x := range []*dns.Server{{Listener: ln}, {PacketConn: pc}} {
		x.Handler, x.TsigSecret = handler, key
		x.ReadTimeout, x.WriteTimeout, x.MaxTCPQueries = 5*time.Second, 10*time.Second, 64
		x.IdleTimeout = func() time.Duration { return 10 * time.Second }
		ready := make(chan struct{})
		x.NotifyStartedFunc = func() { close(ready) }
		s.ended.Go(func() { _ = x.ActivateAndServe() })
		<-ready
		s.all = append(s.all, x)
	}
	return nil
}

// transfer answers SOA, AXFR and IXFR for the zone, to those who may.
func (h *hand) transfer(w dns.ResponseWriter, q *dns.Msg) {
	m := new(dns.Msg)
	m.SetReply(q)
	if why := h.mayNot(w, q); why != "" {
		m.Rcode = dns.RcodeRefused
		h.log().Warn("a transfer of the response policy zone is refused", "from", w.RemoteAddr(), "why", why)
		_ = w.WriteMsg(m)
		return
	}
	if q.IsTsig() != nil {
		h.sign(m)
	}
	v := h.served.Load()
	soa, err := h.record("@ " + h.soa(v))
	if err != nil || q.Question[0].Qclass != dns.ClassINET || dns.CanonicalName(q.Question[0].Name) != h.zone {
		m.Rcode = dns.RcodeNotAuth
		_ = w.WriteMsg(m)
		return
	}
	m.Authoritative = true
	switch q.Question[0].Qtype {
	case dns.TypeAXFR, dns.TypeIXFR:
		h.stream(w, q, v, soa)
		return
	case dns.TypeSOA:
		m.Answer = []dns.RR{soa}
	}
	_ = w.WriteMsg(m)
}

// mayNot says why a question is not answered, "" when it is.
func (h *hand) mayNot(w dns.ResponseWriter, q *dns.Msg) string {
	if len(q.Question) != 1 || q.Opcode != dns.OpcodeQuery {
		return "no question"
	}
	if len(h.key) > 0 && (q.IsTsig() == nil || w.TsigStatus() != nil) {
		return "no valid signature"
	}
	from := addrOf(w.RemoteAddr())
	if len(h.cfg.TransferTo) > 0 && !slices.ContainsFunc(h.cfg.TransferTo, func(p netip.Prefix) bool { return p.Contains(from) }) {
		return "its address is not in transfer_to"
	}
	return ""
}

func addrOf(a net.Addr) netip.Addr {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// stream sends the whole zone, or what changed since the version that is asked from.
func (h *hand) stream(w dns.ResponseWriter, q *dns.Msg, v *version, soa dns.RR) {
	if _, udp := w.RemoteAddr().(*net.UDPAddr); udp { // too long for a datagram: the SOA alone sends the asker to TCP (RFC 1995 §2)
		m := new(dns.Msg)
		m.SetReply(q)
		m.Answer = []dns.RR{soa}
		if q.IsTsig() != nil {
			h.sign(m)
		}
		_ = w.WriteMsg(m)
		return
	}
	records := h.changes(q, v, soa)
	if records == nil {
		records = h.whole(v, soa)
	}
	out := make(chan *dns.Envelope)
	go func() {
		defer close(out)
		for part := range slices.Chunk(records, 200) {
			out <- &dns.Envelope{RR: part}
		}
	}()
	tr := &dns.Transfer{TsigSecret: h.key}
	if err := tr.Out(w, q, out); err != nil {
		h.log().Warn("a transfer of the response policy zone broke off", "to", w.RemoteAddr(), "error", err)
	}
	for range out { // whatever was not sent
	}
	_ = w.Close()
}

// whole is the zone between two copies of its SOA (RFC 5936 §2.2).
func (h *hand) whole(v *version, soa dns.RR) []dns.RR {
	records := []dns.RR{soa}
	lines := append([]string{"@ NS localhost.", h.canaryLine(v)}, sortedLines(v.lines)...)
	for _, l := range lines {
		if rr, err := h.record(l); err == nil {
			records = append(records, rr)
		}
	}
	return append(records, soa)
}

// changes is an incremental answer (RFC 1995 §4), nil when the version asked from is not known any more.
func (h *hand) changes(q *dns.Msg, v *version, soa dns.RR) []dns.RR {
	if q.Question[0].Qtype != dns.TypeIXFR || len(q.Ns) != 1 {
		return nil
	}
	from, ok := q.Ns[0].(*dns.SOA)
	if !ok {
		return nil
	}
	if from.Serial == v.serial {
		return []dns.RR{soa}
	}
	old := h.history.at(from.Serial)
	if old == nil {
		return nil
	}
	before, err := h.record("@ " + h.soa(old))
	if err != nil {
		return nil
	}
	out := []dns.RR{soa, before}
	add := func(lines []string) {
		for _, l := range lines {
			if rr, err := h.record(l); err == nil {
				out = append(out, rr)
			}
		}
	}
	add(append(only(old.lines, v.lines), h.canaryLine(old)))
	out = append(out, soa)
	add(append(only(v.lines, old.lines), h.canaryLine(v)))
	return append(out, soa)
}

// only are the lines of a that b has not.
func only(a, b map[string]bool) []string {
	var out []string
	for _, l := range sortedLines(a) {
		if !b[l] {
			out = append(out, l)
		}
	}
	return out
}

func (h *hand) canaryLine(v *version) string {
	return fmt.Sprintf("%s TXT \"%d\"", h.canary()[:len(h.canary())-1], v.serial)
}

// record parses a line of the zone.
func (h *hand) record(line string) (dns.RR, error) {
	owner, rest, _ := cut(line)
	name := owner + "." + h.zone
	if owner == "@" {
		name = h.zone
	}
	return dns.NewRR(fmt.Sprintf("%s %d IN %s", name, int(h.cfg.TTL.Seconds()), rest))
}

func cut(line string) (owner, rest string, ok bool) {
	for i := range line {
		if line[i] == ' ' {
			return line[:i], line[i+1:], true
		}
	}
	return line, "", false
}

// history keeps the last versions for incremental transfers.
type history struct {
	mu  sync.Mutex
	old []*version
}

// maxHistory bounds it; who is further behind gets the whole zone.
const maxHistory = 16

func (x *history) add(v, next *version) {
	if v.serial == 0 || v.serial == next.serial {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.old = append(x.old, v)
	if len(x.old) > maxHistory {
		x.old = x.old[1:]
	}
}

func (x *history) at(serial uint32) *version {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, v := range x.old {
		if v.serial == serial {
			return v
		}
	}
	return nil
}
