package beacon

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// named are ports of well-known services that Yagura does not read; what runs there is not strange.
var named = []uint16{20, 21, 22, 23, 25, 465, 587, 43, 49, 79, 102, 110, 113, 119, 143, 179, 194, 389, 427, 502, 514, 515, 543, 544, 548, 554, 631, 636, 646, 873,
	902, 989, 990, 993, 995, 1194, 1433, 1521, 1701, 1720, 1723, 1883, 1935, 2049, 3128, 3260, 3306, 3389, 3478, 5060, 5061, 5222, 5223,
	5228, 5242, 5243, 4244, 5269, 5349, 5432, 5671, 5672, 5900, 5938, 6379, 6667, 6881, 8333, 8883, 9100, 9418, 8801, 27017}

// spoken are ports whose protocol Yagura reads: unknown bytes there are a disguise.
var spoken = []uint16{53, 80, 88, 135, 443, 445}

// tcp adds a conversation in a protocol that nobody knows.
func (n *instance) tcp(e *event.NetworkActivity, emit detect.Emit) {
	k, name := n.keyOf(e, "", viaTCP)
	if n.known(name) || slices.Contains(named, e.Dst.Port) {
		return
	}
	s, _ := n.series.Touch(k, e.Time)
	t := &s.tcp
	again := slices.Contains(t.flows, e.FlowID)
	switch {
	case e.Activity == event.FlowFail || e.Activity == event.FlowRefuse:
		t.refused++
		s.add(e.Start, 0, &e.Conn, name)
	case e.Orig.Payload == 0 && e.Resp.Payload == 0:
		return
	default:
		if !again {
			t.talks++
			t.remember(e.FlowID)
			s.add(e.Start, e.Orig.Payload, &e.Conn, name)
		}
		if e.Activity.Ended() {
			t.volume(e)
		} else {
			s.now(e)
		}
	}
	if (again || s.due()) && !n.common(e.Dst.IP, name, e.Time) {
		n.judgeTCP(e, name, s, emit)
	}
}

// manyPeers: a back door has one or two servers, peer-to-peer programs have many.
const manyPeers = 8

// unknown counts the destinations with which a machine spoke unknown protocols in the last hour, at most 16.
func (n *instance) unknown(src, dst netip.Addr, at time.Time) int {
	s, _ := n.strange.Touch(src, at)
	if !slices.Contains(*s, dst) && len(*s) < 16 {
		*s = append(*s, dst)
	}
	return len(*s)
}

// now looks at a conversation that goes on.
func (s *series) now(e *event.NetworkActivity) {
	s.tcp.longest = max(s.tcp.longest, e.End.Sub(e.Start))
	if s.tcp.talks == 1 {
		s.tcp.sent, s.tcp.got, s.tcp.packets, s.tcp.outPackets = e.Orig.Payload, e.Resp.Payload, e.Orig.Packets+e.Resp.Packets, e.Orig.Packets
	}
}

func (n *instance) judgeTCP(e *event.NetworkActivity, name string, s *series, emit detect.Emit) {
	t := &s.tcp
	if t.talks == 0 { // nobody ever answered: a dead service
		return
	}
	c := call{at: e.Time, behaviour: "c2.rat_tcp", name: name, dst: e.Dst, series: s, rhythm: s.rhythm(n.deps.Facts.Hours(e.Src.IP, e.Time), true)}
	small := t.packets > 0 && (t.sent+t.got)/t.packets < 400
	p := n.points.begin()
	odd := !slices.Contains(spoken, e.Dst.Port) // messengers talk for hours on the ports of the web
	p.add(!odd && !e.Midstream, 2.2, "disguised", "ポート%dなのに、そこで使われるはずの通信ではありません。", "Port %d is used, but not with the protocol that belongs there.", e.Dst.Port)
	p.add(odd, 1.5, "unknown_protocol", "ポート%dで、知られていない通信方式が使われています。", "An unknown protocol runs on port %d.", e.Dst.Port)
	p.add(t.sent > 0 && t.got > 0, 0.5, "both_ways", "双方向のやり取りです(送信%dバイト、受信%dバイト)。", "Data goes both ways (%d bytes out, %d in).", t.sent, t.got)
	chatty := t.outPackets >= 30 && t.sent/t.outPackets < 200
	p.add(odd && chatty && t.longest >= time.Minute, 1, "short_messages", "%d個の短い送信(平均%dバイト)が続きました。", "%d short messages (%d bytes on average) were sent.", t.outPackets, t.sent/max(1, t.outPackets))
	p.add(odd && t.longest >= time.Minute && small && t.packets >= 12, 1.5, "idle_talk", "%.0f秒つながったまま、小さなやり取りを続けました。", "It stayed connected for %.0f s with small exchanges.", t.longest.Seconds())
	p.add(t.refused+t.talks >= 3, 0.8, "again", "%d回つなぎ直しています(うち%d回は失敗)。", "It connected %d times, %d of them in vain.", t.refused+t.talks, t.refused)
	p.add(name == "", 0.7, "no_lookup", "名前を調べずに直接アドレス(%s)につないでいます。", "It connects to the address (%s) without a look-up.", e.Dst.IP)
	plain := name != "" && !rented(name) && !madeUpName(name) && !cheapName(name)
	p.add(plain, -0.7, "ordinary_name", "相手には普通の名前(%s)があります。", "The destination has an ordinary name (%s).", name)
	p.opened(e.Opening, !plain)
	n.general(&c, p)
	if !odd {
		same := n.others(e.Src.IP, "disguised", e.Dst.IP, e.Time)
		p.add(same >= 2 && name == "", 0.8, "several", "同じことが%d台の外部の機器に対して行われています。", "It does the same towards %d machines outside.", same)
	}
	others := n.unknown(e.Src.IP, e.Dst.IP, e.Time)
	p.add(others >= manyPeers, -2.5, "many_peers", "同じような通信の相手が%d台以上あり、ファイル共有や通話ソフトに見えます。", "%d and more such destinations: it looks like file sharing or calls.", others)
	p.add(e.Midstream, -1, "midstream", "通信の始まり(ポート%d)が見えていません。", "The beginning was not seen (port %d).", e.Dst.Port)
	p.add(t.got > 2_000_000, -1.5, "download", "受信が%dバイトと多く、ダウンロードに見えます。", "%d bytes came in: it looks like a download.", t.got)
	n.tell(&c, p, emit)
}
