// Package ocsf writes findings as OCSF 1.x Detection Finding (class 2004) JSON lines.
package ocsf

import (
	"encoding/json"
	"io"

	"github.com/yagura-project/yagura/event"
)

// schemaVersion is the OCSF version whose attribute names are used.
const schemaVersion = "1.3.0"

// Finding is the wire form of class 2004; only attributes that Yagura fills.
type Finding struct {
	ActivityID   int         `json:"activity_id"` // 1 Create
	CategoryUID  int         `json:"category_uid"`
	ClassUID     int         `json:"class_uid"`
	TypeUID      int         `json:"type_uid"`
	Time         int64       `json:"time"` // ms since the epoch, capture clock
	SeverityID   int         `json:"severity_id"`
	Severity     string      `json:"severity"`
	ConfidenceID int         `json:"confidence_id"`
	Confidence   int         `json:"confidence_score"`
	StatusID     int         `json:"status_id"` // 1 New
	Count        int         `json:"count"`
	Info         findingInfo `json:"finding_info"`
	Attacks      []attack    `json:"attacks,omitempty"`
	Device       device      `json:"device"`
	Evidences    []evidence  `json:"evidences"`
	Metadata     metadata    `json:"metadata"`
	Message      string      `json:"message"`
	Unmapped     unmapped    `json:"unmapped"`
}

type findingInfo struct {
	UID       string   `json:"uid"`
	Title     string   `json:"title"`
	Desc      string   `json:"desc"`
	Analytic  analytic `json:"analytic"`
	FirstSeen int64    `json:"first_seen_time,omitempty"`
	LastSeen  int64    `json:"last_seen_time,omitempty"`
}

type analytic struct {
	Name string `json:"name"`
	UID  string `json:"uid"`
	Type string `json:"type"`
}

type attack struct {
	Technique technique `json:"technique"`
}

type technique struct {
	UID  string `json:"uid"`
	Name string `json:"name,omitempty"`
}

type device struct {
	TypeID   int    `json:"type_id"` // 0 Unknown
	UID      string `json:"uid,omitempty"`
	IP       string `json:"ip,omitempty"`
	MAC      string `json:"mac,omitempty"`
	Hostname string `json:"hostname,omitempty"`
	Owner    string `json:"owner,omitempty"`
	Zone     string `json:"zone,omitempty"`
	Location string `json:"location,omitempty"`
}

type endpoint struct {
	IP   string `json:"ip,omitempty"`
	Port uint16 `json:"port,omitempty"`
	MAC  string `json:"mac,omitempty"`
}

type evidence struct {
	Time int64    `json:"time,omitempty"`
	Src  endpoint `json:"src_endpoint"`
	Dst  endpoint `json:"dst_endpoint"`
	Name string   `json:"name,omitempty"`
	Data string   `json:"data,omitempty"`
}

type metadata struct {
	Version string  `json:"version"`
	LogName string  `json:"log_name,omitempty"`
	Tenant  string  `json:"tenant_uid,omitempty"`
	Product product `json:"product"`
}

type product struct {
	Name   string `json:"name"`
	Vendor string `json:"vendor_name"`
}

type unmapped struct {
	Behaviour  string           `json:"behaviour"`
	ThreatType event.ThreatType `json:"threat_type,omitempty"`
	Phase      event.Phase      `json:"attack_phase,omitempty"`
	SingleShot bool             `json:"single_shot"`
	Severity   event.Severity   `json:"severity_2468"`
	Reasons    []event.Reason   `json:"reasons,omitempty"`
	Counter    []event.Reason   `json:"counter_evidence,omitempty"`
}

var severityNames = [...]string{1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}

// FromFinding maps one finding; lang ("ja" or "en") chooses its sentences.
func FromFinding(f *event.Finding, lang string) Finding {
	sev := min(f.Severity.OCSF(), len(severityNames)-1)
	out := Finding{
		ActivityID: 1, CategoryUID: 2, ClassUID: int(event.ClassDetectionFinding), TypeUID: 200401, StatusID: 1,
		Time: f.Time.UnixMilli(), SeverityID: sev, Severity: severityNames[sev],
		ConfidenceID: confidenceID(f.Confidence), Confidence: f.Confidence, Count: max(f.Count, 1),
		Info: findingInfo{
			UID: f.UID, Title: f.Advisory.Title.In(lang), Desc: f.Advisory.Means.In(lang),
			Analytic:  analytic{Name: f.Advisory.Title.In("en"), UID: f.Advisory.ID, Type: analyticType(f.Advisory.Type)},
			FirstSeen: f.First.UnixMilli(), LastSeen: f.Last.UnixMilli(),
		},
		Device:    deviceOf(f.Device),
		Evidences: evidencesOf(f),
		Metadata:  metadata{Version: schemaVersion, LogName: f.Sensor, Tenant: f.Tenant, Product: product{"Yagura", "Yagura"}},
		Message:   f.Summary.In(lang),
		Unmapped: unmapped{Behaviour: f.Behaviour, ThreatType: f.Advisory.Threat, Phase: f.Advisory.Phase,
			SingleShot: f.SingleShot, Severity: f.Severity, Reasons: f.Reasons, Counter: f.Counter},
	}
	for _, t := range f.Advisory.Techniques {
		out.Attacks = append(out.Attacks, attack{technique{t.UID, t.Name}})
	}
	return out
}

func analyticType(t string) string {
	if t == "" {
		return "Behavioral"
	}
	return t
}

// confidenceID maps 0–100 to OCSF 1 low, 2 medium, 3 high.
func confidenceID(c int) int {
	switch {
	case c >= 80:
		return 3
	case c >= 50:
		return 2
	}
	return 1
}

func deviceOf(d event.Device) device {
	out := device{UID: d.UID, MAC: d.MAC.String(), Hostname: d.Hostname, Owner: d.User, Zone: d.Zone, Location: d.Place}
	if d.IP.IsValid() {
		out.IP = d.IP.String()
	}
	return out
}

func evidencesOf(f *event.Finding) []evidence {
	out := make([]evidence, 0, len(f.Evidence))
	for _, e := range f.Evidence {
		out = append(out, evidence{Time: e.Time.UnixMilli(), Src: endpointOf(e.Src), Dst: endpointOf(e.Dst), Name: e.Name, Data: e.Detail})
	}
	return out
}

func endpointOf(e event.Endpoint) endpoint {
	out := endpoint{Port: e.Port, MAC: e.MAC.String()}
	if e.IP.IsValid() {
		out.IP = e.IP.String()
	}
	return out
}

// Writer writes one finding a line.
type Writer struct {
	enc  *json.Encoder
	lang string
}

// NewWriter writes to w in lang ("ja" or "en").
func NewWriter(w io.Writer, lang string) *Writer {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &Writer{enc, lang}
}

// Write writes one line; an error is the underlying writer's.
func (w *Writer) Write(f *event.Finding) error { return w.enc.Encode(FromFinding(f, w.lang)) }
