package signature

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Findings folds alerts to findings: one for each rule and pair of machines. One goroutine uses it.
type Findings struct {
	home    func(netip.Addr) bool
	out     func(event.Finding)
	open    map[findingKey]*event.Finding
	told    map[findingKey]int
	oldest  []findingKey
	Evicted uint64 // findings that were closed for room
}

type findingKey struct {
	sid, gid     uint32
	device, peer netip.Addr
	mac          event.MAC
}

// maxFindings bounds the findings that repeats are added to.
const maxFindings = 16384

// NewFindings gives out each finding when it is new, when it has grown tenfold, and at Close. home tells inside machines.
func NewFindings(home func(netip.Addr) bool, out func(event.Finding)) *Findings {
	return &Findings{home: home, out: out, open: map[findingKey]*event.Finding{}, told: map[findingKey]int{}}
}

// Add takes an alert.
func (s *Findings) Add(a *event.Alert) {
	device, peer := a.Src, a.Dst
	if !s.home(a.Src.IP) && s.home(a.Dst.IP) {
		device, peer = a.Dst, a.Src
	}
	k := findingKey{sid: a.SID, gid: a.GID, device: device.IP, peer: peer.IP}
	if !device.IP.IsValid() {
		k.mac = device.MAC
	}
	f := s.open[k]
	if f == nil {
		if len(s.open) >= maxFindings {
			s.drop()
		}
		f = newFinding(a, device, peer)
		s.open[k] = f
		s.oldest = append(s.oldest, k)
	} else {
		f.Count++
		f.Last = a.Time
		f.Summary = summary(a, device, peer, f.Count)
	}
	if f.Count == 1 || f.Count == 10*s.told[k] {
		s.tell(k, f)
	}
}

func (s *Findings) tell(k findingKey, f *event.Finding) {
	s.told[k] = f.Count
	g := *f
	s.out(g)
}

// drop closes the oldest finding.
func (s *Findings) drop() {
	k := s.oldest[0]
	s.oldest = s.oldest[1:]
	s.Evicted++
	s.close(k)
}

func (s *Findings) close(k findingKey) {
	if f := s.open[k]; f.Count != s.told[k] {
		s.tell(k, f)
	}
	delete(s.open, k)
	delete(s.told, k)
}

// Close tells of the findings whose count has grown since.
func (s *Findings) Close() {
	for _, k := range s.oldest {
		s.close(k)
	}
	s.oldest = nil
}

func newFinding(a *event.Alert, device, peer event.Endpoint) *event.Finding {
	sid := strconv.FormatUint(uint64(a.SID), 10)
	sev, weight := gravity(a)
	title := event.Text{JA: a.Message, EN: a.Message}
	means := event.Text{JA: "シグネチャ（" + sid + "）に一致する通信がありました。", EN: "Traffic matched the signature " + sid + "."}
	if a.Category != "" {
		means.JA += "分類: " + a.Category + "。"
		means.EN += " Category: " + a.Category + "."
	}
	f := &event.Finding{
		Header: event.Header{UID: uid(a, device, peer), Time: a.Time, Tenant: a.Tenant, Site: a.Site, Sensor: a.Sensor},
		Advisory: event.Advisory{ID: sid, Version: strconv.FormatUint(uint64(a.Rev), 10), Type: "Rule", Title: title, Means: means,
			Do:         []event.Text{{JA: "相手先と時刻を記録し、この端末の利用者に心当たりを確認してください。", EN: "Note the other side and the time, and ask who uses the machine."}},
			Techniques: techniques(a), Threat: threatOf(a.Metadata), Phase: phaseOf(a.Metadata)},
		Behaviour: behaviourOf(a), Severity: sev, Confidence: confidence(a), Weight: weight,
		Device: event.Device{IP: device.IP, MAC: device.MAC}, Subject: sid,
		Evidence: []event.Evidence{{Time: a.Time, Src: a.Src, Dst: a.Dst, FlowID: a.FlowID, Name: a.Message, Detail: "sid " + sid + " rev " + strconv.FormatUint(uint64(a.Rev), 10)}},
		First:    a.Time, Last: a.Time, Count: 1,
	}
	if peer.IP.IsValid() {
		f.Peers = []event.Endpoint{peer}
	}
	f.Summary = summary(a, device, peer, 1)
	return f
}

func summary(a *event.Alert, device, peer event.Endpoint, n int) event.Text {
	from, to := name(device), name(peer)
	return event.Text{JA: fmt.Sprintf("%s と %s の通信が「%s」に %d 回一致しました。", from, to, a.Message, n),
		EN: fmt.Sprintf("Traffic of %s with %s matched \"%s\" %d times.", from, to, a.Message, n)}
}

func name(e event.Endpoint) string {
	if e.IP.IsValid() {
		return e.IP.String()
	}
	return e.MAC.String()
}

// uid names a finding, the same over replays.
func uid(a *event.Alert, device, peer event.Endpoint) string {
	h := sha256.New()
	fmt.Fprintf(h, "rule %d:%d %s %s %s %s", a.GID, a.SID, name(device), name(peer), a.Sensor, a.Time.UTC().Format(time.RFC3339Nano))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// gravity is the severity that priority and metadata of the rule give, and its weight in a case.
func gravity(a *event.Alert) (event.Severity, float64) {
	switch first(a.Metadata, "signature_severity") {
	case "Informational":
		return event.Informational, 0.03
	case "Minor":
		return event.Low, 0.1
	case "Critical":
		return event.Critical, 0.8
	}
	switch {
	case a.Priority <= 1:
		return event.High, 0.6
	case a.Priority == 2:
		return event.Medium, 0.3
	case a.Priority == 3:
		return event.Low, 0.1
	}
	return event.Informational, 0.03
}

func confidence(a *event.Alert) int {
	switch first(a.Metadata, "confidence") {
	case "High":
		return 90
	case "Low":
		return 40
	}
	return 65
}

func first(m map[string][]string, key string) string {
	if v := m[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func techniques(a *event.Alert) (out []event.Technique) {
	names := a.Metadata["mitre_technique_name"]
	for i, id := range a.Metadata["mitre_technique_id"] {
		t := event.Technique{UID: id}
		if i < len(names) {
			t.Name = strings.ReplaceAll(names[i], "_", " ")
		}
		out = append(out, t)
	}
	return out
}
