package event

import "time"

// SelfTest is how the detectors fared when each was fired with its own attack samples.
type SelfTest struct {
	Time    time.Time        `json:"time,omitzero"` // zero: never run
	Who     string           `json:"who,omitempty"`
	Live    bool             `json:"live"` // of the running Yagura; false: of a configuration alone
	TookMS  int64            `json:"took_ms"`
	Results []SelfTestResult `json:"results" nullable:"false"`
	Told    bool             `json:"told,omitempty"` // a notice marked as a test was sent
}

// Silent counts the detectors that cannot fire.
func (s SelfTest) Silent() (n int) {
	for _, r := range s.Results {
		if !r.OK {
			n++
		}
	}
	return n
}

// SelfTestResult is one detector.
type SelfTestResult struct {
	Detector string   `json:"detector"`
	Title    Text     `json:"title"`
	OK       bool     `json:"ok"`               // it can fire
	Mode     string   `json:"mode,omitempty"`   // what it was shown: packets (before the dissector) or events (behind it); "" nothing
	Fired    []string `json:"fired,omitempty"`  // behaviours that it told
	Silent   []string `json:"silent,omitempty"` // behaviours that it did not tell
	Severity int      `json:"severity,omitempty"`
	Case     string   `json:"case,omitempty"`  // number of the test case, marked as a test; "" = too weak for one
	Needs    []string `json:"needs,omitempty"` // protocols that it lives on, any of them
	Why      []Text   `json:"why,omitempty"`   // why it cannot fire, or what limits it
}
