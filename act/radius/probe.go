package radius

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"

	"github.com/yagura-project/yagura/event"
)

// alive asks whether FreeRADIUS answers at all (Status-Server, RFC 5997), where the settings say how to ask: a policy
// that nobody reads isolates nobody.
func (h *hand) alive(ctx context.Context, r *event.Receipt) error {
	if h.cfg.Probe == "" {
		return ctx.Err()
	}
	to, err := netip.ParseAddrPort(h.cfg.Probe)
	if err != nil {
		return err
	}
	p := radius.New(radius.CodeStatusServer, h.probe)
	a, err := exchange(ctx, to, p, h.cfg.Wait, false)
	if err != nil {
		return fmt.Errorf("probe: FreeRADIUS: %w: is it running, and Yagura's address among its clients?", err)
	}
	r.Answers = append(r.Answers, "probe "+to.String()+": alive, "+a.String())
	return nil
}

// rehearse asks FreeRADIUS itself what it would answer the machine now, where the settings say how to ask.
func (h *hand) rehearse(ctx context.Context, x row, r *event.Receipt) error {
	if h.cfg.Probe == "" {
		return nil
	}
	to, err := netip.ParseAddrPort(h.cfg.Probe)
	if err != nil {
		return err
	}
	p := radius.New(radius.CodeAccessRequest, h.probe)
	name := strings.ReplaceAll(x.mac.String(), ":", "-")
	err = errors.Join(rfc2865.UserName_SetString(p, name), rfc2865.CallingStationID_SetString(p, name), rfc2865.NASIdentifier_SetString(p, "yagura"),
		rfc2865.ServiceType_Set(p, rfc2865.ServiceType_Value_CallCheck), rfc2865.UserPassword_SetString(p, name))
	if err != nil {
		return err
	}
	a, err := exchange(ctx, to, p, h.cfg.Wait, false)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	r.Answers = append(r.Answers, "probe "+to.String()+": "+a.String())
	if a.code == radius.CodeAccessAccept && a.vlan != x.vlan {
		return fmt.Errorf("probe: FreeRADIUS would answer %s with %s: is yagura_answer at the end of its post-auth?", x.mac, a)
	}
	return nil
}
