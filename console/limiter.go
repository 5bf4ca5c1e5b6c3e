package console

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// loginGate slows guessing: a few tries at once, then one per while, per account and per address.
// It remembers at most gateSize of them and forgets the one untouched longest.
type loginGate struct {
	mu      sync.Mutex
	buckets map[string]*bucket
}

type bucket struct {
	limit *rate.Limiter
	used  time.Time
}

const (
	gateSize     = 4096
	gateEvery    = 20 * time.Second // a new try grows back
	accountBurst = 8
	addressBurst = 20
)

func newLoginGate() *loginGate { return &loginGate{buckets: map[string]*bucket{}} }

// wait is how long the caller must wait before the next try; 0 = go on. A try is counted only when all let it through.
func (g *loginGate) wait(now time.Time, account, address string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.bucket("u:"+account, accountBurst, now)
	b := g.bucket("a:"+address, addressBurst, now)
	if w := max(missing(a, now), missing(b, now)); w > 0 {
		return w
	}
	a.AllowN(now, 1)
	b.AllowN(now, 1)
	return 0
}

// welcome forgives the tries of an account after a good one.
func (g *loginGate) welcome(account string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.buckets, "u:"+account)
}

func missing(l *rate.Limiter, now time.Time) time.Duration {
	if t := l.TokensAt(now); t < 1 {
		return time.Duration((1 - t) * float64(gateEvery))
	}
	return 0
}

func (g *loginGate) bucket(key string, burst int, now time.Time) *rate.Limiter {
	if b := g.buckets[key]; b != nil {
		b.used = now
		return b.limit
	}
	if len(g.buckets) >= gateSize {
		g.forgetOldest()
	}
	b := &bucket{limit: rate.NewLimiter(rate.Every(gateEvery), burst), used: now}
	g.buckets[key] = b
	return b.limit
}

func (g *loginGate) forgetOldest() {
	var oldest string
	for k, b := range g.buckets {
		if oldest == "" || b.used.Before(g.buckets[oldest].used) {
			oldest = k
		}
	}
	delete(g.buckets, oldest)
}
