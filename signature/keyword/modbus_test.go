package keyword

import (
	"strings"
	"testing"
)

// TestModbus reads the keyword, and requests by Modbus Application Protocol V1.1b3 §6.
func TestModbus(t *testing.T) {
	const (
		readCoils  = "\x0a\x01\x00\x00\x00\x01"
		writeCoil  = "\x0a\x05\x00\x02\xff\x00"
		writeWords = "\x01\x10\x00\x04\x00\x02\x04\x00\x0a\x01\x02"
		writeBits  = "\x01\x0f\x00\x13\x00\x03\x01\x05"
		diagnose   = "\x0a\x08\x00\x04\x00\x00"
	)
	for _, c := range []struct {
		name, rest, pdu string
		want            bool
	}{
		{"function", "1", readCoils, true}, {"function", "assigned", readCoils, true}, {"function", "!public", readCoils, false},
		{"function", "user", "\x01\x41", true}, {"function", "reserved", "\x01\x5a", true}, {"function", "unassigned", "\x01\x13", true},
		{"subfunction", "4", diagnose, true}, {"subfunction", "1", diagnose, false}, {"unit", ">9", readCoils, true}, {"unit", "<10", readCoils, false},
		{"access", "read coils", readCoils, true}, {"access", "write coils", readCoils, false}, {"access", "write", writeWords, true},
		{"address", "0<>2", readCoils, true}, {"address", "3", writeCoil, true}, {"address", "2", writeCoil, false}, {"address", ">5", writeWords, true},
		{"value", "1", writeCoil, true}, {"value", "258", writeWords, true}, {"value", ">300", writeWords, false}, {"value", "0", writeBits, true},
	} {
		var ask modbusAsk
		if err := ask.add(c.name, c.rest); err != nil {
			t.Fatal(c.name, c.rest, err)
		}
		call, ok := readModbus([]byte(c.pdu))
		if got := ok && ask.holds(&call); got != c.want {
			t.Errorf("%s %s of %q: %v", c.name, c.rest, c.pdu, got)
		}
	}
	for _, bad := range [][2]string{{"function", "some"}, {"access", "both"}, {"access", "read rooms"}, {"thing", "1"}, {"unit", "x1"}} {
		if err := new(modbusAsk).add(bad[0], bad[1]); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

// TestModbusSpans holds that address and value are asked of what is read or written in one place: the value is the one at that address.
func TestModbusSpans(t *testing.T) {
	const (
		writeWords = "\x01\x10\x00\xc8\x00\x02\x04\x00\x07\x01\x2c"         // 7 and 300 from address 201 on
		writeBits  = "\x01\x0f\x00\x03\x00\x05\x01\x15"                     // 1 0 1 0 1 from address 4 on
		exchange   = "\x01\x17\x00\x01\x00\x02\x00\x32\x00\x01\x02\x00\x4d" // reads addresses 2 and 3, writes 77 to 51
		masked     = "\x01\x16\x00\x04\x00\xf2\x00\x25"                     // some bits of address 5 stay
		replaced   = "\x01\x16\x00\x04\x00\x00\x00\x25"                     // none does
		cut        = "\x01\x10\x00\xc8\x00\x02\x04\x00\x07"                 // the second value is missing
		halves     = "\x01\x17\x00\x01\x00\x02\x00"                         // where it writes is missing
		readWords  = "\x01\x03\x00\x00\x00\x01"
	)
	for _, c := range []struct {
		rest, pdu string
		want      bool
	}{
		{"access write holding, address 201, value 7", writeWords, true}, {"access write holding, address 202, value 7", writeWords, false},
		{"access write holding, address >200, value 300", writeWords, true}, {"access write holding, value 300", writeWords, true},
		{"access write holding, address 202, value >0", cut, false}, {"access write holding, address 202", cut, true},
		{"access write coils, address 5, value 0", writeBits, true}, {"access write coils, address 5, value 1", writeBits, false},
		{"access read holding, address <3", exchange, true}, {"access read holding, address 51", exchange, false},
		{"access write holding, address 51, value 77", exchange, true}, {"access write holding, address 2", exchange, false},
		{"access read holding, address 2, value 77", exchange, false}, {"access read", exchange, true}, {"access write", exchange, true},
		{"access write holding, address 5", masked, true}, {"access write holding, address 5, value 242", masked, false},
		{"access write holding, address 5, value 37", replaced, true},
		{"access write holding", halves, true}, {"access write holding, address >0", halves, false},
		{"access read holding, address 1", readWords, true}, {"function 3, access write", readWords, false},
	} {
		var ask modbusAsk
		for part := range strings.SplitSeq(c.rest, ", ") {
			name, rest, _ := strings.Cut(part, " ")
			if err := ask.add(name, rest); err != nil {
				t.Fatal(c.rest, err)
			}
		}
		call, ok := readModbus([]byte(c.pdu))
		if got := ok && ask.holds(&call); got != c.want {
			t.Errorf("%s of %q: %v", c.rest, c.pdu, got)
		}
	}
}

func FuzzModbus(f *testing.F) {
	f.Add([]byte("\x0a\x17\x00\x00\x00\x01\x00\x00\x00\x01\x02\x00\x01"))
	f.Add([]byte("\x0a\x0f\x00\x13\x00\x0a\x02\xcd\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var ask modbusAsk
		if err := ask.add("value", "!65535"); err != nil {
			t.Fatal(err)
		}
		if c, ok := readModbus(b); ok && ask.holds(&c) && len(b) < 4 {
			t.Errorf("%q writes a value", b)
		}
	})
}
