package packets

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/event"
)

// http writes a request and its answer.
func (w *Writer) http(e *event.HTTPActivity) {
	f := w.flow(&e.Conn)
	var q strings.Builder
	fmt.Fprintf(&q, "%s %s HTTP/1.1\r\nHost: %s\r\n", e.Method, e.URI, e.Host)
	for _, h := range [][2]string{{"User-Agent", e.UserAgent}, {"Referer", e.Referer}, {"X-Forwarded-For", e.XFF}, {"Content-Type", e.RequestType}} {
		if h[1] != "" {
			fmt.Fprintf(&q, "%s: %s\r\n", h[0], h[1])
		}
	}
	q.WriteString(e.Fields)
	body := w.body(e.RequestLen, e.RequestType, e.RequestFile)
	if len(body) > 0 {
		fmt.Fprintf(&q, "Content-Length: %d\r\n", len(body))
	}
	w.say(f, up, append([]byte(q.String()+"\r\n"), body...))
	w.tick(w.now)
	if e.Status == 0 {
		return
	}
	if e.Method == "CONNECT" {
		w.say(f, down, fmt.Appendf(nil, "HTTP/1.1 %d Connection established\r\n\r\n", e.Status))
		return
	}
	answer := w.body(e.ResponseLen, e.ResponseType, e.ResponseFile)
	head := fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nServer: nginx\r\nContent-Length: %d\r\n", e.Status, map[bool]string{true: "OK", false: "Refused"}[e.Status < 400], len(answer))
	if e.ResponseType != "" {
		head = fmt.Appendf(head, "Content-Type: %s\r\n", e.ResponseType)
	}
	w.say(f, down, append(append(head, "\r\n"...), answer...))
}

// beginnings tell the true type of a file.
var beginnings = map[string]string{"exe": "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8\x00\x00\x00\x00\x00\x00\x00@\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x00\x00\x00",
	"png": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "pdf": "%PDF-1.7\n", "zip": "PK\x03\x04\x14\x00\x00\x00\x08\x00", "jpeg": "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "ole": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
	"html": "<!DOCTYPE html><html><body>", "text": "連絡事項\r\n"}

// body is content of a length, with the beginning of its type.
func (w *Writer) body(length uint64, kind string, file *event.File) []byte {
	n := int(min(length, uint64(w.Bulk)))
	b := pattern(n)
	begin := ""
	if file != nil && forge.Dense(file.Type) {
		b = noise(length, n)
	}
	if file != nil {
		begin = beginnings[file.Type]
	} else if strings.Contains(kind, "json") {
		begin = `{"status":"ok","data":"`
	}
	copy(b, begin)
	if file != nil && file.Type == "exe" && len(b) > 0x90 {
		copy(b[0x80:], "PE\x00\x00\x64\x86\x00\x00")
	}
	return b
}

// fill sends what nothing else told of: what the protocol begins with, then records of TLS or noise, in about so many packets.
func (w *Writer) fill(f *flow, d dir, app string, n, packets uint64) {
	if begin := openings[app][d]; begin != "" && f.said[d] == 0 {
		w.say(f, d, []byte(begin))
		n -= min(n, uint64(len(begin)))
	}
	const largest = 60_000
	part := min(max(n/packets, 1), largest)
	for n > 0 {
		size := min(part, n)
		if n-size < packets { // no crumbs
			size = min(n, largest)
		}
		w.lump(f, d, size)
		n -= size
	}
}

// kept is how much of a large packet is kept.
const kept = 128

// lump is one packet of what says nothing.
func (w *Writer) lump(f *flow, d dir, size uint64) {
	w.greet(f)
	b := noise(f.FlowID+f.said[d], int(min(size, kept)))
	if f.secret && len(b) > 5 {
		copy(b, []byte{23, 3, 3, byte((size - 5) >> 8), byte(size - 5)})
	}
	w.segmentCut(f, d, event.FlagACK|event.FlagPSH, b, int(size)-len(b))
	f.seq[d] += uint32(size)
	f.said[d] += size
}

// openings of protocols whose messages no event tells.
var openings = map[string][2]string{
	"smtp": {"EHLO pc.town.example\r\nMAIL FROM:<a@town.example>\r\nRCPT TO:<b@example.jp>\r\nDATA\r\nSubject: renraku\r\n\r\n", "220 mail.town.example ESMTP\r\n250 OK\r\n250 OK\r\n250 OK\r\n354 go on\r\n"},
	"ftp":  {"USER upload\r\nPASS x\r\nPASV\r\nSTOR list.zip\r\n", "220 ready\r\n331 password\r\n230 in\r\n227 Entering Passive Mode (203,0,113,9,160,10)\r\n150 go on\r\n226 done\r\n"},
	"ssh":  {"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n"},
	"ntp":  {"\x23\x00\x06\xec", "\x24\x02\x06\xec"},
	"snmp": {"\x30\x26\x02\x01\x01\x04\x06\x70\x75\x62\x6c\x69\x63\xa0\x19\x02\x01\x01\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x03\x00\x05\x00", "\x30\x28\x02\x01\x01\x04\x06\x70\x75\x62\x6c\x69\x63\xa2\x1b\x02\x01\x01\x02\x01\x00\x02\x01\x00\x30\x10\x30\x0e\x06\x08\x2b\x06\x01\x02\x01\x01\x03\x00\x43\x02\x12\x34"},
}

func (w *Writer) plain(app string, d dir, n int) []byte {
	begin := openings[app][d]
	if app == "snmp" {
		return []byte(begin)
	}
	b := pattern(max(n, len(begin)))
	if app == "ntp" {
		b = make([]byte, 48)
	}
	copy(b, begin)
	return b
}

// noise is what encrypted bytes look like, the same for the same flow.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	x := seed*0x9e3779b97f4a7c15 + 1
	for i := range b {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b[i] = byte(x)
	}
	return b
}
