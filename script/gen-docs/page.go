package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// words are the page's own texts.
var words = struct{ do, sees, misses, settings event.Text }{
	do:       event.Text{JA: "すること", EN: "What to do"},
	sees:     event.Text{JA: "見えるもの", EN: "What it sees"},
	misses:   event.Text{JA: "見えないもの", EN: "What it misses"},
	settings: event.Text{JA: "設定", EN: "Settings"},
}

// page is the whole page of a detector whose sources are in dir: Japanese, then English, then what needs no language.
func page(dir string, d detect.Detector) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- made from the detector by script/gen-docs; do not edit -->\n")
	fmt.Fprintf(&b, "# %s\n", d.Info.ID)
	for _, lang := range []string{"ja", "en"} {
		tell(&b, lang, d.Info)
	}
	fmt.Fprintf(&b, "\n## ATT&CK\n%s\n\nclass: `%s`\n", techniques(d), strings.Join(d.Behaviours, "` `"))
	if d.Config == nil {
		return b.Bytes(), nil
	}
	rows, err := settings(dir, d.Config())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	fmt.Fprintf(&b, "\n## %s / %s\n`yagura.yaml`: `detect.detectors.%s`\n\n", words.settings.JA, words.settings.EN, d.Info.ID)
	fmt.Fprintf(&b, "| key | default | |\n|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", r.key, r.value, r.says)
	}
	return b.Bytes(), nil
}

func tell(b *bytes.Buffer, lang string, i event.Advisory) {
	fmt.Fprintf(b, "\n## %s\n%s\n\n**%s**\n\n", i.Title.In(lang), i.Means.In(lang), words.do.In(lang))
	for n, step := range i.Do {
		fmt.Fprintf(b, "%d. %s\n", n+1, step.In(lang))
	}
	fmt.Fprintf(b, "\n**%s**: %s\n", words.sees.In(lang), i.Sees.In(lang))
	fmt.Fprintf(b, "\n**%s**: %s\n", words.misses.In(lang), i.Misses.In(lang))
}

func techniques(d detect.Detector) string {
	var out []string
	for _, t := range d.Info.Techniques {
		out = append(out, t.UID+" "+t.Name)
	}
	return strings.Join(out, ", ")
}
