package console

import (
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// staleAfter is when a sensor that says nothing counts as blind.
const staleAfter = 90 * time.Second

// SensorHealth is one sensor in one line.
type SensorHealth struct {
	Source      string     `json:"source"`
	Time        time.Time  `json:"time,omitzero"`
	OK          bool       `json:"ok"`
	Packets     uint64     `json:"packets"`
	Bytes       uint64     `json:"bytes"`
	FlowsOpen   uint64     `json:"flows_open"`
	Drops       uint64     `json:"drops"`
	LossRatio   float64    `json:"loss_ratio" doc:"kernel drops of all packets, 0–1"`
	OpaqueRatio float64    `json:"opaque_ratio" doc:"encrypted bytes of all, 0–1: sizes and destinations are seen, content is not"`
	GapRatio    float64    `json:"gap_ratio" doc:"bytes lost to reassembly, 0–1"`
	Text        event.Text `json:"text"`
}

func sensorHealth(stats []event.SensorStats, now time.Time) []SensorHealth {
	out := make([]SensorHealth, 0, len(stats))
	for _, s := range stats {
		h := SensorHealth{Source: s.Source, Time: s.Time, Packets: s.Packets, Bytes: s.Bytes, FlowsOpen: s.FlowsOpen, Drops: s.KernelDrops,
			LossRatio:   ratio(s.KernelDrops, s.Packets+s.KernelDrops),
			OpaqueRatio: ratio(s.OpaqueBytes, s.Bytes), GapRatio: ratio(s.GapBytes, s.Bytes+s.GapBytes)}
		stale := now.Sub(s.Time) > staleAfter || !s.Heard.IsZero() && now.Sub(s.Heard) > staleAfter
		h.OK = !stale && h.LossRatio < 0.001 && s.Packets > 0 && len(s.Gone) == 0
		if h.Text = sensorSentence(h, stale); len(s.Gone) > 0 {
			gone := strings.Join(s.Gone, ", ")
			h.Text = event.Text{JA: gone + " が抜けているか、止まっています。配線とミラーポートを確かめてください。つながれば、自動で監視を再開します。",
				EN: gone + " is gone or down. Check the cable and the mirror port; watching goes on by itself when it returns."}
		}
		out = append(out, h)
	}
	return out
}

func ratio(part, whole uint64) float64 {
	if whole == 0 {
		return 0
	}
	return min(1, float64(part)/float64(whole))
}

func sensorSentence(h SensorHealth, stale bool) event.Text {
	switch {
	case stale:
		return event.Text{JA: h.Source + " から通信が届いていません。配線とミラー設定を確かめてください。",
			EN: h.Source + " delivers nothing. Check the cable and the mirror port."}
	case h.Packets == 0:
		return event.Text{JA: h.Source + " にまだ通信が来ていません。ミラー設定を確かめてください。",
			EN: "No traffic on " + h.Source + " yet. Check the mirror port."}
	case h.LossRatio >= 0.001:
		return event.Text{JA: fmt.Sprintf("%s で通信の %.1f %% を取りこぼしています。", h.Source, 100*h.LossRatio),
			EN: fmt.Sprintf("%s loses %.1f %% of the packets.", h.Source, 100*h.LossRatio)}
	}
	return event.Text{JA: fmt.Sprintf("%s は正常です。取りこぼしはありません。中身まで見えない暗号通信は %.0f %% です。", h.Source, 100*h.OpaqueRatio),
		EN: fmt.Sprintf("%s is well, nothing lost. %.0f %% is encrypted and seen from outside only.", h.Source, 100*h.OpaqueRatio)}
}
