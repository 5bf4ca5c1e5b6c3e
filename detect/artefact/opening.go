package artefact

import (
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// greetings are the rules by which remote-control programs begin to speak over raw TCP, as published analyses give
// them: o is the client's first segment of n bytes.
var greetings = []struct {
	tool string
	is   func(o string, n int) bool
}{
	{"Gh0st", gh0st},
	{"njRAT", func(o string, _ int) bool { // fields are parted by |'|'|, behind a length in digits
		return strings.Contains(o, "|'|'|") && (strings.HasPrefix(strings.TrimLeft(o, "0123456789\x00"), "ll") || strings.HasPrefix(o, "lv"))
	}},
	{"STRRAT", func(o string, _ int) bool { return strings.Contains(o, "ping|STRRAT|") }},
	{"Remcos", func(o string, n int) bool { // 24 04 FF 00, then the length
		return len(o) >= 8 && o[:4] == "\x24\x04\xff\x00" && little(o[4:]) <= n
	}},
	{"Revenge", func(o string, _ int) bool {
		return strings.HasPrefix(o, "Information") && strings.Contains(o, "*-]NK[-*")
	}},
	{"DanaBot", func(o string, n int) bool { // length, random number, their sum; 8 bytes each
		if len(o) < 24 {
			return false
		}
		size, random := binary.LittleEndian.Uint64([]byte(o)), binary.LittleEndian.Uint64([]byte(o[8:]))
		return size > 0 && size+24 == uint64(n) && random != 0 && size+random == binary.LittleEndian.Uint64([]byte(o[16:]))
	}},
}

// gh0st: a word of 3 to 13 letters, the length of the whole, that of the content unpacked, and zlib (RFC 1950). Variants differ in
// the word only.
func gh0st(o string, n int) bool {
	for word := 3; word <= 13 && len(o) >= word+10; word++ {
		if !printable(o[:word]) {
			return false
		}
		if little(o[word:]) == n && little(o[word+4:]) > 0 && o[word+8] == 0x78 && (o[word+9] == 0x9c || o[word+9] == 0x01 || o[word+9] == 0xda) {
			return true
		}
	}
	return false
}

func little(s string) int { return int(binary.LittleEndian.Uint32([]byte(s))) }

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x21 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// stageMin and stageMax bound a program that a loader is sent.
const (
	stageMin = 20_000
	stageMax = 8 << 20
)

// opening knows a tool by the first message of either side.
func opening(o *event.Opening) (tool string, mark event.Text) {
	if o == nil {
		return "", mark
	}
	for _, g := range greetings {
		if g.is(o.Orig, o.OrigLen) {
			return g.tool, detect.Say("最初の送信(%dバイト)が、公表されている「%s」のあいさつの形です。", "The first message (%d bytes) has the published form of a greeting of %s.", o.OrigLen, g.tool)
		}
	}
	// the length of the program and the program itself, sent unasked (Metasploit's reverse_tcp stages)
	if r := o.Resp; o.Orig == "" && len(r) > 6 && r[4:6] == "MZ" && little(r) >= stageMin && little(r) <= stageMax {
		return "Metasploit", detect.Say("相手が最初に、長さ(%dバイト)とプログラムを送ってきました。読み込み部の決まりどおりです。", "The other side began by sending a length (%d bytes) and a program, as loaders have it.", little(r))
	}
	return "", mark
}
