package dissect_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestFilesAreWhole holds files that real servers and clients sent against what the recipes of the recordings put there: byte for
// byte, through chunks, gzip, forms, frames, blocks, base64 and data connections.
func TestFilesAreWhole(t *testing.T) {
	var news strings.Builder
	for i := range 200 {
		fmt.Fprintf(&news, "<p>広報やぐら %d</p>\n", i+1)
	}
	for _, c := range []struct{ capture, name, content string }{
		{"http-curl", "届出.txt", strings.Repeat("x", 60000)},
		{"http2-clear", "tool.exe", "MZ\x90\x00" + strings.Repeat("z", 30000)},
		{"http2-clear", "index.html", news.String()},
		{"ftp-files", "tool.exe", "MZ\x90\x00" + strings.Repeat("x", 9000)},
		{"ftp-files", "report.csv", "upload of a report\n"},
		{"tftp-files", "boot.img", "\x7fELF" + strings.Repeat("k", 3000)},
		{"smtp-mail", "memo.txt", "line one\r\n.dot at the start\r\nsee http://evil.example/login?id=1 now\r\n"},
		{"mail-boxes", "invoice.exe", "MZ\x90\x00" + strings.Repeat("y", 900)},
	} {
		sum := sha256.Sum256([]byte(c.content))
		want, seen := hex.EncodeToString(sum[:]), []string(nil)
		for _, e := range flowtest.Show(t, "../lab/captures/"+c.capture+".pcap.gz", all.Protocols...).Events {
			if f, ok := e.(*event.FileActivity); ok && f.File.Name == c.name {
				seen = append(seen, fmt.Sprint(f.File.Size, " ", f.File.SHA256))
			}
		}
		if !strings.Contains(strings.Join(seen, "\n"), want) {
			t.Errorf("%s: %s of %d bytes is %s; seen: %q", c.capture, c.name, len(c.content), want, seen)
		}
	}
}
