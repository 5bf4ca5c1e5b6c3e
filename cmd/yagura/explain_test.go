package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
)

const breachCapture = "../../lab/captures/breach.pcap.gz"

// uidOf is the ID of the first finding of a behaviour in the recorded breach.
func uidOf(t *testing.T, behaviour string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"replay", "--quiet", "--json", breachCapture}, streams{&out, &errs}); code != exitOK {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	for sc := bufio.NewScanner(&out); sc.Scan(); {
		var f struct {
			Info struct {
				UID string `json:"uid"`
			} `json:"finding_info"`
			Unmapped struct {
				Behaviour string `json:"behaviour"`
			} `json:"unmapped"`
		}
		if err := json.Unmarshal(sc.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		if f.Unmapped.Behaviour == behaviour {
			return f.Info.UID
		}
	}
	t.Fatalf("no finding of %s", behaviour)
	return ""
}

func TestAFindingIsExplained(t *testing.T) {
	uid := uidOf(t, "scan.sweep")
	explain := func(more ...string) string {
		var out, errs bytes.Buffer
		args := append([]string{"explain", "finding", uid[:8], "--replay", breachCapture}, more...)
		if code := run(t.Context(), args, streams{&out, &errs}); code != exitOK {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		return out.String()
	}
	for _, want := range []string{"■ 判断の条件", "台", ">=", "■ 検討した例外", "■ こうなら知らせませんでした", "- detector: sweep"} {
		if text := explain(); !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	var x event.Explanation
	if err := json.Unmarshal([]byte(explain("--json")), &x); err != nil || x.Finding.UID != uid || len(x.Gates) < 2 || len(x.Quiet) == 0 {
		t.Errorf("%v: %d gates, %d sentences of %s", err, len(x.Gates), len(x.Quiet), x.Finding.UID)
	}
}
