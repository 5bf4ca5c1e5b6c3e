package webattack

import (
	"hash/fnv"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Guessing of pages: so many different ones that are not there, within so long, and most of all that are asked for. People
// meet a few dead links a day; lists of names that intruders try have hundreds and thousands.
const (
	missingPages = 60
	guessWindow  = 2 * time.Minute
	missingShare = 0.7
)

// visit is one machine at one web server.
type visit struct{ src, dst netip.Addr }

// guesses are the pages that it did not find lately.
type guesses struct {
	since   time.Time
	all     int                 // requests
	lost    int                 // … of which were for pages that are not there
	missing map[uint32]struct{} // by hash
	told    bool
}

// guess counts pages that are not there.
func (n *instance) guess(h *event.HTTPActivity, emit detect.Emit) {
	if h.Status == 0 || h.Method == "CONNECT" || strings.Contains(h.URI, "://") { // through a proxy there are many servers
		return
	}
	missing := h.Status == 404 || h.Status == 403 || h.Status == 400
	k := visit{h.Src.IP, h.Dst.IP}
	g, isNew := n.visits.Touch(k, h.Time)
	if isNew || h.Time.Sub(g.since) > guessWindow {
		*g = guesses{since: h.Time, told: g.told && !isNew}
	}
	g.all++
	if !missing {
		return
	}
	if g.lost++; g.missing == nil {
		g.missing = map[uint32]struct{}{}
	}
	page, _, _ := strings.Cut(h.URI, "?")
	sum := fnv.New32a()
	_, _ = io.WriteString(sum, page)
	if len(g.missing) < missingPages {
		g.missing[sum.Sum32()] = struct{}{}
	}
	if g.told || len(g.missing) < missingPages || float64(g.lost) < missingShare*float64(g.all) {
		return
	}
	g.told = true
	n.count(h, "web.scanner", event.Text{JA: "存在しないページの総当たり", EN: "guessing of pages that are not there"}, page, emit)
}
