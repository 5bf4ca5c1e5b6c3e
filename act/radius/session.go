package radius

import (
	"context"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// session is what FreeRADIUS last answered for a machine at one switch. Its texts come from the switch and are hostile.
type session struct {
	mac                event.MAC
	nas                string // the address from which was asked
	nasIP, nasID       string
	calling, user      string
	port, portID, id   string
	result, vlan       string
	answered, heard    int64 // UTC seconds
	ended              int64 // 0 = not known to be over
	seq                int64 // counts the answers
	stale, quarantined bool
}

const accepted = "Access-Accept"

// open reports whether the machine is taken to be on the network by this session.
func (s session) open() bool { return s.ended == 0 && !s.stale && s.result == accepted }

func (s session) String() string {
	where := s.nas
	if p := s.portID; p != "" {
		where += " " + clean(p)
	} else if s.port != "" {
		where += " port " + clean(s.port)
	}
	if s.result != accepted {
		return where + " " + clean(s.result)
	}
	return where + " VLAN " + clean(s.vlan)
}

const sessionColumns = `mac, nas, nas_ip, nas_id, calling, user, port, port_id, sid, result, vlan, answered, heard, ended, seq`

// maxSessions bounds how many are read at once.
const maxSessions = 10_000

// sessions are those of one machine, the latest answered first.
func (h *hand) sessions(ctx context.Context, mac event.MAC) ([]session, error) {
	return h.query(ctx, `mac = ? ORDER BY answered DESC, seq DESC`, mac.String())
}

// neighbours are the open sessions of other machines on the port of s.
func (h *hand) neighbours(ctx context.Context, s session) (out []session, err error) {
	list, err := h.query(ctx, `nas = ? AND port = ? AND port_id = ? AND mac != ?`, s.nas, s.port, s.portID, s.mac.String())
	for _, x := range list {
		if x.open() {
			out = append(out, x)
		}
	}
	return out, err
}

func (h *hand) query(ctx context.Context, where string, args ...any) (out []session, err error) {
	db, err := h.policy.open(ctx)
	if err != nil {
		return nil, err
	}
	list, err := db.QueryContext(ctx, `SELECT `+sessionColumns+` FROM session WHERE `+where+fmt.Sprintf(` LIMIT %d`, maxSessions), args...)
	if err != nil {
		return nil, fmt.Errorf("read policy.db: %w", err)
	}
	defer list.Close()
	now := h.deps.Now()
	for list.Next() {
		var s session
		var mac string
		if err := list.Scan(&mac, &s.nas, &s.nasIP, &s.nasID, &s.calling, &s.user, &s.port, &s.portID, &s.id, &s.result, &s.vlan,
			&s.answered, &s.heard, &s.ended, &s.seq); err != nil {
			return nil, err
		}
		if s.mac, err = event.ParseMAC(mac); err != nil {
			continue
		}
		s.stale = now.Sub(time.Unix(max(s.answered, s.heard), 0)) > h.cfg.Stale
		s.quarantined = s.result != accepted || s.vlan == h.cfg.Quarantine
		out = append(out, s)
	}
	return out, list.Err()
}

// end notes that a switch has ended a session, unless the machine has logged on again meanwhile.
func (h *hand) end(ctx context.Context, s session) error {
	db, err := h.policy.open(ctx)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `UPDATE session SET ended = ? WHERE mac = ? AND nas = ? AND seq = ?`,
		h.deps.Now().Unix(), s.mac.String(), s.nas, s.seq)
	return err
}

// look is how often the new answer is looked for.
const look = 20 * time.Millisecond

// newAnswer waits until the machine was answered anew, anywhere; ok is false when that does not happen in time.
func (h *hand) newAnswer(ctx context.Context, mac event.MAC, before []session) (s session, ok bool, err error) {
	known := map[string]int64{}
	for _, b := range before {
		known[b.nas] = b.seq
	}
	ctx, stop := context.WithTimeout(ctx, h.cfg.Again)
	defer stop()
	for {
		list, err := h.sessions(ctx, mac)
		if err != nil && ctx.Err() == nil {
			return s, false, err
		}
		for _, x := range list {
			if x.seq > known[x.nas] {
				return x, true, nil
			}
		}
		pause(ctx, look)
		if ctx.Err() != nil {
			return s, false, nil
		}
	}
}
