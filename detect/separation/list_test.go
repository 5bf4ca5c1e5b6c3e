package separation_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/detect/detecttest"
	"github.com/yagura-project/yagura/detect/separation"
	"github.com/yagura-project/yagura/event"
)

const csvHead = "名称,送信元,宛先,MACアドレス,プロトコル,ポート,担当課,理由,期限\r\n"

func file(t *testing.T, name, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestListAsTheOfficeKeepsIt(t *testing.T) {
	text := csvHead + "証明書連携,10.3.0.10,lgwan、10.2.9.20,02-00-00-00-00-0A,TCP,443;8000-8002,情報政策課,証明書発行,令和9年3月31日\r\n,,,,,,,,\r\n監視,10.3.0.99,lgwan,,icmp,,総務課,死活監視,\r\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"utf-8": text, "shift_jis": sjis} {
		list, err := separation.ReadList(file(t, "list.csv", text))
		if err != nil || len(list) != 2 {
			t.Fatalf("%s: %d entries, %v", name, len(list), err)
		}
		p := list[0]
		end := time.Date(2027, 3, 31, 15, 0, 0, 0, time.UTC)
		if p.Name != "証明書連携" || len(p.Destination) != 2 || len(p.Ports) != 4 || p.Protocol != "tcp" || !p.Expires.Equal(end) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestFaultsNameTheLineAndTheRemedy(t *testing.T) {
	for text, want := range map[string]string{
		"x,10.3.0.10,lgwan,,tcp,web,o,r,\n":                  `list.csv:2: 「x」 port "web": write 443`,
		"x,10.3.0.10,lgwan,,tcp,80,,r,\n":                    "fill 担当課 and 理由",
		"x,,lgwan,,tcp,80,o,r,\n":                            "fill 送信元 and 宛先",
		"x,10.3.0.999,lgwan,,tcp,80,o,r,\n":                  "neither address nor network",
		"x,10.3.0.10,lgwan,,tcp,80,o,r,来年\n":                 "write it as 2027-03-31",
		"x,10.3.0.10,lgwan,zz,tcp,80,o,r,\n":                 "MAC address",
		"x,10.3.0.10,lgwan,,smb,80,o,r,\n":                   "write tcp, udp or icmp",
		"x,10.3.0.10,lgwan,,tcp,1-65535,o,r,\n":              "leave the cell empty",
		"a,1.2.3.4,lgwan,,,,o,r,\n\nb,10.3.0.10,lgwan,,,,,,": "list.csv:4: 「b」",
	} {
		_, err := separation.ReadList(file(t, "list.csv", csvHead+text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	yaml := "permit:\n  - name: a\n    source: [10.3.0.10]\n    destination: [lgwan]\n    owner: o\n    reason: r\n  - name: b\n    source: [10.3.0.10]\n    destination: [lgwan]\n"
	if _, err := separation.ReadList(file(t, "list.yaml", yaml)); err == nil || !strings.Contains(err.Error(), "list.yaml:7: 「b」 owner and reason") {
		t.Errorf("%v", err)
	}
	if _, err := separation.ReadList(file(t, "list.yml", "permit:\n  - nmae: a\n")); err == nil || !strings.Contains(err.Error(), "list.yml:2") {
		t.Errorf("%v", err)
	}
	two := file(t, "list.csv", csvHead+"x,10.3.0.10,lgwan,,,,o,r,\nx,10.3.0.11,lgwan,,,,o,r,\n")
	if err := (separation.Config{Files: []string{two}}).Validate(); err == nil || !strings.Contains(err.Error(), "there twice") {
		t.Errorf("%v", err)
	}
}

func engine(t *testing.T, cfg map[string]any) *detect.Engine {
	t.Helper()
	c := detect.DefaultConfig()
	c.Detectors = map[string]map[string]any{"separation": cfg}
	e, err := detect.New(c, detect.Deps{Zone: zone}, []detect.Detector{separation.Detector}, func(event.Finding) {})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// restart is what a restart does: all in memory goes, what was saved comes back.
func restart(t *testing.T, e *detect.Engine) *detect.Engine {
	t.Helper()
	kept, err := e.Save()
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]json.RawMessage
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	n := engine(t, settings)
	if err := n.Restore(back); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCountersSurviveARestart(t *testing.T) {
	e := engine(t, settings)
	for _, s := range []detecttest.Sample{benign(), attack()} {
		for _, ev := range s.Events {
			e.Observe(ev)
		}
		e = restart(t, e)
	}
	days := e.Separation()
	if len(days) != 1 {
		t.Fatalf("%d days", len(days))
	}
	d := days[0]
	if d.Checked != 5 || d.Breaches != 4 || len(d.Details) != 4 || d.Minutes == 0 || d.List == "" || len(d.Zones) != 2 {
		t.Errorf("%+v", d)
	}
	if len(d.Entries) != 3 || d.Entries[0].Uses != 1 || d.Entries[0].Total != 1 || d.Entries[0].Bytes == 0 || d.Entries[2].Total != 0 || !d.Entries[1].Expired {
		t.Errorf("%+v", d.Entries)
	}
	if talks := e.Talks(); len(talks) != 5 || talks[0].Count == 0 || talks[0].Bytes == 0 {
		t.Errorf("%+v", talks)
	}
}

func TestADayEnds(t *testing.T) {
	e := engine(t, settings)
	sample := attack()
	for _, ev := range sample.Events {
		e.Observe(ev)
	}
	next := sample.Events[0].Head().Time.Add(24 * time.Hour)
	e.Advance(next)
	days := e.Separation()
	if len(days) != 2 || days[0].Breaches != 4 || days[1].Breaches != 0 || days[1].Entries[0].Uses != 0 {
		t.Fatalf("%+v", days)
	}
	if again := e.Separation(); len(again) != 1 || again[0].Day != days[1].Day {
		t.Errorf("a complete day is fetched twice: %+v", again)
	}
}

// An entry that differs in one thing is named: the person in charge asks for it first.
func TestBreachNamesTheNearMiss(t *testing.T) {
	got := detecttest.Suite{Deps: detect.Deps{Zone: zone}, Config: settings}.Findings(t, separation.Detector, attack(), nil)
	var all strings.Builder
	for _, f := range got {
		for _, r := range f.Reasons {
			all.WriteString(r.Text.JA)
		}
	}
	for _, want := range []string{"「古い連携」の許可は2026-01-01で期限が切れています", "「基幹連携」と相手は同じですが、プロトコルかポートが違います(tcp ポート80)"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no %q in %s", want, all.String())
		}
	}
}
