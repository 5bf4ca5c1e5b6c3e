package dissect

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// rules is an inspector that notes streams and anomalies.
type rules struct {
	said   [2]strings.Builder
	events []string // of each packet, without the prefix
	closed int
}

func (r *rules) Wants(wire.Buffer) bool { return true }
func (r *rules) Stream(f *wire.Flow, d wire.Dir, b []byte) {
	if f.Src.String() == client || f.Dst.String() == client { // the rest is flood
		r.said[d].Write(b)
	}
}
func (r *rules) Gap(_ *wire.Flow, d wire.Dir, n int) { fmt.Fprintf(&r.said[d], "[%d]", n) }
func (r *rules) Tx(*wire.Flow, *wire.Tx)             {}
func (r *rules) Close(*wire.Flow, int64)             { r.closed++ }
func (r *rules) Packet(p *wire.Packet, _ *wire.Flow, _ wire.Dir, _ int64, n uint64, _ bool) {
	for _, e := range p.Events {
		r.events = append(r.events, fmt.Sprintf("%d:%s", n, strings.TrimPrefix(string(e), "stream.")))
	}
}

// isn are the initial numbers of client and server.
var isn = [2]uint32{1000, 5000}

// seg is one TCP segment: sequence and acknowledgement numbers count from the initial ones.
type seg struct {
	from     Dir
	flags    uint8
	seq, ack int
	data     string
	stamp    uint32 // 0: no timestamps
	echo     uint32
	window   uint16 // 0: 10,000
	urgent   uint16
	broken   bool // with a wrong checksum
}

const (
	syn = event.FlagSYN
	ack = event.FlagACK
	fin = event.FlagFIN
	rst = event.FlagRST
)

func (s *seg) bytes() []byte {
	options := 0
	if s.stamp != 0 {
		options = 12
	}
	b := make([]byte, 20+20+options, 40+options+len(s.data))
	b[0], b[8], b[9] = 0x45, 64, 6
	copy(b[12:], []byte{10, 0, 0, 1, 192, 0, 2, 80})
	binary.BigEndian.PutUint16(b[20:], 40000)
	binary.BigEndian.PutUint16(b[22:], 80)
	if s.from == Resp {
		copy(b[12:], []byte{192, 0, 2, 80, 10, 0, 0, 1})
		binary.BigEndian.PutUint16(b[20:], 80)
		binary.BigEndian.PutUint16(b[22:], 40000)
	}
	binary.BigEndian.PutUint32(b[24:], isn[s.from]+uint32(s.seq))
	if s.flags&ack != 0 {
		binary.BigEndian.PutUint32(b[28:], isn[1-s.from]+uint32(s.ack))
	}
	b[32], b[33] = byte(20+options)/4<<4, s.flags
	window := s.window
	if window == 0 {
		window = 10000
	}
	binary.BigEndian.PutUint16(b[34:], window)
	binary.BigEndian.PutUint16(b[38:], s.urgent)
	if s.stamp != 0 {
		copy(b[40:], []byte{1, 1, 8, 10})
		binary.BigEndian.PutUint32(b[44:], s.stamp)
		binary.BigEndian.PutUint32(b[48:], s.echo)
	}
	b = append(b, s.data...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	binary.BigEndian.PutUint16(b[10:], checksum(0, b[:20]))
	binary.BigEndian.PutUint16(b[36:], checksum(6+len(b)-20, b[12:]))
	if s.broken {
		b[36]++
	}
	return b
}

// checksum is a checksum (RFC 1071).
func checksum(n int, b []byte) uint16 {
	for i, c := range b {
		n += int(c) << (8 * (1 - i%2))
	}
	for n>>16 != 0 {
		n = n>>16 + n&0xffff
	}
	return ^uint16(n)
}

// played gives segments to an analyzer that rules look at.
func played(segments ...seg) (*rules, *Analyzer) {
	r := &rules{}
	cfg := DefaultConfig()
	cfg.Seed = 1
	a := New(cfg, nil, func(event.Event) {})
	a.Inspect(r)
	for i := range segments {
		b := segments[i].bytes()
		a.Packet(&capture.Packet{Nanos: int64(i+1) * 1e6, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
	}
	return r, a
}

// hello opens a connection.
var hello = []seg{{from: Orig, flags: syn}, {from: Resp, flags: syn | ack, ack: 1}, {from: Orig, flags: ack, seq: 1, ack: 1}}

func and(first []seg, more ...seg) []seg { return append(first[:len(first):len(first)], more...) }

// timed opens one with timestamps.
var timed = []seg{{from: Orig, flags: syn, stamp: 700}, {from: Resp, flags: syn | ack, ack: 1, stamp: 90, echo: 700}, {from: Orig, flags: ack, seq: 1, ack: 1, stamp: 701, echo: 90}}

// TestStreamAnomalies shows what is named, and what reaches the rules, wherever in the circle of numbers a connection begins.
func TestStreamAnomalies(t *testing.T) {
	defer func(before [2]uint32) { isn = before }(isn)
	for _, isn = range [][2]uint32{{1000, 5000}, {0, 0}, {1<<31 - 3, 1<<31 - 2}, {1 << 31, 3 << 30}, {3 << 30, 1<<32 - 4}, {1<<32 - 3, 7}} {
		t.Run(fmt.Sprint(isn), streamAnomalies)
	}
}

func streamAnomalies(t *testing.T) {
	get := seg{from: Orig, flags: ack, seq: 1, ack: 1, data: "GET /"}
	for name, c := range map[string]struct {
		segments []seg
		events   string // packet:name
		said     string // client > server
	}{
		"all well": {and(hello, get, seg{from: Resp, flags: ack | fin, seq: 1, ack: 6, data: "ok"}, seg{from: Orig, flags: ack | fin, seq: 6, ack: 4},
			seg{from: Resp, flags: ack, seq: 4, ack: 7}), "", "GET />ok"},
		"forged RST and FIN before the answer": {[]seg{timed[0], {from: Resp, flags: rst | ack, seq: 1, ack: 1, stamp: 100, echo: 100}, {from: Resp, flags: fin | ack, seq: 1, ack: 1, stamp: 100, echo: 100},
			timed[1], timed[2], {from: Orig, flags: ack, seq: 1, ack: 1, data: "GET /", stamp: 702, echo: 90}}, "2:pkt_invalid_timestamp 3:pkt_invalid_timestamp", "GET />"},
		"RST for a forged answer":         {[]seg{hello[0], {from: Resp, flags: ack, seq: 1, ack: 77}, {from: Orig, flags: rst, seq: 77}, hello[1], hello[2], get}, "", "GET />"},
		"RST of what was never sent":      {[]seg{hello[0], {from: Resp, flags: rst | ack, ack: 9}, hello[1], hello[2], get}, "2:rst_invalid_ack", "GET />"},
		"RST from nowhere":                {and(hello, seg{from: Resp, flags: rst, seq: 90000}, get), "", "GET />"},
		"RST that nobody believes":        {and(hello, seg{from: Orig, flags: rst | ack, seq: 1, ack: 1}, get, seg{from: Resp, flags: ack, seq: 1, ack: 6, data: "ok"}), "6:suspected_rst_inject", "GET />ok"},
		"RST with words":                  {and(hello, get, seg{from: Resp, flags: rst | ack, seq: 1, ack: 6, data: "go away"}), "", "GET />"},
		"beyond the window":               {and(hello, seg{from: Orig, flags: ack, seq: 20000, ack: 1, data: "EVIL"}, get), "4:est_packet_out_of_window", "GET />"},
		"ACK of what was never sent":      {and(hello, seg{from: Orig, flags: ack, seq: 1, ack: 30000, data: "EVIL!"}, get), "4:pkt_invalid_ack 4:est_invalid_ack", "GET />"},
		"an old timestamp":                {and(timed, seg{from: Orig, flags: ack, seq: 1, ack: 1, data: "EVIL!", stamp: 600, echo: 90}, seg{from: Orig, flags: ack, seq: 1, ack: 1, data: "GET /", stamp: 702, echo: 90}), "4:pkt_invalid_timestamp", "GET />"},
		"sent again":                      {and(hello, get, get, seg{from: Resp, flags: ack, seq: 1, ack: 6}, get), "5:pkt_retransmission 7:pkt_retransmission 7:pkt_spurious_retransmission 7:est_pkt_before_last_ack", "GET />"},
		"sent again, but other":           {and(hello, get, seg{from: Orig, flags: ack, seq: 1, ack: 1, data: "EVIL!"}), "5:pkt_retransmission 5:reassembly_overlap_different_data", "GET />"},
		"partly other":                    {and(hello, get, seg{from: Orig, flags: ack, seq: 4, ack: 1, data: "XXindex"}), "5:reassembly_overlap_different_data", "GET /index>"},
		"SYN within":                      {and(hello, seg{from: Orig, flags: syn, seq: 777}, get), "4:est_syn_resend_diff_seq", "GET />"},
		"SYN sent again":                  {and(hello, hello[0], get), "4:est_syn_resend", "GET />"},
		"SYN from the server":             {and(hello, seg{from: Resp, flags: syn, seq: 777}, get), "4:est_syn_toclient", "GET />"},
		"SYN/ACK within":                  {and(hello, seg{from: Resp, flags: syn | ack, seq: 777, ack: 1}, get), "4:est_synack_resend_with_diff_seq", "GET />"},
		"SYN/ACK with another ACK":        {and(hello, seg{from: Resp, flags: syn | ack, ack: 777}, get), "4:est_synack_resend_with_different_ack", "GET />"},
		"SYN/ACK from the client":         {and(hello, seg{from: Orig, flags: syn | ack, ack: 1}, get), "4:est_synack_toserver", "GET />"},
		"SYN/ACK with a wrong ACK":        {[]seg{hello[0], {from: Resp, flags: syn | ack, ack: 9}, hello[1], hello[2], get}, "2:3whs_synack_with_wrong_ack", "GET />"},
		"SYN/ACK from the client, early":  {[]seg{hello[0], {from: Orig, flags: syn | ack, ack: 9}, hello[1], hello[2], get}, "2:3whs_synack_in_wrong_direction", "GET />"},
		"two SYN/ACKs":                    {[]seg{hello[0], hello[1], {from: Resp, flags: syn | ack, seq: 99, ack: 1}, hello[2], get}, "3:3whs_synack_resend_with_diff_seq", "GET />"},
		"SYN/ACK again, other ACK":        {[]seg{hello[0], hello[1], {from: Resp, flags: syn | ack, ack: 99}, hello[2], get}, "3:3whs_synack_resend_with_different_ack", "GET />"},
		"SYN/ACK to the server":           {[]seg{hello[0], hello[1], {from: Orig, flags: syn | ack, ack: 1}, hello[2], get}, "3:3whs_synack_toserver_on_syn_recv", "GET />"},
		"SYN to the client":               {[]seg{hello[0], hello[1], {from: Resp, flags: syn, seq: 8}, hello[2], get}, "3:3whs_syn_toclient_on_syn_recv", "GET />"},
		"SYN again after the answer":      {[]seg{hello[0], hello[1], {from: Orig, flags: syn, seq: 8}, hello[2], get}, "3:3whs_syn_resend_diff_seq_on_syn_recv", "GET />"},
		"handshake with a wrong ACK":      {[]seg{hello[0], hello[1], {from: Orig, flags: ack, seq: 1, ack: 99}, hello[2], get}, "3:3whs_right_seq_wrong_ack_evasion", "GET />"},
		"handshake with nothing right":    {[]seg{hello[0], hello[1], {from: Orig, flags: ack, seq: 30000, ack: 99}, hello[2], get}, "3:3whs_wrong_seq_wrong_ack", "GET />"},
		"the server speaks too early":     {[]seg{hello[0], hello[1], {from: Resp, flags: ack, seq: 1, ack: 1, data: "hi"}, hello[2], get}, "3:3whs_ack_in_wrong_dir", "GET />hi"},
		"both open":                       {[]seg{hello[0], {from: Resp, flags: syn}, {from: Orig, flags: syn | ack, ack: 1}, {from: Resp, flags: ack, seq: 1, ack: 1}, get}, "", "GET />"},
		"both open, wrong ACK":            {[]seg{hello[0], {from: Resp, flags: syn}, {from: Orig, flags: syn | ack, ack: 9}}, "3:4whs_synack_with_wrong_ack", ">"},
		"data with the SYN":               {[]seg{{from: Orig, flags: syn, data: "GET /"}, {from: Resp, flags: syn | ack, ack: 6}, {from: Orig, flags: ack, seq: 6, ack: 1}}, "", "GET />"},
		"data with the SYN, not taken":    {[]seg{{from: Orig, flags: syn, data: "GET /"}, {from: Resp, flags: syn | ack, ack: 1}, {from: Orig, flags: ack, seq: 1, ack: 1, data: "GET /"}}, "2:3whs_synack_tfo_data_ignored", "GET />"},
		"FIN beyond the window":           {and(hello, seg{from: Orig, flags: ack | fin, seq: 30000, ack: 1}, get), "4:fin_out_of_window", "GET />"},
		"FIN with a wrong ACK":            {and(hello, seg{from: Orig, flags: ack | fin, seq: 1, ack: 30000}, get), "4:pkt_invalid_ack 4:fin_invalid_ack", "GET />"},
		"SYN while closing":               {and(hello, seg{from: Orig, flags: ack | fin, seq: 1, ack: 1}, seg{from: Orig, flags: syn}), "5:shutdown_syn_resend", ">"},
		"closing, with a wrong ACK":       {and(hello, seg{from: Orig, flags: ack | fin, seq: 1, ack: 1}, seg{from: Resp, flags: ack, seq: 1, ack: 30000, data: "EVIL"}, seg{from: Resp, flags: ack, seq: 1, ack: 2, data: "ok"}), "5:pkt_invalid_ack 5:closewait_invalid_ack", ">ok"},
		"the server closes, wrong ACK":    {and(hello, seg{from: Resp, flags: ack | fin, seq: 1, ack: 1}, seg{from: Orig, flags: ack, seq: 1, ack: 30000, data: "EVIL"}), "5:pkt_invalid_ack 5:fin1_invalid_ack", ">"},
		"the server has closed, too far":  {and(hello, seg{from: Resp, flags: ack | fin, seq: 1, ack: 1}, seg{from: Orig, flags: ack, seq: 1, ack: 2}, seg{from: Orig, flags: ack, seq: 30000, ack: 2, data: "EVIL"}), "6:fin2_ack_wrong_seq", ">"},
		"lost":                            {and(hello, seg{from: Orig, flags: ack, seq: 6, ack: 1, data: "index"}, seg{from: Resp, flags: ack, seq: 1, ack: 11}, seg{from: Orig, flags: ack, seq: 11, ack: 1, data: ".html"}), "6:reassembly_seq_gap", "[5]index.html>"},
		"an ACK without its flag":         {[]seg{hello[0], hello[1], {from: Orig, flags: ack, seq: 1, ack: 1}, {from: Orig, flags: fin | syn, seq: 1}}, "4:fin_syn 4:est_syn_resend_diff_seq", ">"},
		"no beginning":                    {[]seg{get, {from: Resp, flags: rst | ack, seq: 1, ack: 6}}, "2:rst_but_no_session", "GET />"},
		"no beginning, FIN":               {[]seg{{from: Orig, flags: fin | ack, seq: 1, ack: 6}}, "1:fin_but_no_session", ">"},
		"out of band":                     {and(hello, seg{from: Orig, flags: ack | event.FlagURG, seq: 1, ack: 1, data: "malXicious", urgent: 4}), "", "malicious>"},
		"out of band, out of order":       {and(hello, seg{from: Orig, flags: ack | event.FlagURG, seq: 4, ack: 1, data: "Xicious", urgent: 1}, seg{from: Orig, flags: ack, seq: 1, ack: 1, data: "mal"}), "", "malicious>"},
		"a port used again":               {and(hello, seg{from: Orig, flags: syn, seq: 777000}, seg{from: Resp, flags: syn | ack, seq: 888000, ack: 777001}, seg{from: Orig, flags: ack, seq: 777001, ack: 888001, data: "GET /"}), "4:est_syn_resend_diff_seq", "GET />"},
		"keep-alive":                      {and(hello, get, seg{from: Resp, flags: ack, seq: 1, ack: 6}, seg{from: Orig, flags: ack, seq: 5, ack: 1, data: "\x00"}), "", "GET />"},
		"more than the window, once more": {and(hello, seg{from: Resp, flags: ack, seq: 1, ack: 1, window: 5}, get), "", "GET />"},
	} {
		r, a := played(c.segments...)
		a.Close()
		if got := strings.Join(r.events, " "); got != c.events {
			t.Errorf("%s: %s, want %s", name, got, c.events)
		}
		if got := r.said[Orig].String() + ">" + r.said[Resp].String(); got != c.said {
			t.Errorf("%s: rules saw %q, want %q", name, got, c.said)
		}
		if a.keptAll != 0 || a.pool.Used() != 0 {
			t.Errorf("%s: %d bytes and %d buffers are still held", name, a.keptAll, a.pool.Used())
		}
		for _, e := range r.events {
			found := false
			for _, known := range wire.StreamEvents() {
				found = found || strings.HasSuffix(string(known), e[strings.Index(e, ":")+1:])
			}
			if !found {
				t.Errorf("%s has no entry in the list", e)
			}
		}
	}
}

// TestNoEvasion mixes a conversation with segments that its hosts throw away: rules see the conversation, whole.
func TestNoEvasion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		evil := []seg{
			{flags: rst, seq: 900000}, {flags: rst | ack, seq: 1, ack: 500000}, {flags: ack, seq: 1, ack: 500000, data: "EVIL"},
			{flags: ack, seq: 300000, ack: 1, data: "EVIL"}, {flags: ack, seq: 1, ack: 1, data: "EVIL", stamp: 5, echo: 5},
			{flags: 0, seq: 1, data: "EVIL"}, {flags: fin, seq: 1, data: "EVIL"}, {flags: event.FlagPSH | event.FlagURG, seq: 1, data: "EVIL", urgent: 2},
			{flags: syn, seq: 44444}, {flags: syn | ack, seq: 1, ack: 1, data: "EVIL"}, {flags: fin | ack, seq: 900000, ack: 1}, {flags: rst | ack, seq: 1, ack: 1, stamp: 5, echo: 5},
		}
		var want [2]string
		next, stamp := [2]int{1, 1}, [2]uint32{701, 91}
		segments := timed
		for range rapid.IntRange(1, 30).Draw(t, "segments") {
			if rapid.Bool().Draw(t, "hostile") {
				x := rapid.SampledFrom(evil).Draw(t, "what")
				x.from = Dir(rapid.IntRange(0, 1).Draw(t, "from"))
				if x.flags&fin != 0 || x.flags == rst || x.stamp == 0 {
					x.stamp = 0
				}
				segments = and(segments, x)
				continue
			}
			d := Dir(rapid.IntRange(0, 1).Draw(t, "who"))
			s := seg{from: d, flags: ack, seq: next[d], ack: next[1-d], stamp: stamp[d], echo: stamp[1-d], data: rapid.StringMatching("[a-z]{1,40}").Draw(t, "says")}
			stamp[d]++
			next[d] += len(s.data)
			want[d] += s.data
			segments = and(segments, s)
		}
		r, a := played(segments...)
		a.Close()
		if r.said[Orig].String() != want[Orig] || r.said[Resp].String() != want[Resp] {
			t.Fatalf("rules saw %q and %q, want %q; %v", r.said[Orig].String(), r.said[Resp].String(), want, r.events)
		}
	})
}

// TestAcknowledgementsUnseen shows rules all of a stream whose other side is seen no more after the handshake.
func TestAcknowledgementsUnseen(t *testing.T) {
	segments := hello
	for i := range 60 {
		segments = and(segments, seg{from: Orig, flags: ack, seq: 1 + 1000*i, ack: 1, data: strings.Repeat("x", 1000)})
	}
	r, a := played(segments...)
	a.Close()
	if n := strings.Count(r.said[Orig].String(), "x"); n != 60_000 {
		t.Errorf("rules saw %d bytes", n)
	}
}

// TestUploadLost shows rules the answer to an upload of which the capture has lost more than a window; and that confirmations of what
// was never sent hide nothing that comes after them.
func TestUploadLost(t *testing.T) {
	segments := hello
	for i := range 5 {
		segments = and(segments, seg{from: Resp, flags: ack, seq: 1, ack: 500_000 + 1000*i})
	}
	lost := and(segments, seg{from: Resp, flags: ack, seq: 1, ack: 504_000, data: "200 OK"}, seg{from: Resp, flags: ack, seq: 7, ack: 504_000, data: " done"},
		seg{from: Orig, flags: ack, seq: 504_000, ack: 13, data: "bye"}, seg{from: Resp, flags: ack, seq: 13, ack: 504_003})
	r, a := played(lost...)
	a.Close()
	if got := r.said[Orig].String() + ">" + r.said[Resp].String(); got != "[503999]bye>200 OK done" {
		t.Errorf("rules saw %q", got)
	}
	forged := and(segments, seg{from: Resp, flags: ack, seq: 1, ack: 1, data: "220 "}, seg{from: Orig, flags: ack, seq: 1, ack: 5, data: "GET /"}, seg{from: Resp, flags: ack, seq: 5, ack: 6, data: "ok"})
	r, a = played(forged...)
	a.Close()
	if got := r.said[Orig].String() + ">" + r.said[Resp].String(); got != "GET />220 ok" {
		t.Errorf("rules saw %q", got)
	}
}

// TestCaptureSlept goes on behind a hole that is larger than any window.
func TestCaptureSlept(t *testing.T) {
	segments := hello
	for i := range 3 * maxRefused {
		segments = and(segments, seg{from: Orig, flags: ack, seq: 5_000_000 + i, ack: 9_000_000, data: "x"}, seg{from: Resp, flags: ack, seq: 9_000_000, ack: 5_000_001 + i})
	}
	r, a := played(segments...)
	a.Close()
	if n := strings.Count(r.said[Orig].String(), "x"); n < 2*maxRefused-2 {
		t.Errorf("rules saw %d bytes: %q", n, r.said[Orig].String())
	}
}
