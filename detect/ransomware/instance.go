package ransomware

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type key struct {
	client netip.Addr
	share  string
}

// Bounds of one client and share.
const (
	slowWindows = 15
	maxActs     = 128
	maxEndings  = 16
	maxNotes    = 8
	maxFolders  = 64
)

// act is one file that was dealt with; the same file counts once.
type act struct {
	at   time.Time
	file uint64
}

// acts are the newest of one kind, oldest first.
type acts []act

func (a *acts) add(at time.Time, file uint64) {
	if slices.ContainsFunc(*a, func(x act) bool { return x.file == file }) {
		return
	}
	if len(*a) >= maxActs {
		*a = append((*a)[:0], (*a)[1:]...)
	}
	*a = append(*a, act{at, file})
}

// since counts the acts from a moment on.
func (a acts) since(from time.Time) (n int) {
	for i := len(a) - 1; i >= 0 && !a[i].at.Before(from); i-- {
		n++
	}
	return n
}

type state struct {
	noise   acts
	renamed map[string]*acts           // by new ending
	notes   map[string]map[string]bool // by name: folders
	told    event.Severity
	toldAt  int
}

type instance struct {
	cfg    Config
	deps   detect.Deps
	shares *detect.Table[key, state]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.shares.Expire(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.shares.Stats() }

// seed is no secret: which files are the same does not depend on it.
var seed = maphash.MakeSeed()

func fileID(path string) uint64 { return maphash.String(seed, strings.ToLower(path)) }

// Observe follows what each client writes and renames on each share.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	s, ok := e.(*event.SMBActivity)
	if !ok || s.Pipe || s.Status != 0 {
		return
	}
	switch {
	case s.Command == "rename":
		if end := turned(s); end != "" {
			st := n.state(s)
			st.rename(end, s)
			n.judge(s, st, emit)
		}
	case s.Command == "close" && s.Bytes > 0 && s.Path != "":
		n.written(s, emit)
	}
}

func (n *instance) state(s *event.SMBActivity) *state {
	st, _ := n.shares.Touch(key{s.Src.IP, strings.ToLower(s.Share)}, s.Time)
	if st.renamed == nil {
		st.renamed, st.notes = map[string]*acts{}, map[string]map[string]bool{}
	}
	return st
}

func (st *state) rename(end string, s *event.SMBActivity) {
	a := st.renamed[end]
	if a == nil {
		if len(st.renamed) >= maxEndings {
			st.forget()
		}
		a = &acts{}
		st.renamed[end] = a
	}
	path := s.Path
	if path == "" {
		path = s.Target
	}
	a.add(s.Time, fileID(path))
}

// turned is the unknown ending that a file is given. Where its opening was missed its former name is not known, but the end of a
// document's may still stand in the new one.
func turned(s *event.SMBActivity) string {
	if s.Path == "" {
		return added(s.Target)
	}
	return odd(s.Path, s.Target)
}

// forget drops the ending that was used longest ago.
func (st *state) forget() {
	oldest, at := "", time.Time{}
	for e, a := range st.renamed {
		if last := (*a)[len(*a)-1].at; oldest == "" || last.Before(at) || last.Equal(at) && e < oldest {
			oldest, at = e, last
		}
	}
	delete(st.renamed, oldest)
}

func (n *instance) written(s *event.SMBActivity, emit detect.Emit) {
	noise, end, left := scrambled(s), added(s.Path), isNote(s)
	if !noise && end == "" && !left {
		return
	}
	st := n.state(s)
	if noise {
		st.noise.add(s.Time, fileID(s.Path))
	}
	if end != "" {
		st.rename(end, s)
	}
	if left {
		folder, name := split(strings.ToLower(s.Path))
		if st.notes[name] == nil && len(st.notes) < maxNotes {
			st.notes[name] = map[string]bool{}
		}
		if f := st.notes[name]; f != nil && len(f) < maxFolders {
			f[folder] = true
		}
	}
	n.judge(s, st, emit)
}

// tally is what counts at one moment.
type tally struct {
	noise, renamed, folders int
	end, note               string
	slow                    bool
}

func (n *instance) tally(st *state, now time.Time, window time.Duration) (t tally) {
	from := now.Add(-window)
	t.noise = st.noise.since(from)
	for e, a := range st.renamed {
		if k := a.since(from); k > t.renamed || k == t.renamed && e < t.end {
			t.renamed, t.end = k, e
		}
	}
	for name, f := range st.notes {
		if len(f) > t.folders || len(f) == t.folders && name < t.note {
			t.folders, t.note = len(f), name
		}
	}
	return t
}

func (n *instance) judge(s *event.SMBActivity, st *state, emit detect.Emit) {
	t := n.tally(st, s.Time, n.cfg.Window)
	severity, confidence := n.enough(t, n.cfg.Files)
	if severity < event.Critical {
		slow := n.tally(st, s.Time, slowWindows*n.cfg.Window)
		if v, c := n.enough(slow, n.cfg.Slow); v > severity {
			severity, confidence, t = v, c-5, slow
			t.slow = true
		}
	}
	size := max(t.noise, t.renamed, t.folders)
	if severity == event.Informational || severity <= st.told && size < 10*st.toldAt {
		return
	}
	st.told, st.toldAt = max(st.told, severity), size
	n.tell(s, t, severity, confidence, emit)
}

// enough weighs the three signs: two of them, or noise alone, are certain.
func (n *instance) enough(t tally, files int) (event.Severity, int) {
	notes := t.folders >= n.cfg.Folders
	switch {
	case t.noise >= files, t.renamed >= files && (2*t.noise >= files || notes):
		return event.Critical, 92
	case notes && (4*t.noise >= files || 4*t.renamed >= files):
		return event.Critical, 88
	case notes:
		return event.High, 70
	case t.renamed >= files:
		return event.Medium, 60
	}
	return event.Informational, 0
}
