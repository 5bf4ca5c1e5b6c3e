package main

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/signature/dataset"
	"github.com/yagura-project/yagura/signature/rule"
)

// signatures are the rules in use. Reload may be called by any goroutine.
type signatures struct {
	cfg    signature.Config
	home   string
	names  *rule.Names // of bits: they live on over reloads
	sets   *dataset.Store
	holder *signature.Holder
	shared atomic.Pointer[signature.Shared] // of the last analyzers

	odd     eve.Oddities // anomalies that are told of
	content bool         // alerts carry their packet: somebody wants to write it
	payload bool         // and their frame

	reading sync.Mutex // of whoever reads rules, which takes long: nobody else waits for it
	mu      sync.Mutex
	loaded  signature.Loaded
	at      time.Time // when
}

// newSignatures loads the rules that cfg names; nil when it names none. home are the networks of HOME_NET.
func newSignatures(cfg signature.Config, home []string) (*signatures, error) {
	if len(cfg.Files) == 0 {
		return nil, nil
	}
	s := &signatures{cfg: cfg, home: "[" + strings.Join(home, ",") + "]", names: &rule.Names{}, sets: dataset.NewStore(cfg.Data), holder: &signature.Holder{}}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload reads the rule files again. When one cannot be read, what was in use stays.
func (s *signatures) Reload() error {
	s.reading.Lock()
	defer s.reading.Unlock()
	env := rule.NewEnv(s.home)
	env.Names, env.Sets = s.names, s.sets
	maps.Copy(env.Vars, s.cfg.Vars)
	leavePages()
	s.sets.Begin()
	l, err := s.cfg.Load(env)
	if err == nil && s.holder.Get() != nil && s.whole() {
		err = l.Broken // at the start, and as long as nothing better is in use, what could be read must do
	}
	if err == nil {
		err = s.sets.Commit()
	}
	if err != nil {
		return err
	}
	all := signature.NewRuleset(l.Rules).Named(env.Names)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loaded, s.at = l, time.Now().UTC()
	s.holder.Set(all)
	return nil
}

// whole reports whether all files of what is in use could be read.
func (s *signatures) whole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loaded.Broken == nil
}

// ruleCounts are how many rules are in use, and how many of the others are at fault or ask for what is not there.
func (s *signatures) ruleCounts() (n struct{ Loaded, Refused, Skipped uint64 }) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n.Loaded = uint64(len(s.loaded.Rules))
	for i := range s.loaded.Refused {
		if s.loaded.Refused[i].Skipped {
			n.Skipped++
		} else {
			n.Refused++
		}
	}
	return n
}

// counts are the rules in use and those refused.
func (s *signatures) counts() (used, refused int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.loaded.Rules), len(s.loaded.Refused)
}

// since is when the rules in use were loaded.
func (s *signatures) since() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

// inspect shows the traffic of analyzers to the rules; what rules remember beyond one flow begins anew.
func (s *signatures) inspect(w *dissect.Workers) {
	shared := signature.NewShared(s.cfg)
	s.shared.Store(shared)
	shared.Content, shared.Payload = s.content, s.payload
	w.Inspect(func(_ int, tell func(event.Event)) wire.Inspector {
		engine := signature.NewEngine(s.holder, shared, tell)
		if s.odd == (eve.Oddities{}) {
			return engine
		}
		return eve.Watch(engine, s.odd, tell)
	})
}

// namedDevice is the machine that a finding of a rule is about.
func namedDevice(inventory *asset.Inventory, f event.Finding) event.Device {
	if !f.Device.IP.IsValid() && f.Device.MAC.IsZero() {
		return f.Device
	}
	d := inventory.Endpoint(&f)
	if d.MAC.IsZero() && d.IP == f.Device.IP {
		d.MAC = f.Device.MAC
	}
	return d
}

// maxToldRefusals is how many refused rules are named; the others are counted.
const maxToldRefusals = 20

// refusals are the first rules, and lines of lists, that are refused, and how many there are.
func (s *signatures) refusals() (first []rule.Refusal, all int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.loaded.Refused {
		if r.Skipped {
			continue
		}
		if all++; all <= maxToldRefusals {
			first = append(first, r)
		}
	}
	return first, all
}

// tell names refused rules.
func (s *signatures) tell(w io.Writer) {
	first, n := s.refusals()
	for _, r := range first {
		fmt.Fprintln(w, "yagura:", r.Error())
	}
	if used, _ := s.counts(); n > 0 {
		fmt.Fprintf(w, "yagura: %d of %d rules are not used\n", n, n+used)
	}
}

// note writes what is used and what is refused into the log; what is one of a kind, as a database that cannot be read, stands before rules.
func (s *signatures) note(log *slog.Logger, what string) {
	first, n := s.refusals()
	for _, r := range first {
		log.Warn("not used", "at", r.At(), "sid", r.SID, "keyword", r.Keyword, "why", r.Why)
	}
	if more := n - len(first); more > 0 {
		log.Warn("and more are not used; `yagura rules check --config FILE` lists them", "more", more)
	}
	used, refused := s.counts()
	log.Info(what, "used", used, "refused", refused)
}

// tryRules reads the rules as the start would. Some that are refused are no reason not to begin; files that cannot be read are to be mended.
func tryRules(cfg config) (what string, err error) {
	what = "検知ルール " + strings.Join(cfg.Signature.Files, " ")
	s, err := newSignatures(cfg.Signature, cfg.Home)
	if err != nil {
		return what, err
	}
	used, refused := s.counts()
	what += fmt.Sprintf("（使うもの %d 件、使えないもの %d 件）", used, refused)
	if refused > 0 {
		what += "。使えないものの一覧は yagura rules check --config " + cfg.path
	}
	return what, s.loaded.Broken
}
