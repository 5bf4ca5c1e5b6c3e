package webattack

import (
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type instance struct {
	deps   detect.Deps
	seen   detect.Tally
	visits *detect.Table[visit, guesses]
	heads  *harmless
	agents *harmless
}

func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.seen.Expire(now)
	n.visits.Expire(now)
}

func (n *instance) Stats() detect.Stats { return detect.SumStats(n.seen.Stats(), n.visits.Stats()) }

// Observe reads each request.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	h, ok := e.(*event.HTTPActivity)
	if !ok {
		return
	}
	n.guess(h, emit)
	target := decoded(h.URI)
	n.strings(h, target, emit)
	if name, found := n.weakness(h, target); found != "" {
		n.count(h, "ex.web", name, found, emit)
	}
	if loadsCode(h) {
		n.count(h, "ex.log4shell", event.Text{JA: "攻撃に応じたJavaプログラムの読み込み", EN: "Java code loaded in answer to an attack"}, h.URI, emit)
	}
	if found := n.scanner(h.UserAgent); found != "" {
		n.count(h, "web.scanner", event.Text{JA: "弱点を探す道具", EN: "a vulnerability scanner"}, found, emit)
	}
}

// strings looks for the families of attack strings in the target, the agent and forms.
func (n *instance) strings(h *event.HTTPActivity, target string, emit detect.Emit) {
	agent := lookups(h)
	form := ""
	if strings.Contains(h.RequestType, "urlencoded") {
		form = body(h)
	}
	if agent == "" && plain(target) && plain(form) {
		return
	}
	for i := range patterns {
		p := &patterns[i]
		found := p.find(target)
		if found == "" && p.agent {
			found = p.find(agent)
		}
		if found == "" && p.form {
			found = p.find(form)
		}
		if found != "" {
			n.count(h, p.behaviour, p.name, found, emit)
		}
	}
}

// lookups are the agent and whatever else a lookup may be planted in, "" where none can be.
func lookups(h *event.HTTPActivity) (agent string) {
	if strings.Contains(h.UserAgent, "$") || strings.Contains(h.UserAgent, "{") || strings.Contains(h.Referer, "${") {
		agent = decoded(h.UserAgent + " " + h.Referer + " " + h.XFF)
	}
	for _, other := range []string{h.Fields, h.Body} { // only for lookups, which begin like this
		if !strings.ContainsAny(other, "$%") {
			continue
		}
		if text := decoded(other); strings.Contains(text, "${") {
			agent += " " + text
		}
	}
	return agent
}

// body is the beginning of the content as a server reads it.
func body(h *event.HTTPActivity) string {
	if h.Body == "" {
		return ""
	}
	return decoded(h.Body)
}

func (n *instance) count(h *event.HTTPActivity, behaviour string, name event.Text, found string, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&h.Conn)
	if !ok {
		return
	}
	seen, tell := n.seen.Add(detect.Deed{Src: h.Src.IP, Dst: h.Dst.IP, What: behaviour}, h.Time)
	if !tell {
		return
	}
	f := event.Finding{
		Behaviour: behaviour, Severity: event.High, Confidence: 75, Weight: 0.6,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: h.Dst.IP.String(), Count: seen.New, First: seen.First,
		Summary: event.Text{
			JA: fmt.Sprintf("%s が %s のWebに攻撃の要求を%d回送りました: %s。", h.Src.IP, h.Dst.IP, seen.All, name.JA),
			EN: fmt.Sprintf("%s attacked the web server %s %d times: %s.", h.Src.IP, h.Dst.IP, seen.All, name.EN)},
		Reasons: []event.Reason{detect.Because("requests", float64(seen.All), 1, "requests",
			detect.Say("「%[2]s」を含む要求が%[1]d回ありました。", "%[1]d requests held “%[2]s”.", seen.All, detect.Short(found)))},
		Evidence: []event.Evidence{detect.Seen(h.Time, &h.Conn, detect.Short(h.Method+" "+h.URI))},
	}
	f.Time = h.Time
	switch {
	case behaviour == "web.scanner":
		f.Severity, f.Confidence, f.Weight = event.Medium, 85, 0.4
	case !n.deps.Home(h.Src.IP) && h.Status >= 400: // refused, from outside: everyday weather
		f.Severity, f.Weight = event.Medium, 0.2
		f.Counter = append(f.Counter, detect.Because("refused", float64(h.Status), 400, "status", detect.Say("サーバーは要求を断りました(%d)。", "The server refused the request (%d).", h.Status)))
	case n.deps.HasRole(h.Src.IP, h.Time, "scanner"):
		f.Severity, f.Weight = event.Low, 0.1
	}
	emit(f)
}

// loadsCode: a Java server fetches a class over the network, as it does after a JNDI look-up that an attacker planted.
func loadsCode(h *event.HTTPActivity) bool {
	path, _, _ := strings.Cut(h.URI, "?")
	return strings.HasPrefix(h.UserAgent, "Java/") && h.Status == 200 && (strings.HasSuffix(path, ".class") || h.ResponseFile != nil && h.ResponseFile.Type == "class")
}
