// Package monthly is the monthly report for the section chief and the person in charge: what happened, what was done, what to do next.
package monthly

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
)

// Report is the monthly report; it serves for any other period too.
var Report = report.Report{
	Name:  "monthly",
	Title: words["title"],
	About: event.Text{
		JA: "課長と情報担当者のための報告。1ページ目で、無事か、何をすればよいかが分かります。",
		EN: "For the section chief and the person in charge: page one says whether all is well and what to do.",
	},
	Render: report.Rendering(gather, draw),
}

func draw(f facts, lang string, now time.Time) (html, pdf []byte, err error) {
	return voice(lang).document(f).Both(now)
}
