package keyword

import "testing"

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
		holds, err := modbusPart(c.name, c.rest)
		if err != nil {
			t.Fatal(c.name, c.rest, err)
		}
		call, ok := readModbus([]byte(c.pdu))
		if got := ok && holds[0](&call) && holds[len(holds)-1](&call); got != c.want {
			t.Errorf("%s %s of %q: %v", c.name, c.rest, c.pdu, got)
		}
	}
	for _, bad := range [][2]string{{"function", "some"}, {"access", "both"}, {"thing", "1"}, {"unit", "x1"}} {
		if _, err := modbusPart(bad[0], bad[1]); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

func FuzzModbus(f *testing.F) {
	f.Add([]byte("\x0a\x17\x00\x00\x00\x01\x00\x00\x00\x01\x02\x00\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, ok := readModbus(b); ok && len(c.values) > 8*len(b) {
			t.Errorf("%d values of %d bytes", len(c.values), len(b))
		}
	})
}
