package beacon

import (
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// machineWords are how programs call the system that they run on: Windows and its versions, names that it gives by itself.
var machineWords = regexp.MustCompile(`(?i)windows[ _]?(xp|vista|7|8|10|11|server|nt|defender)|\bwin ?(xp|7|8|8\.1|10|11)\b|\b(desktop|laptop)-[a-z0-9]{7}\b|\bwin-[a-z0-9]{8,11}\b|\bhwid\b|computer ?name|user ?name=`)

// encodedLeast is how long a word of base 64 is that may hide text; so many of a message are read.
const (
	encodedLeast = 12
	encodedMost  = 16
)

// tellsMachine reports whether a first message tells of the machine, plainly, in UTF-16 or in base 64 (T1082).
func tellsMachine(said string) bool {
	text := strings.ReplaceAll(said, "\x00", "")
	if namesMachine(text) || kinds(text) >= 3 {
		return true
	}
	words := 0
	for w := range strings.FieldsFuncSeq(text, notBase64) {
		if len(w) < encodedLeast {
			continue
		}
		if words++; words > encodedMost {
			break
		}
		if b, _ := base64.RawStdEncoding.DecodeString(w[:len(w)/4*4]); namesMachine(string(b)) {
			return true
		}
	}
	return false
}

// namesMachine reports whether machineWords stand in a text. Each of them has one of four short words, which most messages have not: those
// are found sooner.
func namesMachine(text string) bool {
	low := strings.ToLower(text)
	return (strings.Contains(low, "win") || strings.Contains(low, "name") || strings.Contains(low, "top-") || strings.Contains(low, "hwid")) &&
		machineWords.MatchString(text)
}

func notBase64(r rune) bool {
	return !('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '+' || r == '/')
}

// framed reports whether a message begins with its own length, within its first bytes: programs made for one another
// speak so, whatever they are called.
func framed(said string, whole int) bool {
	for i := 0; i+2 <= len(said) && i <= 12; i++ {
		b := []byte(said[i:])
		rest := whole - i
		for _, n := range lengths(b) {
			if n > 16 && (n == whole || n == rest || n == rest-4 || n == rest-2 || n == rest-8) {
				return true
			}
		}
	}
	digits := len(said) - len(strings.TrimLeft(said, "0123456789"))
	if digits == 0 || digits > 6 || digits == len(said) {
		return false
	}
	n, behind := 0, whole-digits
	for _, c := range said[:digits] {
		n = 10*n + int(c-'0')
	}
	return n > 8 && n <= behind && behind-n <= 4
}

// lengths are the numbers that may stand at the beginning of b, in both orders of bytes.
func lengths(b []byte) []int {
	out := []int{int(binary.LittleEndian.Uint16(b)), int(binary.BigEndian.Uint16(b))}
	if len(b) >= 4 {
		out = append(out, int(binary.LittleEndian.Uint32(b)), int(binary.BigEndian.Uint32(b)))
	}
	return out
}

// noise reports whether a message looks random from its first byte on: encrypted without any handshake.
func noise(said string) bool {
	if len(said) < 48 {
		return false
	}
	var seen [256]bool
	different, high := 0, 0
	for i := range 48 {
		if !seen[said[i]] {
			seen[said[i]] = true
			different++
		}
		if said[i] >= 0x80 {
			high++
		}
	}
	return different >= 38 && high >= 14 && high <= 34 // 48 random bytes: 43.6 different ones, half of them high, with room for six deviations below
}

// program reports whether a server's first message is one, bare or behind its length, as loaders get it.
func program(said string) bool {
	return strings.HasPrefix(said, "MZ") || len(said) > 6 && said[4:6] == "MZ"
}

// remoting is the preamble of .NET message framing that names its end by address ([MC-NMF] §2.2.3): within a network
// programs speak so, across the world hardly any.
func remoting(said string) bool {
	const scheme = "net.tcp://"
	i := strings.Index(said, scheme)
	if i < 0 || said[0] != 0 {
		return false
	}
	host, _, _ := strings.Cut(said[i+len(scheme):], "/")
	return isAddress(strings.TrimRight(host, ":0123456789")) || isAddress(host) || isAddressPort(host)
}

func isAddressPort(h string) bool {
	_, err := netip.ParseAddrPort(h)
	return err == nil
}

// opened looks at how the conversation began; how it is written says something only where the destination has no good name.
func (p *points) opened(o *event.Opening, doubtful bool) {
	if o == nil {
		o = &event.Opening{}
	}
	p.add(tellsMachine(o.Orig), 1.5, "tells_machine", "最初の送信(%dバイト)に、端末の名前やWindowsの版など、端末についての情報が入っています。", "The first message (%d bytes) tells of the machine: its name or its version of Windows.", o.OrigLen)
	p.add(doubtful && framed(o.Orig, o.OrigLen), 0.6, "framed", "最初の送信は、自分の長さ(%dバイト)から始まります。独自のプログラム同士の話し方です。", "The first message begins with its own length (%d bytes), as programs made for one another do.", o.OrigLen)
	p.add(doubtful && (noise(o.Orig) || o.Orig == "" && noise(o.Resp)), 0.4, "noise", "あいさつもなく、最初の%dバイトから読めない乱数のようなデータです。", "Random-looking data from the first of %d bytes on, without any greeting.", max(o.OrigLen, o.RespLen))
	p.add(program(o.Resp), 2, "program_sent", "相手が最初に送ったもの(%dバイト以上)は、プログラムです。", "What the other side sent first (%d bytes and more) is a program.", o.RespLen)
	p.add(remoting(o.Orig), 2, "remoting", "アドレスを直接指定した.NETの遠隔呼び出し(最初の送信%dバイト)です。", "It calls .NET objects at a bare address across the internet (first message of %d bytes).", o.OrigLen)
}

// few remembers what a machine did lately: up to 8 different ones within an hour.
func few[K comparable](list *[]K, k K) int {
	if !slices.Contains(*list, k) && len(*list) < 8 {
		*list = append(*list, k)
	}
	return len(*list)
}

// others counts the destinations towards which a machine did the same within the hour, this one included; at most 8.
func (n *instance) others(src netip.Addr, what string, dst netip.Addr, at time.Time) int {
	l, _ := n.alike.Touch(habit{src, what}, at)
	return few(l, dst)
}

// habit is something strange that a machine does.
type habit struct {
	src  netip.Addr
	what string
}
