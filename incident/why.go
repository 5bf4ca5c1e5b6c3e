package incident

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// fill puts the same values into both languages.
func fill(t event.Text, args ...any) event.Text {
	return event.Text{JA: fmt.Sprintf(t.JA, args...), EN: fmt.Sprintf(t.EN, args...)}
}

var textAlone = event.Text{JA: "検知がひとつだけなので、危険度は %d までにとどめています。", EN: "It is one finding alone, so that the severity stays at %d at most."}

// textOfOne says what one finding is worth, and why.
func textOfOne(f *event.Finding, severity int) event.Text {
	kind := event.Text{JA: "重さが「高」の検知", EN: "a finding of high severity"}
	switch {
	case f.Severity < event.Low:
		kind = event.Text{JA: "参考の検知", EN: "information"}
	case f.Severity < event.Medium:
		kind = event.Text{JA: "重さが「低」の検知", EN: "a finding of low severity"}
	case f.Severity < event.High:
		kind = event.Text{JA: "重さが「中」の検知", EN: "a finding of medium severity"}
	case f.Advisory.Phase == event.PhaseExfiltration:
		kind = event.Text{JA: "データの持ち出しを示す検知", EN: "evidence of data exfiltration"}
	case f.Advisory.Phase == event.PhaseLateral:
		kind = event.Text{JA: "庁内の他の機器へ広がったことを示す検知", EN: "evidence of lateral movement"}
	case hasReason(f, targetedReason):
		kind = event.Text{JA: "標的型攻撃で使われる相手との接触", EN: "contact with an object of a targeted attack"}
	case f.Advisory.Phase == event.PhaseC2:
		kind = event.Text{JA: "外部からの遠隔操作を示す検知", EN: "command and control"}
	}
	ja := fmt.Sprintf("危険度 %d：%s「%s」があります。", severity, kind.JA, f.Advisory.Title.JA)
	en := fmt.Sprintf("Severity %d: %s, \"%s\".", severity, kind.EN, f.Advisory.Title.EN)
	if f.SingleShot && f.Severity >= event.High {
		ja += "これだけで確実といえる種類です。"
		en += " It is of the kind that is sure by itself."
	}
	return event.Text{JA: ja, EN: en}
}

func textAgree(agree []*event.Finding, before, after int, p float64) event.Text {
	a, b := agree[0].Advisory.Title, agree[1].Advisory.Title
	return event.Text{
		JA: fmt.Sprintf("「%s」と「%s」が同じ端末で重なったため、%d から %d に上げました（証拠を合わせた確からしさ %.0f %%。古い証拠とくり返しは軽く数えています）。", a.JA, b.JA, before, after, 100*p),
		EN: fmt.Sprintf("\"%s\" and \"%s\" agree on the same machine: raised from %d to %d (together %.0f %% sure; old evidence and repeats count less).", a.EN, b.EN, before, after, 100*p)}
}

// Bounds of what one sentence names and counts: it need not change with every machine that joins.
const (
	maxNamed   = 3
	maxCounted = 10
)

func textSeveral(others []string) event.Text {
	shown := others[:min(len(others), maxNamed)]
	ja, en := strings.Join(shown, "、"), strings.Join(shown, ", ")
	n, more := fmt.Sprintf("%d 台", len(others)), fmt.Sprintf("%d more compromised machines are", len(others))
	switch {
	case len(others) == 1:
		more = "one more compromised machine is"
	case len(others) >= maxCounted:
		n, more = fmt.Sprintf("%d 台以上", maxCounted), fmt.Sprintf("%d or more other compromised machines are", maxCounted)
	}
	if len(others) > len(shown) {
		ja, en = ja+" など", en+" …"
	}
	return event.Text{JA: fmt.Sprintf("危険度 10：ほかにも危険な端末が %s あり、つながっています（%s）。", n, ja),
		EN: fmt.Sprintf("Severity 10: %s linked with it (%s).", more, en)}
}
