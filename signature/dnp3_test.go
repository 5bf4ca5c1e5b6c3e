package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

func TestKeywordsOfDNP3(t *testing.T) {
	r := newRig(t, lines(`
		alert dnp3 any any -> any any (dnp3_func:write; sid:1;)
		alert dnp3 any any -> any any (dnp3_func:129; sid:2;)
		alert dnp3 any any -> any any (dnp3_ind:need_time,class_1_events; sid:3;)
		alert dnp3 any any -> any any (dnp3_ind:need_time; dnp3_ind:class_1_events; sid:4;)
		alert dnp3 any any -> any any (dnp3_ind:+need_time,class_1_events; sid:5;)
		alert dnp3 any any -> any any (dnp3_obj:30,5; sid:6;)
		alert dnp3 any any -> any any (dnp3_data; content:"|c3 81|"; startswith; sid:7;)
		alert dnp3 any any -> any any (dnp3.data; content:"|c2|"; sid:8;)
		alert dnp3 any any -> any any (app-layer-event:dnp3.bad_link_crc; sid:9;)
		alert dnp3 any any -> any any (dnp3.ind:!0; sid:10;)
		alert dnp3 any any -> any any (dnp3.ind:need_time,!class_1_events; sid:11;)
		alert dnp3 any any -> any any (dnp3.ind:!need_time; sid:12;)
		alert dnp3 any any -> any any (dnp3.ind:&0x9000=0x1000; sid:13;)
		alert dnp3 any any -> any any (dnp3.ind:!need_time,class_1_events; sid:14;)
	`)...)
	f := r.tcp(20000, "dnp3")
	x := &wire.Tx{Done: [2]bool{true, true}}
	x.PutNumber(wire.DNP3Function, wire.Resp, 129)
	x.PutNumber(wire.DNP3Indications, wire.Resp, 0x1000) // need_time
	x.PutNumber(wire.DNP3Object, wire.Resp, 1<<8|1)
	x.PutNumber(wire.DNP3Object, wire.Resp, 30<<8|5)
	x.PutString(wire.DNP3Data, wire.Resp, "\xc3\x81\x10\x00")
	r.engine.Tx(f, x)
	r.say(f, wire.Resp, "")
	r.want(2, 3, 6, 7, 10, 11, 13)
}
