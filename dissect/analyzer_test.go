package dissect

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
)

// cable gives packets to an analyzer and keeps its events.
type cable struct {
	t      *testing.T
	a      *Analyzer
	now    time.Duration
	events []event.Event
}

func newWire(t *testing.T, protocols ...Protocol) *cable {
	w := &cable{t: t, now: time.Hour}
	cfg := DefaultConfig()
	cfg.Seed, cfg.Sensor, cfg.MaxFlows = 1, "test", 1024
	w.a = New(cfg, protocols, func(e event.Event) { w.events = append(w.events, e) })
	return w
}

func (w *cable) send(l ...gopacket.SerializableLayer) {
	w.t.Helper()
	buf := gopacket.NewSerializeBuffer()
	eth := &layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 1}, DstMAC: []byte{2, 0, 0, 0, 0, 2}, EthernetType: layers.EthernetTypeIPv4}
	if _, ok := l[0].(*layers.ARP); ok {
		eth.EthernetType = layers.EthernetTypeARP
	}
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, append([]gopacket.SerializableLayer{eth}, l...)...); err != nil {
		w.t.Fatal(err)
	}
	w.now += time.Millisecond
	w.a.Packet(&capture.Packet{Nanos: int64(w.now), Data: buf.Bytes(), OrigLen: len(buf.Bytes()), Link: capture.LinkEthernet})
}

const client, server = "10.0.0.1", "192.0.2.80"

func ipv4(from, to string, p layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{Version: 4, TTL: 64, Protocol: p, SrcIP: netip.MustParseAddr(from).AsSlice(), DstIP: netip.MustParseAddr(to).AsSlice()}
}

// tcp sends one segment, written as ">S 100" or "<SA 200 payload": direction, flags, sequence number relative
// to 1,000 (client) or 5,000 (server), payload. The acknowledgement is what the other side has sent so far.
func (w *cable) tcp(ports [2]uint16, segments ...string) {
	w.t.Helper()
	next := [2]uint32{1000, 5000}
	for _, s := range segments {
		var flags, payload string
		var seq uint32
		f := strings.SplitN(s[1:], " ", 3)
		flags = f[0]
		fmt.Sscan(f[1], &seq)
		if len(f) > 2 {
			payload = f[2]
		}
		d, ip := 0, ipv4(client, server, layers.IPProtocolTCP)
		if s[0] == '<' {
			d, ip = 1, ipv4(server, client, layers.IPProtocolTCP)
		}
		has := func(c string) bool { return strings.Contains(flags, c) }
		t := &layers.TCP{SrcPort: layers.TCPPort(ports[d]), DstPort: layers.TCPPort(ports[1-d]), Seq: []uint32{1000, 5000}[d] + seq,
			SYN: has("S"), ACK: has("A"), FIN: has("F"), RST: has("R"), PSH: has("P")}
		if t.ACK {
			t.Ack = next[1-d]
		}
		end := t.Seq + uint32(len(payload))
		if t.SYN || t.FIN {
			end++
		}
		if int32(end-next[d]) > 0 {
			next[d] = end
		}
		w.send(ip, t, gopacket.Payload(payload))
	}
}

// ends are the ends of flows in short: state, activity, packets and payload each way, gaps.
func (w *cable) ends() (out []string) {
	w.a.Close()
	for _, e := range w.events {
		if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() {
			out = append(out, fmt.Sprintf("%s %d %s:%d %d/%d %d/%d gaps %d", n.State, n.Activity, n.Src.IP, n.Src.Port,
				n.Orig.Packets, n.Resp.Packets, n.Orig.Payload, n.Resp.Payload, n.Gaps))
		}
	}
	return out
}

var web = [2]uint16{40000, 80}

func TestStates(t *testing.T) {
	for _, c := range []struct {
		name     string
		segments []string
		want     string
	}{
		{"SF", []string{">S 0", "<SA 0", ">A 1", ">PA 1 hello", "<PA 1 world!", ">FA 6", "<FA 7", ">A 7"}, "SF 2 10.0.0.1:40000 5/3 5/6 gaps 0"},
		{"S0", []string{">S 0", ">S 0"}, "S0 4 10.0.0.1:40000 2/0 0/0 gaps 0"},
		{"REJ", []string{">S 0", "<RA 0"}, "REJ 5 10.0.0.1:40000 1/1 0/0 gaps 0"},
		{"S1", []string{">S 0", "<SA 0", ">A 1 ab"}, "S1 2 10.0.0.1:40000 2/1 2/0 gaps 0"},
		{"S2", []string{">S 0", "<SA 0", ">FA 1", "<A 1"}, "S2 2 10.0.0.1:40000 2/2 0/0 gaps 0"},
		{"S3", []string{">S 0", "<SA 0", ">A 1", "<FA 1"}, "S3 2 10.0.0.1:40000 2/2 0/0 gaps 0"},
		{"RSTO", []string{">S 0", "<SA 0", ">R 1"}, "RSTO 3 10.0.0.1:40000 2/1 0/0 gaps 0"},
		{"RSTR", []string{">S 0", "<SA 0", ">A 1", "<RA 1"}, "RSTR 3 10.0.0.1:40000 2/2 0/0 gaps 0"},
		{"RSTOS0", []string{">S 0", ">R 1"}, "RSTOS0 4 10.0.0.1:40000 2/0 0/0 gaps 0"},
		{"SH", []string{">S 0", ">F 1"}, "SH 4 10.0.0.1:40000 2/0 0/0 gaps 0"},
		{"SHR", []string{"<SA 0", "<FA 1"}, "SHR 2 10.0.0.1:40000 0/2 0/0 gaps 0"},
		{"RSTRH", []string{"<SA 0", "<RA 1"}, "RSTRH 3 10.0.0.1:40000 0/2 0/0 gaps 0"},
		{"mid-stream from the server", []string{"<PA 70 answer", ">A 5"}, "OTH 2 10.0.0.1:40000 1/1 0/6 gaps 0"},
		{"sent again", []string{">S 0", "<SA 0", ">A 1 abc", ">A 1 abc", ">A 2 bcd", "<A 1"}, "S1 2 10.0.0.1:40000 4/2 4/0 gaps 0"},
		{"out of order", []string{">S 0", "<SA 0", ">A 4 def", ">A 1 abc", ">FA 7", "<FA 1", ">A 8"}, "SF 2 10.0.0.1:40000 5/2 6/0 gaps 0"},
		{"lost", []string{">S 0", "<SA 0", ">A 4 def", ">FA 7", "<FA 1", ">A 8"}, "SF 2 10.0.0.1:40000 4/2 3/0 gaps 3"},
		{"reset from nowhere", []string{">S 0", "<SA 0", ">A 1", "<R 900000000", ">A 1 ab"}, "S1 2 10.0.0.1:40000 3/2 2/0 gaps 0"},
		{"strays after the end", []string{">S 0", "<RA 0", "<RA 0", "<A 9"}, "REJ 5 10.0.0.1:40000 1/1 0/0 gaps 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWire(t)
			w.tcp(web, c.segments...)
			if got := w.ends(); len(got) != 1 || got[0] != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestPortReuse(t *testing.T) {
	w := newWire(t)
	w.tcp(web, ">S 0", "<RA 0", ">S 7777", "<SA 0", ">A 7778 x")
	want := []string{"REJ 5 10.0.0.1:40000 1/1 0/0 gaps 0", "S1 2 10.0.0.1:40000 2/1 1/0 gaps 0"}
	if diff := cmp.Diff(want, w.ends()); diff != "" {
		t.Error(diff)
	}
}

// TestSecondAttempt opens with another sequence number while the first attempt was not answered.
func TestSecondAttempt(t *testing.T) {
	w := newWire(t, echoProtocol)
	w.tcp([2]uint16{40000, 7}, ">S 0", ">S 90000000", "<SA 0", ">A 90000001 hello")
	if diff := cmp.Diff([]string{"orig hello", "close"}, w.said()); diff != "" {
		t.Error(diff)
	}
}

func TestEvents(t *testing.T) {
	w := newWire(t, echoProtocol)
	w.tcp([2]uint16{40000, 7}, ">S 0", "<SA 0", ">A 1", ">PA 1 hello", "<PA 1 hello")
	w.now += 6 * time.Minute
	w.tcp([2]uint16{40000, 7}, ">PA 6 x")
	w.a.Close()
	var got []string
	for _, e := range w.events {
		if h := e.Head(); h.Sensor != "test" || h.Time.Location() != time.UTC {
			t.Errorf("%+v", h)
		}
		switch e := e.(type) {
		case *event.NetworkActivity:
			got = append(got, fmt.Sprintf("%d %s %d/%d", e.Activity, e.App, e.Orig.Packets, e.Resp.Packets))
		case *event.SMBActivity:
			got = append(got, e.Command)
		}
	}
	want := []string{"1  1/0", "orig hello", "resp hello", "6 echo 3/2", "orig x", "6 echo 4/2", "close", "2 echo 4/2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// echoProtocol is a stand-in: it says what it is given as the Command of an SMBActivity, and panics on "panic".
var echoProtocol = Protocol{
	Name: "echo", Spec: "RFC 862", TCP: []uint16{7}, UDP: []uint16{7},
	Stream:    func(f *Flow) Stream { return &echoParser{f} },
	Datagrams: func(f *Flow) Datagrams { return &echoParser{f} },
}

type echoParser struct{ f *Flow }

func (p *echoParser) say(s string) {
	p.f.Emit(&event.SMBActivity{Header: p.f.Head(), Conn: p.f.Conn, Command: s})
}

func (p *echoParser) Data(d Dir, b []byte) (int, error) {
	switch s := string(b); {
	case strings.HasPrefix(s, "panic"):
		panic("as asked")
	case strings.HasPrefix(s, "opaque"):
		return 6, ErrOpaque
	case strings.HasPrefix(s, "next"):
		return 4, ErrNext
	case strings.HasPrefix(s, "fail"):
		return 0, errors.New("as asked")
	case strings.HasPrefix(s, "wait"):
		return 0, nil
	}
	p.say([]string{"orig ", "resp "}[d] + string(b))
	return len(b), nil
}
func (p *echoParser) Datagram(d Dir, b []byte) error { _, err := p.Data(d, b); return err }
func (p *echoParser) Gap(_ Dir, n int) error         { p.say(fmt.Sprint("gap ", n)); return nil }
func (p *echoParser) Close()                         { p.say("close") }

// said are the Commands of echoProtocol.
func (w *cable) said() (out []string) {
	w.a.Close()
	for _, e := range w.events {
		if s, ok := e.(*event.SMBActivity); ok {
			out = append(out, s.Command)
		}
	}
	return out
}

func TestParsers(t *testing.T) {
	open := []string{">S 0", "<SA 0", ">A 1"}
	for _, c := range []struct {
		name     string
		segments []string
		want     []string
		check    func(event.SensorStats) bool
	}{
		{"panic", []string{">A 1 panic", ">A 6 more"}, []string{"close"}, func(s event.SensorStats) bool { return s.Unparsed == 1 }},
		{"error", []string{">A 1 fail", ">A 5 more"}, []string{"close"}, func(s event.SensorStats) bool { return s.Unparsed == 1 }},
		{"opaque", []string{">A 1 opaque123", ">A 10 4567", "<A 1 89"}, []string{"close"}, func(s event.SensorStats) bool { return s.OpaqueBytes == 9 }},
		{"waits", []string{">A 1 wait", ">A 5 ing"}, []string{"close"}, func(s event.SensorStats) bool { return s.Unparsed == 0 }},
		{"gap", []string{">A 1 a", ">A 9 b", "<A 1", ">A 10 c"}, []string{"orig a", "gap 7", "orig b", "orig c", "close"}, func(s event.SensorStats) bool { return s.GapBytes == 7 }},
		{"next", []string{">A 1 next", ">A 5 unknown"}, []string{"close"}, func(s event.SensorStats) bool { return s.Unparsed == 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWire(t, echoProtocol)
			w.tcp([2]uint16{40000, 7}, append(open[:3:3], c.segments...)...)
			if diff := cmp.Diff(c.want, w.said()); diff != "" {
				t.Error(diff)
			}
			if s := w.a.Stats(); !c.check(s) {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestTurn recognises by its first bytes that a flow without a beginning was taken the wrong way round.
func TestTurn(t *testing.T) {
	greeting := Protocol{Name: "greeting", Anywhere: true,
		Probe: func(d Dir, b []byte, _ bool, port uint16) Match {
			if d == Resp && strings.HasPrefix(string(b), "220 ") && port == 50001 {
				return Yes
			}
			return No
		},
		Stream: func(f *Flow) Stream { return &echoParser{f} }}
	w := newWire(t, greeting)
	w.tcp([2]uint16{50000, 50001}, "<PA 1 220 hello", ">PA 1 EHLO", "<PA 10 250")
	if diff := cmp.Diff([]string{"resp 220 hello", "orig EHLO", "resp 250", "close"}, w.said()); diff != "" {
		t.Error(diff)
	}
	w.a.Close()
	if got := w.ends(); len(got) != 1 || got[0] != "OTH 2 10.0.0.1:50000 1/2 4/12 gaps 0" {
		t.Errorf("%q", got)
	}
}

func TestUDP(t *testing.T) {
	w := newWire(t, echoProtocol)
	udp := func(from, to string, sp, dp uint16, payload string) {
		w.send(ipv4(from, to, layers.IPProtocolUDP), &layers.UDP{SrcPort: layers.UDPPort(sp), DstPort: layers.UDPPort(dp)}, gopacket.Payload(payload))
	}
	udp(client, server, 5000, 7, "ask")
	udp(server, client, 7, 5000, "answer")
	udp(server, client, 7, 5001, "only the answer was captured")
	udp(client, "224.0.0.251", 7, 5353, "to a group")
	w.a.Close()
	want := []string{"SF 2 10.0.0.1:5000 1/1 3/6 gaps 0", "SHR 2 10.0.0.1:5001 0/1 0/28 gaps 0", "S0 4 10.0.0.1:7 1/0 10/0 gaps 0"}
	if diff := cmp.Diff(want, w.ends()); diff != "" {
		t.Error(diff)
	}
	if n := w.events[0].(*event.NetworkActivity); n.App != "echo" || n.Activity != event.FlowOpen {
		t.Errorf("the first event of a recognised datagram: %+v", n)
	}
}

// TestTimeToLive keeps the least and the most of each side.
func TestTimeToLive(t *testing.T) {
	w := newWire(t)
	for _, ttl := range []uint8{64, 60, 128} {
		ip := ipv4(client, server, layers.IPProtocolUDP)
		ip.TTL = ttl
		w.send(ip, &layers.UDP{SrcPort: 5000, DstPort: 99})
	}
	w.send(&layers.IPv4{Version: 4, TTL: 3, Protocol: layers.IPProtocolUDP, SrcIP: netip.MustParseAddr(server).AsSlice(), DstIP: netip.MustParseAddr(client).AsSlice()}, &layers.UDP{SrcPort: 99, DstPort: 5000})
	w.a.Close()
	n := w.events[len(w.events)-1].(*event.NetworkActivity)
	if n.TTLOrig != [2]uint8{60, 128} || n.TTLResp != [2]uint8{3, 3} {
		t.Errorf("%v, %v", n.TTLOrig, n.TTLResp)
	}
}

func TestUnreachable(t *testing.T) {
	w := newWire(t)
	u := &layers.UDP{SrcPort: 5000, DstPort: 99}
	ip := ipv4(client, server, layers.IPProtocolUDP)
	w.send(ip, u)
	quoted := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(quoted, gopacket.SerializeOptions{FixLengths: true}, ip, u); err != nil {
		t.Fatal(err)
	}
	w.send(ipv4(server, client, layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(3, 3)}, gopacket.Payload(quoted.Bytes()))
	want := []string{"REJ 5 10.0.0.1:5000 1/0 0/0 gaps 0", "S0 4 192.0.2.80:771 1/0 28/0 gaps 0"}
	if diff := cmp.Diff(want, w.ends()); diff != "" {
		t.Error(diff)
	}
}

func TestPing(t *testing.T) {
	w := newWire(t)
	for _, id := range []uint16{1, 2} {
		w.send(ipv4(client, server, layers.IPProtocolICMPv4), &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(8, 0), Id: id}, gopacket.Payload("abcd"))
	}
	w.send(ipv4(server, client, layers.IPProtocolICMPv4), &layers.ICMPv4{Id: 1}, gopacket.Payload("abcd"))
	want := []string{"SF 2 10.0.0.1:2048 1/1 4/4 gaps 0", "S0 4 10.0.0.1:2048 1/0 4/0 gaps 0"}
	if diff := cmp.Diff(want, w.ends()); diff != "" {
		t.Error(diff)
	}
}

// TestARP tells of a question once a minute, and at once when the binding changes.
func TestARP(t *testing.T) {
	w := newWire(t)
	ask := func(mac byte, target byte) {
		w.send(&layers.ARP{AddrType: layers.LinkTypeEthernet, Protocol: layers.EthernetTypeIPv4, HwAddressSize: 6, ProtAddressSize: 4, Operation: 1,
			SourceHwAddress: []byte{2, 0, 0, 0, 0, mac}, SourceProtAddress: []byte{10, 0, 0, 1}, DstHwAddress: make([]byte, 6), DstProtAddress: []byte{10, 0, 0, target}})
	}
	ask(1, 9)
	ask(1, 9)
	ask(1, 8)
	ask(5, 9)
	w.now += 2 * time.Minute
	ask(1, 9)
	w.a.Close()
	var got []string
	for _, e := range w.events {
		n := e.(*event.NetworkActivity)
		got = append(got, fmt.Sprint(n.ARP.Sender, " ", n.Dst.IP))
	}
	want := []string{"02:00:00:00:00:01 10.0.0.9", "02:00:00:00:00:01 10.0.0.8", "02:00:00:00:00:05 10.0.0.9", "02:00:00:00:00:01 10.0.0.9"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
