package insidechannel

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type instance struct {
	cfg    Config
	deps   detect.Deps
	pairs  *detect.Table[key, state]
	served *detect.Table[service, clients]
	clues  detect.Clues // of the conversation that is weighed
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.pairs.Expire(now)
	n.served.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return detect.SumStats(n.pairs.Stats(), n.served.Stats()) }

// known are ports of services that town halls run inside and that the sensor may not read: IANA's registry, and the
// documentation of Windows, of common databases, virus scanners, backups, meters and printers.
var known = []uint16{20, 21, 22, 23, 25, 42, 53, 80, 88, 102, 110, 111, 123, 135, 137, 138, 139, 143, 161, 162, 179, 199, 389, 427, 443, 444, 445, 464, 465, 502, 514, 515, 524, 543, 544, 548, 554, 587,
	593, 623, 631, 636, 749, 860, 873, 902, 903, 989, 990, 993, 995, 1080, 1099, 1158, 1311, 1352, 1414, 1433, 1434, 1494, 1521, 1526, 1688, 1720, 1723, 1801, 1883, 1935, 2000, 2049, 2101, 2103, 2105, 2179, 2383, 2404, 2598, 2638,
	2869, 3050, 3128, 3205, 3260, 3268, 3269, 3300, 3306, 3389, 3527, 3600, 3690, 4118, 4119, 4120, 4122, 4343, 4369, 4502, 4503, 4786, 4840, 5000, 5001, 5022, 5040, 5060, 5061, 5357, 5358, 5432, 5433, 5500, 5555,
	5671, 5672, 5693, 5722, 5800, 5900, 5901, 5985, 5986, 6000, 6001, 6379, 6514, 6556, 6600, 6881, 7000, 7001, 7070, 7389, 7680, 7777, 8000, 8005, 8008, 8009, 8014, 8080, 8081, 8082, 8088, 8192, 8194, 8400, 8403, 8443, 8530, 8531, 8880, 8883, 8888, 9000, 9001, 9042, 9090,
	9091, 9092, 9100, 9200, 9300, 9389, 9418, 9443, 9999, 10000, 10050, 10051, 10080, 10123, 11211, 13000, 14000, 15672, 16992, 16993, 20000, 27017, 27018, 44818, 47001, 47808, 50000, 61616, 62078}

// Observe follows conversations between two inside machines in protocols that tell nothing.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.Proto != event.ProtoTCP || !n.deps.Home(a.Src.IP) || !n.deps.Home(a.Dst.IP) || slices.Contains(known, a.Dst.Port) {
		return
	}
	if a.Activity == event.FlowOpen {
		if a.Dst.Port < dynamic {
			n.serve(a)
		}
		return
	}
	if !hidden(a) || a.Dst.Port >= dynamic && slices.Contains(known, a.Src.Port) {
		return
	}
	s, isNew := n.pairs.Touch(key{a.Src.IP, a.Dst.IP, a.Dst.Port}, a.Time)
	if isNew {
		s.first = a.Start
	}
	s.count(a)
	if a.Activity.Ended() && a.Resp.Payload > 0 {
		n.serve(a)
	}
	n.judge(a, s, emit)
}

// dynamic is from where ports are handed out as they come (RFC 6335 §6).
const dynamic = 49152

// hidden: nobody knows the protocol, or it is TLS, of which the port tells what for.
func hidden(a *event.NetworkActivity) bool {
	switch a.App {
	case "", "tls", "ssl", "socks", "telnet", "shell":
		return true
	}
	return false
}

func (n *instance) serve(a *event.NetworkActivity) {
	c, _ := n.served.Touch(service{a.Dst.IP, a.Dst.Port}, a.Time)
	if c.n < len(c.ips) && !slices.Contains(c.ips[:c.n], a.Src.IP) {
		c.ips[c.n] = a.Src.IP
		c.n++
	}
}

// visited is by how many machines a PC is talked to: those that manage, check and watch it. More talk to a server.
const visited = 8

// clients is how many machines used this port; of a machine that many talk to at all, how many those are.
func (n *instance) clients(dst netip.Addr, port uint16, at time.Time) int {
	used := 1
	if c := n.served.Peek(service{dst, port}, at); c != nil {
		used = max(used, c.n)
	}
	if all := n.deps.Facts.Prevalence(dst, at); all > visited {
		return all
	}
	return used
}

func (s *state) count(a *event.NetworkActivity) {
	if a.Activity == event.FlowFail || a.Activity == event.FlowRefuse {
		s.failed++
		return
	}
	if a.TLS != nil {
		if c := a.TLS.Certificate; c != nil && (c.SelfSigned || c.Subject != "" && c.Subject == c.Issuer) {
			s.selfSigned = true
		}
	}
	if a.Orig.Payload == 0 || a.Resp.Payload == 0 {
		return
	}
	if a.FlowID != s.last || a.FlowID == 0 {
		s.talks++
		s.last = a.FlowID
	}
	if a.Activity.Ended() && a.Orig.Payload >= burst && a.Orig.Payload >= 10*a.Resp.Payload {
		s.bursts++
	}
	if length := a.End.Sub(a.Start); length >= s.longest {
		s.longest = length
		s.sent, s.got = a.Orig.Payload, a.Resp.Payload
		s.packets = a.Orig.Packets + a.Resp.Packets
	}
}

// burst is how much the caller must send in one go to be told from talk: a picture of the screen, a file, a list.
const burst = 10_000

// most is how many bytes of one conversation are still talk; more is a copy.
const most = 5_000_000

// weigh asks for the clues; they hold until it is called again.
func (n *instance) weigh(a *event.NetworkActivity, s *state, clients int) *detect.Clues {
	c := &n.clues
	c.Begin()
	small := s.packets >= 12 && (s.sent+s.got)/s.packets < 400 && s.sent+s.got < most
	c.Add(a.App == "", 1, "unknown_protocol", event.Text{JA: "知られていない通信方式か", EN: "Is the protocol unknown?"},
		event.Text{JA: "ポート%dで、知られていない通信方式が使われています。", EN: "An unknown protocol runs on port %d."}, a.Dst.Port)
	c.Add(s.selfSigned, 1, "self_signed", event.Text{JA: "自作の証明書か", EN: "Is the certificate a self-made one?"},
		event.Text{JA: "ポート%dで、自作の証明書による暗号化通信があります。", EN: "Port %d is encrypted with a self-made certificate."}, a.Dst.Port)
	c.Add(small && s.longest >= n.cfg.Idle, 1.5, "idle_talk", event.Text{JA: "つながったまま小さなやり取りを続けているか", EN: "Does it stay connected with small exchanges?"},
		event.Text{JA: "%.0f秒つながったまま、%d個の小さな通信が行き来しました。", EN: "It stayed connected for %.0f s with %d small packets to and fro."}, s.longest.Seconds(), s.packets)
	c.Add(clients <= 1, 1, "only_one", event.Text{JA: "ほかにその端末を使うものはないか", EN: "Does nobody else use that machine?"},
		event.Text{JA: "相手の端末のこのポートを使うのは%d台だけです。", EN: "%d machine uses this port of the other."}, clients)
	c.Add(s.talks+s.failed >= 3, 0.8, "again", event.Text{JA: "つなぎ直しているか", EN: "Does it connect again?"},
		event.Text{JA: "%d回つなぎ直しています(うち%d回は失敗)。", EN: "It connected %d times, %d of them in vain."}, s.talks+s.failed, s.failed)
	c.Add(s.talks >= 5 && s.sent+s.got < 20_000, 0.7, "short_polls", event.Text{JA: "短いやり取りを繰り返しているか", EN: "Are there many short exchanges?"},
		event.Text{JA: "%d回とも短いやり取りです。", EN: "All %d exchanges were short."}, s.talks)
	c.Add(fetched(s, n.cfg.Idle), 1.5, "fetched", event.Text{JA: "つながったままのやり取りの横で、データが取り出されているか", EN: "Is data fetched beside the small talk?"},
		event.Text{JA: "小さなやり取りの横で、%d回、短い指示のあとにまとまったデータが送られました。", EN: "Beside the small talk, %d times much data was sent upon a short order."}, s.bursts)
	acts := n.deps.Facts.Hours(a.Dst.IP, a.Time) != nil
	c.Add(acts && clients <= 2, 0.5, "no_server", event.Text{JA: "相手は、人が使う端末か", EN: "Is the other side a machine that people use?"},
		event.Text{JA: "相手の端末(利用%d台)は、自分からも通信する普通の端末です。", EN: "The other machine (used by %d) opens conversations of its own."}, clients)
	lived := s.first.Sub(n.deps.Facts.Begun())
	c.Add(lived >= 3*24*time.Hour, 0.7, "new_here", event.Text{JA: "最近始まったものか", EN: "Did it begin lately?"},
		event.Text{JA: "%.0f日間なかった通信です。", EN: "It was not seen in the %.0f days before."}, lived.Hours()/24)
	c.Add(a.Midstream, -0.7, "midstream", event.Text{JA: "通信の始まりが見えていないか", EN: "Was the beginning not seen?"},
		event.Text{JA: "通信の始まり(ポート%d)が見えていません。", EN: "The beginning was not seen (port %d)."}, a.Dst.Port)
	c.Add(s.sent+s.got >= most, -2, "copy", event.Text{JA: "大量の転送か", EN: "Is it a copy of much data?"},
		event.Text{JA: "%dバイトが流れ、ファイルの転送に見えます。", EN: "%d bytes passed: it looks like a copy."}, s.sent+s.got)
	return c
}

// fetched: one conversation stays open for orders, others carry what was ordered.
func fetched(s *state, idle time.Duration) bool { return s.bursts >= 3 && s.longest >= idle }

func (n *instance) judge(a *event.NetworkActivity, s *state, emit detect.Emit) {
	if s.talks == 0 || s.told >= event.High || s.longest < n.cfg.Idle && s.talks < 3 {
		return
	}
	clients := n.clients(a.Dst.IP, a.Dst.Port, a.Time)
	if clients > n.cfg.Clients {
		return
	}
	c := n.weigh(a, s, clients)
	level := event.Medium
	if c.Sum >= n.cfg.High && fetched(s, n.cfg.Idle) {
		level = event.High
	}
	if c.Sum < n.cfg.Points || level <= s.told || n.exempt(a.Src.IP, a.Time) || n.exempt(a.Dst.IP, a.Time) {
		return
	}
	s.told = level
	n.tell(a, s, c, clients, emit)
}

func (n *instance) exempt(ip netip.Addr, at time.Time) bool {
	return n.deps.HasRole(ip, at, n.cfg.Exempt...)
}

func (n *instance) tell(a *event.NetworkActivity, s *state, c *detect.Clues, clients int, emit detect.Emit) {
	f := event.Finding{
		Behaviour: "c2.inside_channel", Severity: s.told, Confidence: min(80, 30+int(8*c.Sum)), Weight: min(0.5, 0.1*c.Sum),
		Device: detect.Device(a.Src), Peers: []event.Endpoint{a.Dst}, Subject: detect.At(a.Dst), First: s.first, Count: max(1, s.talks),
		Summary:  detect.Say("%[1]s と %[2]s が、ポート%[3]dで正体の分からない通信を続けています(%[4]d回)。", "%[1]s and %[2]s keep an unknown channel on port %[3]d (%[4]d times).", a.Src.IP, a.Dst.IP, a.Dst.Port, s.talks),
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	f.Reasons, f.Counter = c.Reasons()
	f.Gates = append([]event.Gate{
		detect.AtLeast("points", c.Sum, n.cfg.Points, "points", "points", event.Text{JA: "手がかりの点の合計は十分か", EN: "Do the clues add up to enough points?"}),
		detect.AtLeast("points_high", c.Sum, n.cfg.High, "points", "high", event.Text{JA: "重大とするのに十分か", EN: "Are they enough for a high finding?"}),
		detect.AtMost("clients", float64(clients), float64(n.cfg.Clients), "machines", "clients", event.Text{JA: "相手は、多くの端末が使うサーバーではないか", EN: "Is the other side no server of many?"}),
		detect.Holds("role", true, "exempt", event.Text{JA: "どちらも管理・点検などの役割の機器ではないか", EN: "Is neither of them a machine for administration or the like?"})}, c.Gates()...)
	emit(f)
}
