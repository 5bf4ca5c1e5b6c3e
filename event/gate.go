package event

// Gate is one test on the way to a finding: what was held against what, and how it ended. Detectors record those that
// were passed and those that were not, so that a person can see later how near the judgement was.
type Gate struct {
	Name      string  `json:"name"`                // machines, jitter, prevalence, own_hours …
	Text      Text    `json:"text"`                // what is asked, in one sentence
	Value     float64 `json:"value"`               // what was measured; yes or no: 1 or 0
	Op        string  `json:"op,omitempty"`        // how Value is held against Threshold: ">=" or "<="; "" = yes or no
	Threshold float64 `json:"threshold,omitempty"` // of the same unit
	Unit      string  `json:"unit,omitempty"`      // s, B, machines, calls, points …
	Points    float64 `json:"points,omitempty"`    // what it adds to a sum of points (negative: counter-evidence); 0 = it must pass by itself
	Passed    bool    `json:"passed"`
	Source    string  `json:"source,omitempty"` // where the threshold stands: a setting's key, or the document it comes from
}

// Explanation is why a finding came about, gate by gate.
type Explanation struct {
	Finding Finding `json:"finding"`
	Gates   []Gate  `json:"gates" nullable:"false"`
	Quiet   []Text  `json:"quiet" nullable:"false"` // what would have kept it quiet, one sentence each
	Except  string  `json:"except,omitempty"`       // an exception for yagura.yaml that would cover just this
	Case    string  `json:"case,omitempty"`         // number of the case that it is part of
	CaseUID string  `json:"case_uid,omitempty"`     // and its UID
	Why     []Text  `json:"why,omitempty"`          // why the case has its host severity
}
