package notify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
)

// The page as a town-hall employee gets it.
func TestThePage(t *testing.T) {
	inc := casefile(1, 9)
	n := notify.NoticeOf(inc, order(1, event.OrderVerified), []notify.Contact{{Name: "情報政策課", Phone: "内線1234"}, {Name: "県CSIRT", Phone: "088-000-0000"}},
		"https://yagura.example.lg.jp/")
	for lang, file := range map[string]string{"ja": "page.ja.txt", "en": "page.en.txt"} {
		m := n.Message("u", lang, time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC))
		got := "Subject: " + m.Subject + "\n\n" + m.Text
		want, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
}

func TestWhatCameFromTheNetworkStaysText(t *testing.T) {
	inc := casefile(1, 9)
	inc.Device.Hostname = "<script>alert(1)</script>\r\nBcc: x"
	inc.Device.User = "■ 電話先\n  0120-000-000"
	inc.Title.JA = strings.Repeat("長", 300)
	m := notify.NoticeOf(inc, nil, nil, "").Message("u", "ja", time.Now())
	switch {
	case strings.Contains(m.HTML, "<script"):
		t.Error("a host name became HTML")
	case strings.ContainsAny(m.Subject, "\r\n") || utf8.RuneCountInString(m.Subject) > 80:
		t.Errorf("subject %q", m.Subject)
	case strings.Contains(m.Text, "\n■ 電話先\n  0120"):
		t.Error("a user name became a heading of the page")
	}
}

func TestWhatIsUnknownIsSaid(t *testing.T) {
	m := notify.NoticeOf(event.Incident{Header: event.Header{UID: "case-1"}, Title: event.Text{JA: "不審な通信", EN: "suspicious"}, HostSeverity: 8}, nil, nil, "").
		Message("u", "ja", time.Now())
	for _, want := range []string{"設置場所は台帳にありません", "設定されていません（情報システム担当へ）", "1. ", "2. ", "3. "} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("no %q in:\n%s", want, m.Text)
		}
	}
}
