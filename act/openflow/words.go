package openflow

import (
	"fmt"

	"github.com/yagura-project/yagura/act/openflow/ofp"
	"github.com/yagura-project/yagura/event"
)

// maxWords bounds the commands that one receipt names.
const maxWords = 64

func commands(name string, flows []ofp.Flow) []string {
	var out []string
	for _, f := range flows {
		out = append(out, name+": add-flow "+f.String())
	}
	return shorten(out)
}

func deletions(name string, flows []ofp.Flow) []string {
	var out []string
	for _, f := range flows {
		f.Instructions = ofp.Instructions{}
		out = append(out, name+": del-flows --strict "+f.String())
	}
	return shorten(out)
}

func deletion(name string, cookie uint64, whose string) string {
	return fmt.Sprintf("%s: del-flows cookie=%#x/-1 # %s", name, cookie, whose)
}

func shorten(lines []string) []string {
	if len(lines) <= maxWords {
		return lines
	}
	return append(lines[:maxWords:maxWords], fmt.Sprintf("# … and %d more", len(lines)-maxWords))
}

type text event.Text

func (t text) with(args ...any) event.Text {
	return event.Text{JA: fmt.Sprintf(t.JA, args...), EN: fmt.Sprintf(t.EN, args...)}
}

var (
	textGroup  = text{JA: "%sは1台の端末のアドレスではありません（グループ宛て）。", EN: "%s is no machine's address but a group's."}
	textSwitch = text{JA: "%sはスイッチ%s自身、またはそれとの通信のアドレスです。切ると戻せなくなります。", EN: "%s belongs to switch %s itself or to the conversation with it: it could not be released again."}
)
