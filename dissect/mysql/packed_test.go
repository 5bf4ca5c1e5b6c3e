package mysql

import (
	"bytes"
	"compress/zlib"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

func TestCompressedCapture(t *testing.T) {
	const file = flowtest.Captures + "mysql-compressed.pcap.gz"
	flowtest.Golden(t, file, Protocol)
	flowtest.Conform(t, file, Protocol)
	const begin = "{version:'5.5.5-10.11.19-MariaDB-0+deb12u1' command_code:"
	want := []string{
		begin + "'query' command:'select * from jumin' field_count:3 data_rows:3000 data_size:147786}",
		begin + "'query' command:'update jumin set note='moved' where id=2' affected_rows:1}",
		begin + "'query' command:'select * from nowhere' error:{code:1146 sqlstate:'42S02' message:'Table 'juki.nowhere' doesn't exist'}}",
		begin + "'query' command:'select id from jumin where id < 4; select count(*) from jumin' field_count:1 data_rows:4 data_size:11}",
		begin + "'query' command:'select repeat('long ', 40000), 7' field_count:2 data_rows:1 data_size:200006}",
		begin + "'query' command:'select concat(repeat('x', 2000000), 'end')' field_count:1 data_rows:1 data_size:2000007}",
		begin + "'query' command:'select 8' field_count:1 data_rows:1 data_size:2}",
		begin + "'query' command:'select length(note) from jumin where id = 30001' field_count:1 data_rows:1 data_size:6}",
		begin + "'stmt_execute' command:'select id, name from jumin where id < ?' field_count:2 data_rows:299 data_size:4975}",
		begin + "'stmt_execute' command:'delete from jumin where id = ?' affected_rows:1}",
	}
	seen, infile := map[string]bool{}, ""
	for _, line := range recorded(t, file) {
		seen[line] = true
		if strings.Contains(line, "local_infile:") {
			infile = line
		}
	}
	for _, w := range want {
		if !seen[w] {
			t.Errorf("no %s", w)
		}
	}
	if !strings.Contains(infile, "/rows.tsv' data_size:32}") {
		t.Errorf("local infile: %s", infile)
	}
}

// recorded are the records of a capture.
func recorded(t *testing.T, file string) (out []string) {
	t.Helper()
	f, err := capture.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cfg := dissect.DefaultConfig()
	cfg.Detail = true
	a := dissect.New(cfg, []dissect.Protocol{Protocol}, func(e event.Event) {
		if r, ok := e.(*event.Record); ok {
			out = append(out, flowtest.Shape(&r.Body))
		}
	})
	var p capture.Packet
	for f.Next(&p) == nil {
		a.Packet(&p)
	}
	a.Close()
	return out
}

// outer puts packets into a compressed one of the bytes b, out of which size come.
func outer(b string, size int) string {
	return string([]byte{byte(len(b)), byte(len(b) >> 8), byte(len(b) >> 16), 0, byte(size), byte(size >> 8), byte(size >> 16)}) + b
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return outer(b.String(), len(s))
}

func zstandarded(s string) string {
	z, _ := zstd.NewWriter(nil, zstd.WithWindowSize(1<<20))
	return outer(string(z.EncodeAll([]byte(s), nil)), len(s))
}

func sent(s string) string { return outer(s, 0) }

// offering is a greeting of a server that has zlib and zstd.
var offering = strings.Replace(greeting, "\xff\xc1", "\xff\xc5", 1)

// talk is a session of such a greeting and a log-on that asks for bits.
func talk(bits uint32, turns ...flowtest.Say) []flowtest.Say {
	return append([]flowtest.Say{flowtest.Down(offering), able(bits), flowtest.Down(packet(2, granted))}, turns...)
}

const (
	loggedOn = "> {version:'8.0.36' tls:false user:'tanaka' result:'ok'}"
	asked    = "> {version:'8.0.36' command_code:'query' command:'select 1, 2, 3, 4, 5, 6, 7, 8, 9'"
)

var (
	ask = packet(0, "\x03select 1, 2, 3, 4, 5, 6, 7, 8, 9")
	two = []string{asked + " field_count:1 data_rows:2 data_size:5}"}
)

// cut spreads packets over outer ones that begin within them.
func cut(s string) string { return deflated(s[:20]) + sent(s[20:22]) + sent("") + deflated(s[22:]) }

// twoRows answers a question with two rows.
var twoRows = packets(1, "\x01", define(253, 0), ends, "\x01a", "\x02bc", ends)

// wide answers with a row that is longer than what is kept of it, and a short one.
func wide() string {
	const size = 300_000
	row := "\xfd" + string([]byte{byte(size & 255), byte(size >> 8 & 255), size >> 16}) + strings.Repeat("w", size)
	n := len(row)
	return packets(1, "\x01", define(253, 0), ends) + string([]byte{byte(n), byte(n >> 8), byte(n >> 16), 4}) + row + packets(5, "\x01z", ends)
}

// shrunken are compressed sessions, and what is to be told of them behind the log-on.
var shrunken = map[string]struct {
	says []flowtest.Say
	want []string
}{
	"zlib":                         {talk(compressed, flowtest.Up(deflated(ask)), flowtest.Down(deflated(twoRows))), two},
	"zstd":                         {talk(zstandard, flowtest.Up(zstandarded(ask)), flowtest.Down(zstandarded(twoRows))), two},
	"either":                       {talk(compressed|zstandard, flowtest.Up(deflated(ask)), flowtest.Down(zstandarded(twoRows))), two},
	"as it is":                     {talk(compressed, flowtest.Up(sent(ask)), flowtest.Down(sent(twoRows))), two},
	"cut anywhere":                 {talk(compressed, flowtest.Up(cut(ask)), flowtest.Down(cut(twoRows))), two},
	"wide, zlib":                   {talk(compressed, flowtest.Up(sent(ask)), flowtest.Down(deflated(wide()))), []string{asked + " field_count:1 data_rows:2 data_size:300006}"}},
	"wide, zstd":                   {talk(zstandard, flowtest.Up(sent(ask)), flowtest.Down(zstandarded(wide()))), []string{asked + " field_count:1 data_rows:2 data_size:300006}"}},
	"less comes out than was said": {talk(compressed, flowtest.Up(deflated(ask)), flowtest.Down(outer(deflated(twoRows)[outerHeader:], 1<<20)), flowtest.Up(sent(ask))), two},
	"no zlib":                      {talk(compressed, flowtest.Up(deflated(ask)), flowtest.Down(outer("nonsense", 100)), flowtest.Up(sent(ask))), []string{asked + "}"}},
}

func TestCompressed(t *testing.T) {
	for name, c := range shrunken {
		if d := cmp.Diff(append([]string{loggedOn}, c.want...), flowtest.Records(13306, false, c.says, Protocol)); d != "" {
			t.Errorf("%s: -want +got:\n%s", name, d)
		}
		if n := roomTaken.Load(); n != 0 {
			t.Errorf("%s: %d bytes are still counted", name, n)
		}
	}
}

// TestNotOffered: a client that asks for what the server has not offered is not compressed.
func TestNotOffered(t *testing.T) {
	plain := strings.Replace(greeting, "\x00\xff\xf7\xff", "\x00\xdf\xf7\xff", 1)
	got := flowtest.Records(13306, false, []flowtest.Say{flowtest.Down(plain), able(compressed), flowtest.Down(packet(2, granted)),
		flowtest.Up(ask), flowtest.Down(twoRows)}, Protocol)
	if d := cmp.Diff(append([]string{loggedOn}, two...), got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// onlooker looks at no buffer.
type onlooker struct{ wire.Inspector }

func (onlooker) Wants(wire.Buffer) bool  { return false }
func (onlooker) Tx(*wire.Flow, *wire.Tx) {}

// logged makes a parser that is logged on; it reads as on the wire, segment by segment.
func logged(t *testing.T, bits uint32) *parser {
	t.Helper()
	f := &dissect.Flow{Emit: func(event.Event) {}}
	f.Watch(onlooker{})
	p := Protocol.Stream(f).(*parser)
	for _, s := range talk(bits) {
		if _, err := p.Data(s.Dir, []byte(s.B)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestBombs(t *testing.T) {
	rows := packets(1, "\x01", define(253, 0), ends) + strings.Repeat("\x01\x00\x00\x04\xfb", 3<<20)
	pings := strings.Repeat("\x01\x00\x00\x00\x0e", 1<<20)
	for name, c := range map[string]struct {
		bits uint32
		dir  dissect.Dir
		b    string
	}{
		"rows, zlib":     {compressed, dissect.Resp, deflated(rows)},
		"rows, zstd":     {zstandard, dissect.Resp, zstandarded(rows)},
		"commands, zlib": {compressed, dissect.Orig, deflated(pings)},
		"commands, zstd": {zstandard, dissect.Orig, zstandarded(pings)},
	} {
		p := logged(t, c.bits)
		if _, err := p.Data(dissect.Orig, []byte(sent(ask))); err != nil {
			t.Fatal(err)
		}
		n, err := p.Data(c.dir, []byte(c.b))
		if err != dissect.ErrDone || p.gave > max(bombFrom, bombRatio*p.took)+dissect.PieceSize {
			t.Errorf("%s: %d of %d bytes read, %d came out, %v", name, n, len(c.b), p.gave, err)
		}
		p.Close()
	}
	if n := roomTaken.Load(); n != 0 {
		t.Errorf("%d bytes are still counted", n)
	}
}

// TestManyAtOnce: sessions whose packets are under way take no more memory than there is for all of them.
func TestManyAtOnce(t *testing.T) {
	begun := []byte(zstandarded(twoRows)[:outerHeader+12])
	var open []*parser
	refused := false
	for range maxRoom/zstdRoom + 1 {
		p := logged(t, zstandard)
		open = append(open, p)
		_, err := p.Data(dissect.Resp, begun)
		refused = err == dissect.ErrDone
	}
	if taken := roomTaken.Load(); !refused || taken > maxRoom {
		t.Errorf("refused: %v, %d bytes", refused, taken)
	}
	for _, p := range open {
		p.Close()
	}
	if n := roomTaken.Load(); n != 0 {
		t.Errorf("%d bytes are still counted", n)
	}
}
