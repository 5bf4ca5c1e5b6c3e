package radius

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"layeh.com/radius"
	"layeh.com/radius/rfc2869"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// device is one NAS of the settings, ready to be told.
type device struct {
	NAS
	prefix netip.Prefix
	vendor vendor
	secret []byte
}

func newDevice(n NAS) (device, error) {
	d := device{NAS: n}
	var err error
	if d.prefix, err = n.prefix(); err != nil {
		return d, err
	}
	if d.vendor, err = vendorOf(n.Vendor); err != nil {
		return d, err
	}
	secret, err := act.Secret("secret_file", n.Secret)
	d.secret = []byte(secret)
	if d.Port == 0 {
		d.Port = d.vendor.Port
	}
	if d.Way == "" {
		d.Way = d.vendor.Way
	}
	if len(d.Names) == 0 {
		d.Names = d.vendor.Names
	}
	return d, err
}

// of finds the settings of the switch that asked.
func (h *hand) of(s session) (d device, at netip.AddrPort, err error) {
	ip, err := netip.ParseAddr(s.nas)
	if err != nil {
		return d, at, fmt.Errorf("the session's switch %q is no address", clean(s.nas))
	}
	best := -1
	for i, x := range h.nas {
		if x.prefix.Contains(ip) && (best < 0 || x.prefix.Bits() > h.nas[best].prefix.Bits()) {
			best = i
		}
	}
	if best < 0 {
		return d, at, fmt.Errorf("the machine is at %s, which is not among nas: add it with its secret", ip)
	}
	return h.nas[best], netip.AddrPortFrom(ip, h.nas[best].Port), nil
}

// describe is the request in words, for people.
func (h *hand) describe(s session) string {
	d, at, err := h.of(s)
	if err != nil {
		return "# " + err.Error()
	}
	words := []string{"Disconnect-Request"}
	if d.Way != byDisconnect {
		words[0] = "CoA-Request"
	}
	words = append(words, "to "+at.String())
	for _, n := range d.Names {
		p := radius.New(radius.CodeDisconnectRequest, nil)
		if namers[n](p, s); len(p.Attributes) > 0 {
			words = append(words, n+"="+clean(s.said(n)))
		}
	}
	for _, a := range d.extra() {
		words = append(words, a.String())
	}
	return strings.Join(words, " ")
}

// said is what RADIUS told for a name.
func (s session) said(name string) string {
	return map[string]string{"NAS-IP-Address": s.nasIP, "NAS-Identifier": s.nasID, "User-Name": s.user, "Calling-Station-Id": s.calling,
		"Acct-Session-Id": s.id, "NAS-Port-Id": s.portID, "NAS-Port": s.port}[name]
}

func (d device) extra() []attribute {
	switch d.Way {
	case byCoA:
		return d.vendor.Reauth
	case byBounce:
		return d.vendor.Bounce
	}
	return nil
}

// request is the Disconnect- or CoA-Request for a session.
func (h *hand) request(d device, s session) (*radius.Packet, error) {
	code := radius.CodeDisconnectRequest
	if d.Way != byDisconnect {
		code = radius.CodeCoARequest
	}
	p := radius.New(code, d.secret)
	for _, n := range d.Names {
		namers[n](p, s)
	}
	if len(p.Attributes) == 0 {
		return nil, fmt.Errorf("nothing of %v is known of the session at %s", d.Names, s)
	}
	for _, a := range d.extra() {
		if err := a.add(p); err != nil {
			return nil, err
		}
	}
	if d.Timestamp {
		if err := rfc2869.EventTimestamp_Set(p, h.deps.Now()); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// errGone is wrapped by a switch's word that it knows no such session.
var errGone = errors.New("the switch knows no such session")

// tell sends the request for one session. Only a positive answer is none of an error.
func (h *hand) tell(ctx context.Context, s session, r *event.Receipt) error {
	d, at, err := h.of(s)
	if err != nil {
		return err
	}
	if d.Way == byBounce {
		if err := h.alone(ctx, s); err != nil {
			return err
		}
	}
	p, err := h.request(d, s)
	if err != nil {
		return err
	}
	r.Commands = append(r.Commands, h.describe(s))
	a, err := exchange(ctx, at, p, h.cfg.Wait, d.Signed)
	if err != nil {
		return fmt.Errorf("%w (%s)", err, d.vendor.setup().EN)
	}
	r.Answers = append(r.Answers, at.String()+": "+a.String())
	switch {
	case a.code == radius.CodeDisconnectACK && p.Code == radius.CodeDisconnectRequest, a.code == radius.CodeCoAACK && p.Code == radius.CodeCoARequest:
		return nil
	case a.cause == sessionNotFound:
		return fmt.Errorf("%s answers %s: %w", at, a, errGone)
	}
	return fmt.Errorf("%s answers %s", at, a)
}

// alone refuses to touch a port on which other machines are, unless the settings allow it; what may never be cut off, never.
func (h *hand) alone(ctx context.Context, s session) error {
	others, err := h.neighbours(ctx, s)
	if err != nil {
		return err
	}
	var names []string
	for _, o := range others {
		names = append(names, o.mac.String())
		if h.deps.Protects == nil {
			continue
		}
		if why, hit := h.deps.Protects(nil, o.mac, "", nil); hit {
			return &act.Refused{Enforcer: h.Name(), Text: fill(textNeighbour, s.String(), o.mac.String()+": "+why.In("ja"))}
		}
	}
	if len(names) > 0 && !h.cfg.Shared {
		return &act.Refused{Enforcer: h.Name(), Text: fill(textShared, s.String(), strings.Join(names, ", "))}
	}
	return nil
}

// move makes the machine log on again where it is logged on otherwise than the policy now says.
func (h *hand) move(ctx context.Context, mac event.MAC, quarantine bool, r *event.Receipt) error {
	before, err := h.sessions(ctx, mac)
	if err != nil {
		return err
	}
	told := false
	for i, s := range before {
		if !s.open() || s.quarantined == quarantine {
			continue
		}
		err := h.tell(ctx, s, r)
		gone := errors.Is(err, errGone)
		if err != nil && !gone {
			return err
		}
		if end := h.end(ctx, s); end != nil {
			return end
		}
		if gone && i == 0 && quarantine {
			return err // said once: the next Apply takes the switch at its word
		}
		told = told || !gone
	}
	if !told {
		notTold(before, quarantine, r)
		return nil
	}
	return h.seen(ctx, mac, quarantine, before, r)
}

// notTold says why no switch had to be told.
func notTold(before []session, quarantine bool, r *event.Receipt) {
	for _, s := range before {
		if s.open() && s.quarantined == quarantine {
			r.Detail = "its last logon: " + s.String()
			return
		}
	}
	r.Detail = "it is not logged on; the policy answers its next logon"
	if !quarantine {
		r.Detail = "it is not logged on; its next logon gets its own answer"
	}
}

// seen waits for the new answer, and judges it.
func (h *hand) seen(ctx context.Context, mac event.MAC, quarantine bool, before []session, r *event.Receipt) error {
	now, ok, err := h.newAnswer(ctx, mac, before)
	switch {
	case err != nil:
		return err
	case !ok && quarantine:
		return fmt.Errorf("the switch ended the session, but %s has not logged on again within %v: whether the quarantine holds is not seen yet", mac, h.cfg.Again)
	case !ok:
		r.Detail = "the switch ended the session; it has not logged on again yet"
		return nil
	case now.quarantined != quarantine && quarantine:
		return fmt.Errorf("%s was answered %s in spite of the policy: is yagura_answer at the end of FreeRADIUS's post-auth, and no other RADIUS asked?", mac, now)
	case now.quarantined != quarantine && now.result == accepted:
		return fmt.Errorf("%s was answered %s after its release", mac, now)
	}
	r.Answers = append(r.Answers, mac.String()+" was answered at "+now.String())
	return nil
}
