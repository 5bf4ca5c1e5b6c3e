package event

import (
	"time"
)

// Severity is the wire severity of a finding: 2, 4, 6 or 8 (0 = informational).
type Severity uint8

// Severities (Deep Discovery's scale; OCSF severity_id by OCSF).
const (
	Informational Severity = 0
	Low           Severity = 2
	Medium        Severity = 4
	High          Severity = 6
	Critical      Severity = 8
)

// OCSF is severity_id 1 (informational) … 5 (critical).
func (s Severity) OCSF() int { return int(s)/2 + 1 }

// ThreatType is one of seven kinds of threat; "" where none fits.
type ThreatType string

// Threat types.
const (
	MaliciousContent      ThreatType = "malicious_content"
	MaliciousBehaviour    ThreatType = "malicious_behaviour"
	SuspiciousBehaviour   ThreatType = "suspicious_behaviour"
	Exploit               ThreatType = "exploit"
	Grayware              ThreatType = "grayware"
	WebReputation         ThreatType = "web_reputation"
	DisruptiveApplication ThreatType = "disruptive_application"
)

// Phase is one of six attack phases; "" where none fits.
type Phase string

// Attack phases, in order.
const (
	PhaseIntelligence Phase = "intelligence_gathering"
	PhaseEntry        Phase = "point_of_entry"
	PhaseC2           Phase = "cc_communication"
	PhaseLateral      Phase = "lateral_movement"
	PhaseDiscovery    Phase = "asset_data_discovery"
	PhaseExfiltration Phase = "data_exfiltration"
)

// Technique is an ATT&CK technique.
type Technique struct {
	UID  string `json:"uid"` // T1071.001
	Name string `json:"name"`
}

// Advisory is the constant part of a finding, owned by its detector.
type Advisory struct {
	ID         string      `json:"id"` // the detector's folder name: beacon, dnstunnel …
	Version    string      `json:"version,omitempty"`
	Type       string      `json:"type,omitempty"` // OCSF analytic type: Behavioral, Rule, Learning; default Behavioral
	Title      Text        `json:"title"`
	Means      Text        `json:"means"`           // what it means, for a non-expert, 1–3 sentences
	Do         []Text      `json:"do"`              // what to do now, at most three
	Sees       Text        `json:"sees,omitzero"`   // what the detector can see
	Misses     Text        `json:"misses,omitzero"` // what it cannot
	Techniques []Technique `json:"techniques,omitempty"`
	Threat     ThreatType  `json:"threat_type,omitempty"`
	Phase      Phase       `json:"phase,omitempty"`
}

// With is the advisory with what may be said otherwise of one instance: title, threat type and phase, where x has them.
func (a Advisory) With(x Advisory) Advisory {
	if x.Title != (Text{}) {
		a.Title = x.Title
	}
	if x.Threat != "" {
		a.Threat = x.Threat
	}
	if x.Phase != "" {
		a.Phase = x.Phase
	}
	return a
}

// Reason is one fact that led to a conclusion, with its number and the threshold it was held against.
type Reason struct {
	Name      string  `json:"name"` // polls, jitter, unique_names …
	Text      Text    `json:"text"` // the sentence with the case's numbers in it
	Value     float64 `json:"value"`
	Threshold float64 `json:"threshold,omitempty"`
	Unit      string  `json:"unit,omitempty"` // s, B, hosts, ratio …
}

// Evidence points at one conversation.
type Evidence struct {
	Time   time.Time `json:"time"`
	Src    Endpoint  `json:"src_endpoint,omitzero"`
	Dst    Endpoint  `json:"dst_endpoint,omitzero"`
	FlowID uint64    `json:"flow_id,omitempty"`
	Name   string    `json:"name,omitempty"` // domain, URL, pipe, file … that was seen
	Detail string    `json:"detail,omitempty"`
}

// Finding is one conclusion about one machine (OCSF 2004). Repeats are folded into Count by the detector room.
type Finding struct {
	Header              // Time = when the evidence sufficed
	Advisory   Advisory `json:"advisory"`
	Behaviour  string   `json:"behaviour"` // class name as in DETECTIONS.md: c2.http, lm.psexec …
	Severity   Severity `json:"severity"`
	Confidence int      `json:"confidence"`            // 0–100
	SingleShot bool     `json:"single_shot,omitempty"` // notifies alone (ROWS D8)
	Weight     float64  `json:"weight,omitempty"`      // 0–1 for noisy-OR when not single-shot

	Device   Device     `json:"device"`            // the machine to act on
	Others   []Device   `json:"others,omitempty"`  // inside machines among the peers, named: the target of a PsExec …; at most 8, without bindings
	Peers    []Endpoint `json:"peers,omitempty"`   // the other sides, at most 32
	Subject  string     `json:"subject,omitempty"` // what the repeats are folded by: destination, domain …
	Summary  Text       `json:"summary"`           // one sentence with the case's numbers
	Reasons  []Reason   `json:"reasons,omitempty"`
	Counter  []Reason   `json:"counter_evidence,omitempty"`
	Excepted Text       `json:"excepted,omitzero"`   // why an exception that was added later took it back; it no longer counts
	Gates    []Gate     `json:"gates,omitempty"`     // every test that led here, passed or not, at most 48
	Evidence []Evidence `json:"evidences,omitempty"` // at most 32
	First    time.Time  `json:"first,omitzero"`
	Last     time.Time  `json:"last,omitzero"`
	Count    int        `json:"count"`             // ≥ 1
	Propose  bool       `json:"propose,omitempty"` // whoever configured it wants a person to be asked to cut the machine off
}

// Class is 2004.
func (*Finding) Class() Class { return ClassDetectionFinding }

// IncidentState is the life cycle of a case.
type IncidentState string

// Life cycle: new → in_progress → (contained) → resolved → closed; false_positive closes too.
const (
	IncidentNew           IncidentState = "new"
	IncidentInProgress    IncidentState = "in_progress"
	IncidentContained     IncidentState = "contained"
	IncidentResolved      IncidentState = "resolved"
	IncidentFalsePositive IncidentState = "false_positive"
)

// Open reports whether new findings still join the case.
func (s IncidentState) Open() bool {
	return s == IncidentNew || s == IncidentInProgress || s == IncidentContained
}

// TimelineEntry is one line of a case's story.
type TimelineEntry struct {
	Time  time.Time `json:"time"`
	Kind  string    `json:"kind"`          // finding order receipt note state notice
	Ref   string    `json:"ref,omitempty"` // UID of the thing
	Phase Phase     `json:"phase,omitempty"`
	Text  Text      `json:"text"`
	Who   string    `json:"who,omitempty"`
}

// Incident is one case: the findings of one machine (OCSF 2005).
type Incident struct {
	Header
	Number       string          `json:"number"` // short, for the telephone: 2026-1121-03
	Device       Device          `json:"device"`
	HostSeverity int             `json:"host_severity"` // 1–10, ROWS D8
	Why          []Text          `json:"why,omitempty"` // why it has this severity, in words
	State        IncidentState   `json:"state"`
	Title        Text            `json:"title"`
	Story        Text            `json:"story"`        // plain paragraphs: what happened, certain, likely, unknown
	Do           []Text          `json:"do,omitempty"` // what to do now, at most three steps
	Phases       []Phase         `json:"phases,omitempty"`
	Techniques   []Technique     `json:"techniques,omitempty"`
	Findings     []Finding       `json:"findings,omitempty"` // folded, oldest first, at most 200
	Timeline     []TimelineEntry `json:"timeline,omitempty"` // at most 1,000
	Related      []string        `json:"related,omitempty"`  // UIDs of devices that the findings join
	First        time.Time       `json:"first,omitzero"`
	Last         time.Time       `json:"last,omitzero"`
	Assignee     string          `json:"assignee,omitempty"`
	Lead         string          `json:"lead,omitempty"`        // UID of the incident that this case is part of; "" = it stands by itself, or leads
	LeadNumber   string          `json:"lead_number,omitempty"` // and its number
	Hosts        []CaseHost      `json:"hosts,omitempty"`       // of an incident that leads: every machine, in the order in which it was struck, at most 200
	Spread       []Hop           `json:"spread,omitempty"`      // and who reached whom, oldest first, at most 600
	MoreHosts    int             `json:"more_hosts,omitempty"`  // machines beyond those
	Test         bool            `json:"test,omitempty"`        // of a self-test (試験): never decided about, never acted upon
}

// Class is 2005.
func (*Incident) Class() Class { return ClassIncident }

// CaseHost is one machine of an incident that several have a part in.
type CaseHost struct {
	Incident string        `json:"incident,omitempty"` // UID of the machine's own case; "" = it was reached, and has not acted itself so far
	Number   string        `json:"number,omitempty"`   // of that case
	Device   Device        `json:"device"`             // without bindings
	Severity int           `json:"severity,omitempty"`
	State    IncidentState `json:"state,omitempty"`
	First    time.Time     `json:"first,omitzero"`
	Zero     bool          `json:"zero,omitempty"` // patient zero: nobody here reached it, and it began first
	Step     int           `json:"step"`           // how many machines after patient zero; 0 where nobody is known to have reached it
}

// Hop is how one machine of an incident reached another.
type Hop struct {
	From     string    `json:"from"` // device UID
	To       string    `json:"to"`
	Time     time.Time `json:"time"` // of the first
	Title    Text      `json:"title"`
	Detector string    `json:"detector"`
	Finding  string    `json:"finding,omitempty"` // UID
	Count    int       `json:"count"`
	Same     bool      `json:"same,omitempty"` // no direction: both have to do with the same outside thing
	What     string    `json:"what,omitempty"` // that thing
}
