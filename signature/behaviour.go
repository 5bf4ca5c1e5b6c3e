package signature

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// behaviourOf is the class of behaviour that a rule's metadata, category and message speak of.
func behaviourOf(a *event.Alert) string {
	tactic, category := first(a.Metadata, "mitre_tactic_id"), strings.ToLower(a.Category)
	switch {
	case strings.Contains(category, "command and control") || tactic == "TA0011" || strings.Contains(category, "domain observed used for c2"):
		return "c2." + channel(a.App)
	case strings.Contains(category, "credential theft") || tactic == "TA0006":
		return "cred.theft"
	case strings.Contains(category, "network scan") || strings.Contains(category, "information leak") || tactic == "TA0043":
		return "scan.port"
	case strings.Contains(category, "web application attack"):
		return "ex.web"
	case strings.Contains(category, "privilege gain") || strings.Contains(category, "exploit") || strings.Contains(category, "executable code") || tactic == "TA0001":
		return "ex.attempt"
	case tactic == "TA0008":
		return "lm.tool"
	case tactic == "TA0007":
		return "disc.tool"
	case tactic == "TA0010":
		return "exfil.data"
	case strings.Contains(category, "trojan") || strings.Contains(category, "malware") || strings.Contains(category, "crypto currency"):
		return "malware.traffic"
	case strings.Contains(category, "policy") || strings.Contains(category, "unwanted"):
		return "policy.rule"
	}
	return "rule.match"
}

// channel is the carrier of command and control in the words of behaviours.
func channel(app string) string {
	switch app {
	case "http", "http1", "http2":
		return "http"
	case "tls", "quic":
		return "tls"
	case "dns", "doh2":
		return "dns"
	}
	return "rat_tcp"
}

// threatOf is the type of threat that the rule's tactic stands for.
func threatOf(m map[string][]string) event.ThreatType {
	switch first(m, "mitre_tactic_id") {
	case "TA0001", "TA0002", "TA0004":
		return event.Exploit
	case "TA0011", "TA0010", "TA0040":
		return event.MaliciousBehaviour
	}
	return event.SuspiciousBehaviour
}

// phaseOf is the phase of an attack that the rule's tactic stands for; "" when it names none.
func phaseOf(m map[string][]string) event.Phase {
	switch first(m, "mitre_tactic_id") {
	case "TA0043", "TA0042":
		return event.PhaseIntelligence
	case "TA0001", "TA0002":
		return event.PhaseEntry
	case "TA0011":
		return event.PhaseC2
	case "TA0008":
		return event.PhaseLateral
	case "TA0006", "TA0007", "TA0009":
		return event.PhaseDiscovery
	case "TA0010":
		return event.PhaseExfiltration
	}
	return ""
}
