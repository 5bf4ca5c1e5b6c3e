package mysql

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestCapture(t *testing.T) {
	const file = flowtest.Captures + "mysql-mariadb.pcap.gz"
	flowtest.GoldenFields(t, file, Protocol)
	flowtest.Golden(t, file, Protocol)
	flowtest.Conform(t, file, Protocol)
}

// define is § Column Definition of a kind; flags 0x20: unsigned.
func define(kind, flags byte) string {
	return "\x03def\x00\x00\x00\x01a\x00\x0c\x21\x00\xff\x00\x00\x00" + string([]byte{kind, flags}) + "\x00\x00\x00"
}

// able is a log-on with more capabilities than that of says.
func able(bits uint32) flowtest.Say {
	return flowtest.Up(packet(1, string(binary.LittleEndian.AppendUint32(nil, 0x8200|bits))+logon[header+4:]))
}

const (
	granted = "\x00\x00\x00\x02\x00\x00\x00"
	ends    = "\xfe\x00\x00\x02\x00" // EOF
	more    = "\xfe\x00\x00\x0a\x00" // EOF, and another result follows
)

// packets numbers what one side says from the first number on.
func packets(first byte, bodies ...string) string {
	var b strings.Builder
	for i, body := range bodies {
		b.WriteString(packet(first+byte(i), body))
	}
	return b.String()
}

// sessions is a log-on as of old, with an end behind the columns, and what may follow one.
var sessions = []flowtest.Say{
	flowtest.Down(greeting), able(0), flowtest.Down(packet(2, granted)),
	flowtest.Up(packet(0, "\x03select 1")),
	flowtest.Down(packets(1, "\x02", define(253, 0), define(253, 0), ends, "\x01a\xfb", "\x02bc\xfc\x01\x00d", more, "\x01", define(253, 0), ends, "\x01e", ends)),
	flowtest.Up(packet(0, "\x03bad")), flowtest.Down(packet(1, "\xff\x28\x04#42000no")),
	flowtest.Up(packet(0, "\x16select ?")),
	flowtest.Down(packets(1, "\x00\x07\x00\x00\x00\x08\x00\x01\x00\x00\x00\x00", define(253, 0), ends,
		define(typeTiny, 0), define(typeShort, 0x20), define(typeDouble, 0), define(typeFloat, 0), define(typeDateTime, 0), define(typeTime, 0), define(typeNull, 0), define(253, 0), ends)),
	flowtest.Up(packet(0, "\x17\x07\x00\x00\x00\x00\x01\x00\x00\x00")),
	flowtest.Down(packets(1, "\x08\x00", ends, "\x00\x00\x02\xff\xff\xff\x00\x00\x00\x00\x00\x00\xf8\x3f\x00\x00\xc0\x3f"+
		"\x0b\xea\x07\x0b\x16\x08\x09\x0a\x0b\x00\x00\x00"+"\x08\x01\x01\x00\x00\x00\x01\x02\x03", ends)),
	flowtest.Up(packet(0, "\x17\x07\x00\x00\x00\x01\x01\x00\x00\x00")), // by a cursor
	flowtest.Down(packets(1, "\x01", define(typeTiny, 0), "\xfe\x00\x00\x42\x00")),
	flowtest.Up(packet(0, "\x1c\x07\x00\x00\x00\x01\x00\x00\x00")),
	flowtest.Down(packets(1, ends)),
	flowtest.Up(packet(0, "\x19\x07\x00\x00\x00") + packet(0, "\x17\x07\x00\x00\x00") + packet(0, "\x0e")), // forgotten; both at once
	flowtest.Down(packets(1, "\xff\xdb\x04gone") + packets(1, "\x00\x00\x00\x02\x00\x00\x00")),
	flowtest.Up(packet(0, "\x03load data local")), flowtest.Down(packet(1, "\xfb/etc/passwd")),
	flowtest.Up(packet(2, "root:x:0") + packet(3, "")), flowtest.Down(packet(4, "\xff\xff\xff\x01half") + packet(5, "\x00\x02\x00\x02\x00\x00\x00")),
	flowtest.Up(packet(0, "\x09")), flowtest.Down(packet(1, "Uptime: 1")),
	flowtest.Up(packet(0, "\x04t\x00")), flowtest.Down(packets(1, define(253, 0), ends)),
	flowtest.Up(packet(0, "\x02x")), flowtest.Up(packet(0, "\x01")),
}

func TestRecords(t *testing.T) {
	const begin = "> {version:'8.0.36' command_code:"
	want := []string{
		"> {version:'8.0.36' tls:false user:'tanaka' result:'ok'}",
		begin + "'query' command:'select 1' field_count:1 data_rows:3 data_size:12}",
		begin + "'query' command:'bad' error:{code:1064 sqlstate:'42000' message:'no'}}",
		begin + "'stmt_prepare' command:'select ?'}",
		begin + "'stmt_execute' command:'select ?' field_count:8 data_rows:1 data_size:39}",
		begin + "'stmt_execute' command:'select ?' field_count:1 data_rows:0 data_size:0}",
		begin + "'stmt_fetch' command:'select ?' data_rows:0 data_size:0}",
		begin + "'stmt_execute' error:{code:1243 message:'gone'}}",
		begin + "'ping' affected_rows:0}",
		begin + "'query' command:'load data local' affected_rows:2 local_infile:{filename:'/etc/passwd' data_size:8}}",
		begin + "'statistics'}",
		begin + "'field_list'}",
		begin + "'quit'}",
		begin + "'init_db'}",
	}
	if d := cmp.Diff(want, flowtest.Records(13306, false, sessions, Protocol)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestNewer: OK ends the rows; statements have attributes; MariaDB leaves out columns that the client knows.
func TestNewer(t *testing.T) {
	want := []string{
		"> {version:'8.0.36' tls:false user:'tanaka' result:'ok'}",
		"> {version:'8.0.36' command_code:'query' command:'set password = '***'' affected_rows:0}",
		"> {version:'8.0.36' command_code:'query' command:'select 2' field_count:1 data_rows:1 data_size:2}",
		"> {version:'8.0.36' command_code:'stmt_execute' field_count:0 data_rows:1 data_size:2}",
		"> {version:'8.0.36' command_code:'stmt_bulk_execute' affected_rows:300}",
	}
	got := flowtest.Records(13306, false, []flowtest.Say{
		flowtest.Down(greeting), able(withoutEOF | attributed), flowtest.Down(packet(2, granted)),
		flowtest.Up(packet(0, "\x03\x00\x01set password = 'secret'")), flowtest.Down(packet(1, granted)),
		flowtest.Up(packet(0, "\x03\x02\x01\x02\x01"+"\x03\x00\x01n"+"\xfd\x00\x01s"+"\x01\x00\x00\x00"+"select 2")),
		flowtest.Down(packets(1, "\x01", define(253, 0), "\x012", "\xfe\x00\x00\x02\x00\x00\x00")),
		flowtest.Up(packet(0, "\x17\x09\x00\x00\x00")), flowtest.Down(packets(1, "\x01\x00", "\x00\x00", "\xfe\x00\x00\x02\x00\x00\x00")),
		flowtest.Up(packet(0, "\xfa\x09\x00\x00\x00")), flowtest.Down(packets(1, "\x00\xfc\x2c\x01\x00\x02\x00\x00\x00")),
	}, Protocol)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestClosedMeanwhile: a client closes a statement before its columns have come.
func TestClosedMeanwhile(t *testing.T) {
	want := []string{
		"> {version:'8.0.36' tls:false user:'tanaka' result:'ok'}",
		"> {version:'8.0.36' command_code:'stmt_prepare' command:'select 1'}",
		"> {version:'8.0.36' command_code:'ping' affected_rows:0}",
	}
	got := flowtest.Records(13306, false, []flowtest.Say{
		flowtest.Down(greeting), able(0), flowtest.Down(packet(2, granted)),
		flowtest.Up(packet(0, "\x16select 1")), flowtest.Down(packet(1, "\x00\x07\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00")),
		flowtest.Up(packet(0, "\x19\x07\x00\x00\x00")), flowtest.Down(packets(2, define(253, 0), ends)),
		flowtest.Up(packet(0, "\x0e")), flowtest.Down(packet(1, granted)),
	}, Protocol)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestRows writes the values of rows as rules see them.
func TestRows(t *testing.T) {
	columns := []column{{typeTiny, false}, {typeShort, true}, {typeDouble, false}, {typeFloat, false}, {typeDateTime, false}, {typeTime, false}, {typeNull, false}, {253, false}}
	for name, c := range map[string]struct{ got, want string }{
		"text": {string(textRow([]byte("\x01a\xfb\x00\xfc\x01\x00b"))), "a,NULL,,b"},
		"cut":  {string(textRow([]byte("\x01a\x05bc"))), "a,bc"},
		"binary": {string(binaryRow([]byte("\x00\x00\x02\xff\xff\xff\x00\x00\x00\x00\x00\x00\xf8\x3f\x00\x00\xc0\x3f"+
			"\x0b\xea\x07\x0b\x16\x08\x09\x0a\x0b\x00\x00\x00"+"\x08\x01\x01\x00\x00\x00\x01\x02\x03"), columns)), "-1,65535,1.5,1.5,2026-11-22 08:09:10.000011,-25:02:03,NULL,NULL"},
		"no time": {string(binaryRow([]byte("\x00\x00\x00\x00"), []column{{typeDate, false}})), "0000-00-00"},
		"no row":  {string(binaryRow([]byte("\x00"), columns)), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, not %q", name, c.got, c.want)
		}
	}
}

func FuzzSession(f *testing.F) {
	talks := flowtest.Talks(f, Protocol, flowtest.Captures+"mysql-mariadb.pcap.gz", flowtest.Captures+"mysql-compressed.pcap.gz")
	for _, s := range shrunken {
		talks = append(talks, s.says)
	}
	flowtest.Fuzz(f, Protocol, append(talks, sessions)...)
}
