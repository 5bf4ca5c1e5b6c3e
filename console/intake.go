package console

import (
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// IntakeHealth says how one product that sends alerts stands, or how taking them stands as a whole (name "").
type IntakeHealth struct {
	Name string     `json:"name"`
	OK   bool       `json:"ok"`
	Text event.Text `json:"text"`
}

// intakeHealth puts the counters into words.
func intakeHealth(i event.AlertIntake) []IntakeHealth {
	out := []IntakeHealth{}
	for _, s := range i.Sources {
		out = append(out, sourceHealth(s))
	}
	if i.Lost > 0 {
		out = append(out, IntakeHealth{Text: event.Text{JA: fmt.Sprintf("外部の警報 %d 件を受け取りきれませんでした。", i.Lost), EN: fmt.Sprintf("%d alerts of other products were lost for want of room.", i.Lost)}})
	}
	if i.Refused > 0 {
		from := strings.Join(i.RefusedFrom[:min(len(i.RefusedFrom), 3)], ", ")
		out = append(out, IntakeHealth{Text: event.Text{
			JA: fmt.Sprintf("登録していない送信元からの %d 件を断りました（%s）。正しい装置なら syslog.sources に登録してください。", i.Refused, from),
			EN: fmt.Sprintf("%d from senders that are not registered were refused (%s). If they are yours, name them under syslog.sources.", i.Refused, from)}})
	}
	return out
}

func sourceHealth(s event.AlertSource) IntakeHealth {
	h := IntakeHealth{Name: s.Name, OK: true}
	name := s.Title
	if name == "" {
		name = s.Name
	}
	ja, en := []string{}, []string{}
	if s.Last.IsZero() {
		ja, en = append(ja, name+"：まだ何も届いていません。"), append(en, name+": nothing has come so far.")
	} else {
		at := s.Last.In(jst).Format("1/2 15:04")
		ja = append(ja, fmt.Sprintf("%s：警報の記録 %d 件（最後は %s）。", name, s.Messages, at))
		en = append(en, fmt.Sprintf("%s: %d messages (the last at %s JST).", name, s.Messages, at))
	}
	if s.Malformed > 0 {
		h.OK = false
		ja = append(ja, fmt.Sprintf("%d 件は形式が違って読めません（理由とともに保存しています）。", s.Malformed))
		en = append(en, fmt.Sprintf("%d could not be read; they are kept with the reason.", s.Malformed))
	}
	if s.Skewed {
		h.OK = false
		d := time.Duration(s.SkewSeconds * float64(time.Second)).Abs()
		ja = append(ja, "この装置の時計が"+roughly(d)+"ずれています。")
		en = append(en, fmt.Sprintf("Its clock is about %s off.", d.Round(time.Second)))
	}
	h.Text = event.Text{JA: strings.Join(ja, ""), EN: strings.Join(en, " ")}
	return h
}

// roughly says a length of time as people do.
func roughly(d time.Duration) string {
	switch {
	case d >= 2*time.Hour:
		return fmt.Sprintf("約%d時間", int(d.Round(time.Hour).Hours()))
	case d >= 2*time.Minute:
		return fmt.Sprintf("約%d分", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("約%d秒", int(d.Round(time.Second).Seconds()))
}
