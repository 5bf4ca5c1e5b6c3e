package main

import (
	"context"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/detect/sample"
	"github.com/yagura-project/yagura/event"
)

// testShelf keeps the cases of a self-test while it runs.
type testShelf map[string]event.Incident

// PutIncident implements incident.Store.
func (t testShelf) PutIncident(_ context.Context, i event.Incident) error {
	i.Test = true
	t[i.UID] = i
	return nil
}

// Incident implements incident.Store.
func (t testShelf) Incident(_ context.Context, uid string) (event.Incident, error) {
	if i, ok := t[uid]; ok {
		return i, nil
	}
	return event.Incident{}, event.ErrNotFound
}

// Incidents implements incident.Store.
func (t testShelf) Incidents(context.Context, event.IncidentFilter) ([]event.Incident, error) {
	return nil, nil
}

// whySilent says why none of the samples fired the detector.
func (g *shootingRange) whySilent(d *detect.Detector, samples []sample.Sample, covered uint64) event.Text {
	if covered > 0 {
		return g.whichException(d, samples)
	}
	plain := *g
	plain.cfg.Detect = detect.DefaultConfig()
	for i := range samples {
		if len(plain.events(d, &samples[i], plain.one(d, true)).told(samples[i].Expect)) > 0 {
			return detect.Say("設定 detect.detectors.%s の値では、見本の攻撃でも知らせません。", "With the settings of detect.detectors.%s not even its own samples fire it.", d.Info.ID)
		}
	}
	if slices.Contains(byZone, d.Info.ID) {
		return detect.Say("守るゾーンが設定されていません（asset.zones と detect.detectors.%s）。", "No zones to guard are configured (asset.zones and detect.detectors.%s).", d.Info.ID)
	}
	return event.Text{JA: "見本の攻撃を見せても知らせませんでした。", EN: "Its own samples did not fire it."}
}

func (g *shootingRange) whichException(d *detect.Detector, samples []sample.Sample) event.Text {
	for i := range samples {
		for _, f := range g.events(d, &samples[i], g.one(d, false)).findings {
			for _, x := range g.cfg.Detect.Exceptions {
				if x.Accepts(&f) {
					return detect.Say("例外「%s」（%s、%s まで）に隠れます。", "The exception \"%s\" (%s, until %s) covers it.", x.Reason, x.Owner, x.Expires.Format(time.DateOnly))
				}
			}
		}
	}
	return event.Text{JA: "例外に隠れます。", EN: "An exception covers it."}
}

// everyday are protocols that every town's network speaks all day: silence of one means that the mirror does not show it.
var everyday = []string{"dns", "dhcp", "http", "tls", "smb", "dcerpc", "krb5", "ldap"}

// needs are the protocols that samples are made of; none where one of them needs nothing but flows.
func needs(samples []sample.Sample) []string {
	apps := map[string]bool{}
	for _, s := range samples {
		found := false
		for _, e := range s.Events {
			if app := appOf(e); app != "" {
				apps[app], found = true, true
			}
		}
		if !found {
			return nil
		}
	}
	var out []string
	for a := range apps {
		out = append(out, a)
	}
	sort.Strings(out)
	return out
}

// appOf is the protocol that an event was read from, as the sensor counts it.
func appOf(e event.Event) string {
	switch e := e.(type) {
	case *event.HTTPActivity:
		return "http"
	case *event.DNSActivity:
		return e.Service
	case *event.DHCPActivity:
		return "dhcp"
	case *event.SMBActivity:
		if e.Command == "" {
			return "dcerpc"
		}
		return "smb"
	case *event.Authentication:
		if e.Protocol == "kerberos" {
			return "krb5"
		}
	case *event.SSHActivity:
		return "ssh"
	case *event.LDAPActivity:
		return "ldap"
	case *event.RDPActivity:
		return "rdp"
	case *event.NetworkActivity:
		if e.TLS != nil {
			return "tls"
		}
		return e.App
	}
	return ""
}

// settled is after how long a protocol that was not seen is missed.
const settled = time.Hour

// sight is what the running sensor has seen so far.
type sight struct {
	byApp   map[string]uint64
	packets uint64
	since   time.Duration
	engine  detect.EngineStats
	zones   map[string]int // machines by zone
}

// limits adds what hinders a detector in the running Yagura, whatever the samples did.
func (s *sight) limits(r *event.SelfTestResult) {
	red := func(t event.Text) { r.OK, r.Why = false, append(r.Why, t) }
	if st, ok := s.engine.Detectors[r.Detector]; ok && st.Off {
		red(detect.Say("動作中に %d 回異常終了し、止まっています。", "It failed %d times while running and is switched off.", int(st.Panics)))
	}
	missed := slices.DeleteFunc(slices.Clone(r.Needs), func(a string) bool {
		return !slices.Contains(everyday, a) || s.byApp[a] > 0 || a == "dcerpc" && s.byApp["smb"] > 0
	})
	switch {
	case s.packets == 0:
		red(event.Text{JA: "センサーに通信がまだ届いていません。", EN: "The sensor has not seen any traffic."})
	case len(r.Needs) == 0 || len(missed) < len(r.Needs):
	case s.since >= settled:
		red(detect.Say("この種類の通信（%s）がセンサーに届いていません。", "The sensor sees no traffic of this kind (%s).", strings.Join(missed, "、")))
	default:
		r.Why = append(r.Why, detect.Say("この種類の通信（%s）をまだ見ていません（見張りを始めて間もないため）。", "No traffic of this kind (%s) has been seen yet; the watch has only begun.", strings.Join(missed, ", ")))
	}
	if slices.Contains(byZone, r.Detector) && r.OK {
		for _, z := range slices.Sorted(maps.Keys(s.zones)) {
			if s.zones[z] == 0 {
				r.Why = append(r.Why, detect.Say("ゾーン %s の端末をまだ見ていません。ミラーの範囲を確かめてください。", "No machine of zone %s has been seen; check what is mirrored.", z))
			}
		}
	}
}

// unread says of a detector that the protocols it lives on are not read.
func (g *shootingRange) unread(r *event.SelfTestResult) {
	if len(r.Needs) == 0 {
		return
	}
	for _, p := range g.protocols {
		if slices.Contains(r.Needs, p.Name) || slices.Contains(r.Needs, "dcerpc") && p.Name == "smb" {
			return
		}
	}
	r.OK = false
	r.Why = append(r.Why, detect.Say("必要なプロトコル（%s）を読まない設定です（dissect.protocols）。", "The protocols it lives on (%s) are not read (dissect.protocols).", strings.Join(r.Needs, ", ")))
}
