package asset

import (
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// From how much on a role that no client attests is shown at all.
const (
	managedLeast = 5  // machines that a management host works on
	probedLeast  = 30 // machines that a scanner looks at
	steadyDays   = 2  // on different days
	backupBytes  = 200 << 20
)

// serves learns from a finished conversation what an inside machine is to others.
func (v *Inventory) serves(e *event.NetworkActivity) {
	if !e.Activity.Ended() || !v.home(e.Src.IP) || !v.home(e.Dst.IP) || e.Dst.IP.IsMulticast() {
		return
	}
	if e.Activity == event.FlowFail || e.Activity == event.FlowRefuse {
		v.learn(v.at(e.Src.IP, e.Time), "scanner", "flow", e.Dst.IP, e.Time)
		return
	}
	if e.Proto != event.ProtoTCP || e.Resp.Payload == 0 && e.Orig.Payload == 0 {
		return
	}
	if role := roleOfPort(e); role != "" && e.Orig.Payload > 0 {
		v.learn(v.at(e.Dst.IP, e.Time), role, "flow", e.Src.IP, e.Time)
	}
	if e.Orig.Payload >= backupBytes && night(e.Time) {
		v.learn(v.at(e.Dst.IP, e.Time), "backup", "flow", e.Src.IP, e.Time)
	}
	switch e.Dst.Port {
	case 22, 3389, 5985, 5986:
		v.learn(v.at(e.Src.IP, e.Time), "management", "flow", e.Dst.IP, e.Time)
	}
}

// roleOfPort is what a server on that port is: RFC 5321, RFC 1179, RFC 8010, JetDirect, and WSUS's own ports.
func roleOfPort(e *event.NetworkActivity) string {
	switch {
	case e.App == "smtp":
		return "mail"
	case e.Dst.Port == 9100 || e.Dst.Port == 515 || e.Dst.Port == 631:
		return "printer"
	case e.Dst.Port == 8530 || e.Dst.Port == 8531:
		return "wsus"
	}
	return ""
}

func night(t time.Time) bool {
	h := t.UTC().Add(9 * time.Hour).Hour()
	return h >= 20 || h < 6
}

// shown reports whether there is enough to show a learnt role as a proposal.
func (s *standing) shown(role string) bool {
	switch role {
	case "management":
		return s.days >= steadyDays && s.count() >= managedLeast
	case "scanner":
		return s.days >= steadyDays && s.count() >= probedLeast
	case "backup", "mail", "wsus":
		return s.count() >= 2
	}
	return true
}

// web learns WSUS, proxies and whom they speak for.
func (v *Inventory) web(e *event.HTTPActivity) {
	if v.home(e.Dst.IP) && v.home(e.Src.IP) {
		if strings.HasPrefix(e.UserAgent, "Windows-Update-Agent") && e.Status/100 == 2 {
			v.learn(v.at(e.Dst.IP, e.Time), "wsus", "http", e.Src.IP, e.Time)
		}
		v.asked(e)
	}
	v.forwarded(e)
}

// asked notes a request in the form that only proxies take (RFC 9112 §3.2.2, §3.2.3), and whom it leads to.
func (v *Inventory) asked(e *event.HTTPActivity) {
	host := proxied(e)
	if host == "" || e.Status/100 != 2 && e.Status/100 != 3 {
		return
	}
	v.learn(v.at(e.Dst.IP, e.Time), "proxy", "http", e.Src.IP, e.Time)
	v.fronts.add(e.Dst.IP, host, visit{e.Src.IP.Unmap(), e.Time, false})
}

// proxied is the host that a proxy is asked for, "" for requests to the server itself.
func proxied(e *event.HTTPActivity) string {
	switch {
	case e.Method == "CONNECT":
		return hostOnly(e.URI)
	case strings.HasPrefix(e.URI, "http://"), strings.HasPrefix(e.URI, "https://"), strings.HasPrefix(e.URI, "ftp://"):
		_, rest, _ := strings.Cut(e.URI, "://")
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		return hostOnly(rest[:end])
	}
	return ""
}

// hostOnly takes user and port off an authority; addresses lose their brackets.
func hostOnly(s string) string {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().String()
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.Contains(s[:i], ":") {
		s = s[:i]
	}
	return strings.ToLower(strings.Trim(s, "[]."))
}

// forwarded notes for whom a proxy says that it asks (X-Forwarded-For). Of several addresses the last one is the
// proxy's own word; what stands before it the client may have made up, unless a proxy stood there.
func (v *Inventory) forwarded(e *event.HTTPActivity) {
	if e.XFF == "" || !v.home(e.Src.IP) || e.Host == "" {
		return
	}
	hops := strings.Split(e.XFF, ",")
	for i := len(hops) - 1; i >= 0 && i >= len(hops)-4; i-- {
		ip, err := netip.ParseAddr(hostOnly(strings.TrimSpace(hops[i])))
		if err != nil || !v.home(ip) {
			return
		}
		if ip = ip.Unmap(); ip == e.Src.IP.Unmap() || v.fronts.known(ip) {
			continue
		}
		host := proxied(e)
		if host == "" {
			host = hostOnly(e.Host)
		}
		v.fronts.told(e.Src.IP.Unmap(), ip, len(v.byIP[ip]) > 0)
		v.fronts.add(e.Src.IP, host, visit{ip, e.Time, true})
		v.fronts.lead(e.Src.IP, e.Dst.IP, host)
		return
	}
}
