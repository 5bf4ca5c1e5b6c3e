package modbus

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// records are the lines of EVE that a conversation makes, but for their heads.
func records(t *testing.T, says ...flowtest.Say) (out []any) {
	t.Helper()
	w := eve.NewEncoder(eve.Options{})
	for _, e := range flowtest.Detailed(502, false, says, Protocol) {
		if _, ok := e.(*event.NetworkActivity); ok {
			continue
		}
		for line := range strings.Lines(string(w.Event(nil, e))) {
			var l map[string]any
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			out = append(out, l["modbus"])
		}
	}
	return out
}

// head is what all messages have.
const head = `"transaction_id":%d,"protocol_id":0,"unit_id":17,"function_raw":%d,"function_code":%q,"access_type":%q,"category":%q,"error_flags":%q`

func TestRecords(t *testing.T) {
	msg := func(name string, id, code int, word, access, category, flags, more string) string {
		return fmt.Sprintf(`%q:{`+head+more+`}`, name, id, code, word, access, category, flags)
	}
	const public, none = "PUBLIC_ASSIGNED", "NONE"
	read := msg("request", 1, 3, "RdHoldRegs", "READ | HOLDING", public, none, `,"read":{"address":107,"quantity":3}`)
	for name, c := range map[string]struct {
		up, down string
		want     string
	}{
		"read":         {ask, answer, read + "," + msg("response", 1, 3, "RdHoldRegs", "READ | HOLDING", public, none, `,"read":{"data":"\u0002+\u0000\u0000\u0000d"}`)},
		"refused":      {ask, "\x00\x01\x00\x00\x00\x03\x11\x83\x02", read + "," + msg("response", 1, 0x83, "RdHoldRegs", "READ | HOLDING", public, none, `,"exception":{"raw":2,"code":"IllegalDataAddr"}`)},
		"not answered": {ask, "", read},
		"not asked":    {"", answer, msg("response", 1, 3, "RdHoldRegs", "READ | HOLDING", public, none, `,"read":{"data":"\u0002+\u0000\u0000\u0000d"}`)},
		"other answer": {ask, "\x00\x01\x00\x00\x00\x07\x11\x03\x04\x02\x2b\x00\x00", read + "," + msg("response", 1, 3, "RdHoldRegs", "READ | HOLDING", public, "DATA_VALUE", `,"read":{"data":"\u0002+\u0000\u0000"}`)},
		"coil": {"\x00\x07\x00\x00\x00\x06\x11\x05\x00\xac\xff\x00", "\x00\x07\x00\x00\x00\x06\x11\x05\x00\xac\xff\x00",
			msg("request", 7, 5, "WrSingleCoil", "WRITE | COILS | SINGLE", public, none, `,"write":{"address":172,"data":65280}`) + "," +
				msg("response", 7, 5, "WrSingleCoil", "WRITE | COILS | SINGLE", public, none, `,"write":{"address":172,"data":65280}`)},
		"registers": {"\x00\x01\x00\x00\x00\x09\x11\x10\x00\x01\x00\x01\x02ab", "\x00\x01\x00\x00\x00\x06\x11\x10\x00\x01\x00\x01",
			msg("request", 1, 16, "WrMultRegs", "WRITE | HOLDING | MULTIPLE", public, none, `,"write":{"address":1,"quantity":1,"data":"ab"}`) + "," +
				msg("response", 1, 16, "WrMultRegs", "WRITE | HOLDING | MULTIPLE", public, none, `,"write":{"address":1,"data":1}`)},
		"both": {"\x00\x01\x00\x00\x00\x0d\x11\x17\x00\x03\x00\x01\x00\x0e\x00\x01\x02ab", "",
			msg("request", 1, 23, "RdWrMultRegs", "READ | WRITE | HOLDING | MULTIPLE", public, none, `,"read":{"address":3,"quantity":1},"write":{"address":14,"quantity":1,"data":"ab"}`)},
		"mask":       {"\x00\x01\x00\x00\x00\x08\x11\x16\x00\x04\x00\xf2\x00\x25", "", msg("request", 1, 22, "MaskWrReg", "WRITE | HOLDING", public, none, `,"write":{"address":4,"and_mask":242,"or_mask":37}`)},
		"diagnostic": {"\x00\x01\x00\x00\x00\x06\x11\x08\x00\x00ok", "", msg("request", 1, 8, "Diagnostic", none, public, none, `,"diagnostic":{"raw":0,"code":"RetQueryData","data":"ok"}`)},
		"reserved":   {"\x00\x01\x00\x00\x00\x06\x11\x08\x00\x05ok", "", msg("request", 1, 8, "Diagnostic", none, "RESERVED", none, `,"diagnostic":{"raw":5,"code":"Reserved","data":"ok"}`)},
		"identity":   {"\x00\x01\x00\x00\x00\x05\x11\x2b\x0e\x01\x00", "", msg("request", 1, 43, "MEI", none, public, none, `,"mei":{"raw":14,"code":"RdDevId","data":"\u0001\u0000"}`)},
		"private":    {"\x00\x01\x00\x00\x00\x03\x11\x41x", "", msg("request", 1, 65, "Unknown", none, "USER_DEFINED", none, `,"data":"x"`)},
		"short":      {"\x00\x01\x00\x00\x00\x03\x11\x03\x00", "", msg("request", 1, 3, "RdHoldRegs", "READ | HOLDING", public, "DATA_LENGTH", `,"data":"\u0000"`)},
	} {
		var says []flowtest.Say
		if c.up != "" {
			says = append(says, flowtest.Up(c.up))
		}
		if c.down != "" {
			says = append(says, flowtest.Down(c.down))
		}
		var want any
		if err := json.Unmarshal([]byte(`{"id":1,`+c.want+`}`), &want); err != nil {
			t.Fatal(name, err)
		}
		if d := cmp.Diff([]any{want}, records(t, says...)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestManyUnanswered: requests beyond those that wait are told without their answers, each once and in order.
func TestManyUnanswered(t *testing.T) {
	var says []flowtest.Say
	for i := range maxUntold + 3 {
		says = append(says, flowtest.Up(string([]byte{0, byte(i)})+ask[2:]))
	}
	says = append(says, flowtest.Down("\x00\x00"+answer[2:]), flowtest.Down("\x00\x50"+answer[2:]))
	var got []any
	for _, r := range records(t, says...) {
		got = append(got, r.(map[string]any)["id"])
	}
	var want []any
	for i := range maxUntold + 3 {
		want = append(want, float64(i+1))
	}
	want = append(want[:3], append([]any{float64(maxUntold + 4)}, want[3:]...)...) // an answer to none of them
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
