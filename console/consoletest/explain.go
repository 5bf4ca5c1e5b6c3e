package consoletest

import (
	"context"

	"github.com/yagura-project/yagura/event"
)

// Explain says of the beacon's finding which gates it passed, and of any other that nothing was recorded.
func (t *Town) Explain(_ context.Context, finding string) (event.Explanation, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, i := range t.incidents {
		for _, f := range i.Findings {
			if f.UID != finding {
				continue
			}
			x := event.Explanation{Finding: f, Gates: []event.Gate{}, Quiet: []event.Text{}, Case: i.Number, CaseUID: i.UID}
			if f.Advisory.ID == beacon.ID {
				x.Gates, x.Quiet, x.Except = beaconGates, beaconQuiet, beaconException
			}
			return x, nil
		}
	}
	return event.Explanation{}, event.ErrNotFound
}

var beaconGates = []event.Gate{
	{Name: "polls", Text: event.Text{JA: "同じ相手への連絡の回数", EN: "Calls to the same destination"}, Value: 31, Op: ">=", Threshold: 12, Unit: "calls", Passed: true},
	{Name: "regularity", Text: event.Text{JA: "間隔が時計のようにそろっている", EN: "The calls are clock-like"}, Value: 0.93, Op: ">=", Threshold: 0.65, Unit: "score", Points: 2.5, Passed: true},
	{Name: "prevalence", Text: event.Text{JA: "この相手と話す庁内の端末の数", EN: "Inside machines that talk to it"}, Value: 1, Op: "<=", Threshold: 3, Unit: "machines", Passed: true, Source: "detect.detectors.beacon.prevalence"},
	{Name: "bare_address", Text: event.Text{JA: "名前を使わず番号で直接つないでいる", EN: "It is called by its bare address"}, Value: 1, Points: 1.5, Passed: true},
	{Name: "odd_port", Text: event.Text{JA: "ふつう使われないポートである", EN: "The port is an odd one"}, Points: 1.5},
	{Name: "points", Text: event.Text{JA: "証拠の点数の合計", EN: "Sum of the points"}, Value: 5.1, Op: ">=", Threshold: 4.5, Unit: "points", Passed: true, Source: "detect.detectors.beacon.high"},
	{Name: "exception", Text: event.Text{JA: "例外「給食システムの定時連絡」(学校教育課)は当てはまりません：端末が 10.20.8.4 ではありません", EN: "The exception \"school lunch system\" (school section) does not cover it: the machine is not 10.20.8.4"}, Passed: true},
}

var beaconQuiet = []event.Text{
	{JA: "「同じ相手への連絡の回数」が 12 回 より少ないとき（今回は 31 回）。", EN: "\"Calls to the same destination\" below 12 calls (here 31 calls)."},
	{JA: "「この相手と話す庁内の端末の数」が 3 台 を超えるとき（今回は 1 台）。", EN: "\"Inside machines that talk to it\" above 3 machines (here 1 machines)."},
}

const beaconException = `detect:
  exceptions:
    - detector: beacon
      behaviour: "c2.http"
      device: "10.20.3.103"
      subject: "203.0.113.77:80"
      owner: ""   # 担当者 / who answers for it
      reason: ""  # 理由 / why it is harmless
      expires: 2027-02-22T00:00:00Z
`
