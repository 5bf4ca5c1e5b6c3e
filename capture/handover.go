package capture

import (
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// Handover makes the rings survive an exec of this process and says in text where the next program finds them (Adopt). A process can
// so give up the rights that it needed to open them, all of them, for good.
func Handover(lanes []*Live) (string, error) {
	var b strings.Builder
	for _, l := range lanes {
		for _, r := range l.rings {
			if _, err := unix.FcntlInt(uintptr(r.fd), unix.F_SETFD, 0); err != nil {
				return "", fmt.Errorf("capture: handing the ring of %s over: %w", r.name, err)
			}
			loopback := 0
			if r.loopback {
				loopback = 1
			}
			fmt.Fprintf(&b, "%d %d %d %d %s\n", l.lane, r.fd, loopback, r.link, r.name)
		}
	}
	if len(lanes) > 0 {
		lanes[0].spares.fill(spareSockets * len(lanes))
		for _, fd := range lanes[0].spares.fds {
			if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, 0); err == nil {
				fmt.Fprintf(&b, "spare %d\n", fd)
			}
		}
	}
	return b.String(), nil
}

// Adopt takes over what Handover left; cfg must be what the rings were opened with.
func Adopt(cfg LiveConfig, text string) ([]*Live, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	n := cfg.Lanes()
	cfg.Blocks = cfg.blocksOf(n)
	var all []*Live
	more := &spares{namespace: cfg.Namespace}
	for i := range n {
		l := &Live{cfg: cfg, spares: more, lane: i, slack: cfg.slack()}
		if err := l.wakeable(); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	for line := range strings.Lines(text) {
		var lane, loopback, spare int
		if _, err := fmt.Sscanf(line, "spare %d\n", &spare); err == nil {
			unix.CloseOnExec(spare)
			more.give(spare)
			continue
		}
		r := &ring{size: cfg.BlockSize, blocks: cfg.Blocks}
		if _, err := fmt.Sscanf(line, "%d %d %d %d %s\n", &lane, &r.fd, &loopback, &r.link, &r.name); err != nil || lane < 0 || lane >= n {
			return nil, fmt.Errorf("capture: the rings handed over do not fit the configuration: %q", line)
		}
		r.loopback = loopback != 0
		unix.CloseOnExec(r.fd)
		if err := r.mapRing(); err != nil {
			return nil, fmt.Errorf("capture: interface %s: %w", r.name, err)
		}
		all[lane].rings = append(all[lane].rings, r)
	}
	for _, l := range all {
		l.listen()
	}
	return all, nil
}
