package amfsec

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/yagura-project/yagura/act/acttest/street"
)

// station is what AMF-SEC is to this enforcer: it takes syslog, finds the host
// of interest in the alert, makes an action of it and drives the switch, here
// the router of the street. An operator can delete the action; nothing else can.
type station struct {
	*street.Street
	t       *testing.T
	udp     net.PacketConn
	tcp     net.Listener
	tlsCfg  *tls.Config
	mode    atomic.Int32 // of the stream listener
	count   atomic.Int32 // messages that came
	taken   atomic.Int32 // messages that were dealt with
	mu      sync.Mutex
	actions map[string]string // what was named → MAC that is cut
	lines   []string
}

const (
	works int32 = iota
	mutes
	denies
)

const policy = `
table inet amf {
	set q { type ether_addr; }
	set q4 { type ipv4_addr; }
	chain forward {
		type filter hook forward priority filter; policy accept;
		ether saddr @q drop
		ip daddr @q4 drop
	}
}
`

func newStation(t *testing.T, stream bool, cert *tls.Config) *station {
	s := &station{Street: street.New(t, "am"), t: t, tlsCfg: cert, actions: map[string]string{}}
	s.Echo()
	s.In(street.Router, "nft -f - <<'EOF'"+policy+"EOF")
	s.Must(street.Router, func() (err error) {
		if !stream {
			s.udp, err = net.ListenPacket("udp", at)
			return err
		}
		s.tcp, err = net.Listen("tcp", at)
		return err
	})
	if stream {
		t.Cleanup(func() { _ = s.tcp.Close() })
		go s.accept()
		return s
	}
	t.Cleanup(func() { _ = s.udp.Close() })
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, _, err := s.udp.ReadFrom(buf)
			if err != nil {
				return
			}
			s.take(string(buf[:n]))
		}
	}()
	return s
}

// at is where it listens.
const at = "198.18.255.254:1514"

func (s *station) accept() {
	for {
		c, err := s.tcp.Accept()
		if err != nil {
			return
		}
		switch s.mode.Load() {
		case denies:
			_ = c.Close()
			continue
		case mutes:
			s.t.Cleanup(func() { _ = c.Close() })
			continue
		}
		if s.tlsCfg != nil {
			c = tls.Server(c, s.tlsCfg)
		}
		go s.stream(c)
	}
}

// stream takes messages that end with a line or begin with their length.
func (s *station) stream(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		first, err := r.Peek(1)
		if err != nil {
			return
		}
		if first[0] != '<' {
			var n int
			if _, err := fmt.Fscanf(r, "%d", &n); err != nil {
				return
			}
			_, _ = r.Discard(1)
			b := make([]byte, n)
			if _, err := readFull(r, b); err != nil {
				return
			}
			s.take(string(b))
			continue
		}
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		s.take(strings.TrimSuffix(line, "\n"))
	}
}

func readFull(r *bufio.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = r.Read(b[n:])
		n += m
	}
	return n, err
}

var (
	header   = regexp.MustCompile(`^<162>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ (CEF:0|LEEF:1\.0)\|Trend Micro\|Deep Discovery Inspector\|`)
	interest = regexp.MustCompile(`(?:^|[|\t ])(sourceTranslatedAddress|interestedIp)=(\S+)`)
	hardware = regexp.MustCompile(`(?:^|[|\t ])(smac|srcMAC)=(\S+)`)
)

// take makes an action of one alert. The IPv4 address comes first, as in the real one.
func (s *station) take(line string) {
	s.count.Add(1)
	defer s.taken.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
	if !header.MatchString(line) {
		s.t.Errorf("no alert of this product: %q", line)
		return
	}
	named, mac := "", ""
	if m := interest.FindStringSubmatch(line); m != nil {
		named = m[2]
		mac = s.neighbour(named)
	} else if m := hardware.FindStringSubmatch(line); m != nil {
		named, mac = m[2], strings.ToLower(m[2])
	}
	if mac == "" {
		s.t.Errorf("whom does it mean? %q", line)
		return
	}
	if _, there := s.actions[named]; !there {
		s.actions[named] = mac
		s.In(street.Router, "nft add element inet amf q '{ "+mac+" }'")
	}
}

// neighbour is the hardware address behind an address, from the router's own table.
func (s *station) neighbour(ip string) string {
	if _, err := netip.ParseAddr(ip); err != nil {
		return ""
	}
	out := strings.Fields(s.In(street.Router, "ip neigh show "+ip+" dev lan"))
	for i, f := range out {
		if f == "lladdr" && i+1 < len(out) {
			return out[i+1]
		}
	}
	return "02:00:00:00:00:99" // nobody that is connected: an action that waits for it
}

// operator deletes the actions that a receipt names.
func (s *station) operator(detail string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for named, mac := range s.actions {
		if strings.Contains(detail, named) {
			delete(s.actions, named)
			shared := false
			for _, other := range s.actions {
				shared = shared || other == mac
			}
			if !shared {
				s.In(street.Router, "nft delete element inet amf q '{ "+mac+" }'")
			}
		}
	}
}
