// Package modbus reads Modbus/TCP (Modbus Messaging on TCP/IP V1.0b): who reads and who writes registers of a plant.
package modbus

import (
	"encoding/binary"
	"errors"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Protocol is Modbus/TCP.
var Protocol = dissect.Protocol{
	Name:  "modbus",
	Spec:  "Modbus Messaging on TCP/IP V1.0b, Modbus Application Protocol V1.1b3",
	TCP:   []uint16{502},
	Probe: probe,
	Stream: func(f *dissect.Flow) dissect.Stream {
		return &parser{f: f, judged: f.Wants(wire.AppEvent) || f.Detailed(), unsure: f.Midstream}
	},
}

const (
	header  = 7 // transaction, protocol (0), length of what follows, unit
	minSize = 2 // unit and function
	maxSize = 254
)

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	switch {
	case udp:
		return dissect.No
	case len(b) < header+1:
		return dissect.Maybe
	}
	size := binary.BigEndian.Uint16(b[4:])
	if binary.BigEndian.Uint16(b[2:]) != 0 || size < minSize || size > maxSize || b[7] == 0 {
		return dissect.No
	}
	return dissect.Yes
}

// functions by their public codes (§6 of the application protocol).
var functions = map[byte]string{
	1: "read_coils", 2: "read_discrete_inputs", 3: "read_holding_registers", 4: "read_input_registers", 5: "write_single_coil",
	6: "write_single_register", 7: "read_exception_status", 8: "diagnostics", 11: "get_comm_event_counter", 12: "get_comm_event_log",
	15: "write_multiple_coils", 16: "write_multiple_registers", 17: "report_server_id", 20: "read_file_record", 21: "write_file_record",
	22: "mask_write_register", 23: "read_write_multiple_registers", 24: "read_fifo_queue", 43: "encapsulated_interface_transport",
}

// writes change something in the plant.
var writes = map[byte]bool{5: true, 6: true, 15: true, 16: true, 21: true, 22: true, 23: true}

// second is what the two bytes behind the address say (§6.1–§6.6, §6.11, §6.12, §6.17): how many are read or written, or the value itself.
var second = map[byte]string{1: "quantity", 2: "quantity", 3: "quantity", 4: "quantity", 5: "value", 6: "value", 15: "quantity", 16: "quantity", 23: "quantity"}

// maxTold bounds the events of one connection: which functions were used is told, not each call.
const maxTold = 64

type parser struct {
	f    *dissect.Flow
	told map[[2]byte]bool // unit and function

	judged    bool    // somebody looks at anomalies, or reads records
	exchanges int     // of them, so far
	waiting   []call  // those without an answer
	lost      [2]bool // bytes are missing: a message begins where a segment does, or later
	unsure    bool    // a request may have been missed
}

var errMessage = errors.New("modbus: not a message")

// Data reads messages.
func (p *parser) Data(dir dissect.Dir, b []byte) (n int, err error) {
	if p.lost[dir] && !begins(b) {
		return len(b), nil
	}
	p.lost[dir] = false
	for len(b)-n > header {
		size := int(binary.BigEndian.Uint16(b[n+4:]))
		switch {
		case binary.BigEndian.Uint16(b[n+2:]) != 0:
			p.odd(dir, badProtocol, tree.Node{})
			return n, errMessage
		case size < minSize || size > maxSize:
			p.odd(dir, badLength, tree.Node{})
			return n, errMessage
		}
		if len(b)-n < header-1+size {
			return n, nil
		}
		if p.judged {
			p.judge(dir, message{binary.BigEndian.Uint16(b[n:]), b[n+6], b[n+7 : n+header-1+size]})
		}
		if dir == dissect.Orig {
			p.request(b[n+6], b[n+7:n+header-1+size])
		}
		n += header - 1 + size
	}
	return n, nil
}

// request tells of the first call of each function of each unit.
func (p *parser) request(unit byte, b []byte) {
	if p.f.Wants(wire.ModbusRequest) {
		t := p.f.Tx("")
		t.Put(wire.ModbusRequest, dissect.Orig, append([]byte{unit}, b...))
		if n := len(p.waiting); t != nil && n > 0 && p.waiting[n-1].said != nil {
			t.Said = tree.Of("modbus", tree.Num("id", p.waiting[n-1].number), *p.waiting[n-1].said)
		}
		p.f.EndTx(t)
	}
	key := [2]byte{unit, b[0]}
	if p.told[key] || len(p.told) >= maxTold {
		return
	}
	if p.told == nil {
		p.told = map[[2]byte]bool{}
	}
	p.told[key] = true
	name := functions[b[0]]
	if name == "" {
		name = "function_" + strconv.Itoa(int(b[0]))
	}
	a := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "modbus", Operation: name}
	a.Add("unit", strconv.Itoa(int(unit)))
	if writes[b[0]] {
		a.Add("access", "write")
	}
	if len(b) >= 3 && b[0] <= 23 {
		a.Add("address", strconv.Itoa(int(binary.BigEndian.Uint16(b[1:]))))
	}
	if name := second[b[0]]; name != "" && len(b) >= 5 {
		a.Add(name, strconv.Itoa(int(binary.BigEndian.Uint16(b[3:]))))
	}
	p.f.Emit(a)
}

// Gap loses the borders between messages until one begins with a segment, as they do: connections to controllers stay for months.
func (p *parser) Gap(dir dissect.Dir, _ int) error {
	p.lost[dir] = true
	p.unsure = p.unsure || dir == dissect.Orig
	return nil
}

// begins reports whether messages stand in b one behind the other, to its end.
func begins(b []byte) bool {
	for len(b) > header && probe(dissect.Orig, b, false, 502) == dissect.Yes {
		size := header - 1 + int(binary.BigEndian.Uint16(b[4:]))
		if size == len(b) {
			return true
		}
		b = b[min(size, len(b)):]
	}
	return false
}

// Close tells of requests that were not answered.
func (p *parser) Close() {
	for i := range p.waiting {
		p.tell(&p.waiting[i])
	}
	p.waiting = nil
}
