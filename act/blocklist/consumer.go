package blocklist

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
)

// maxCopy bounds what is kept of one served list.
const maxCopy = 16 << 20

// consumer is one firewall and what it was served last.
type consumer struct {
	Consumer
	sum [sha256.Size]byte // of its token
	dir string

	mu   sync.Mutex
	got  map[string]fetch // by list
	seen time.Time        // its last request
}

// fetch is a list as it was served.
type fetch struct {
	at   time.Time
	etag string
	has  content
}

func newConsumer(c Consumer, token, dir string) *consumer {
	if len(c.Lists) == 0 {
		c.Lists = []string{listIP}
	}
	return &consumer{Consumer: c, sum: sha256.Sum256([]byte(token)), dir: filepath.Join(dir, "fetched"), got: map[string]fetch{}}
}

// knows compares a token in constant time.
func (c *consumer) knows(token string) bool {
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(sum[:], c.sum[:]) == 1
}

func (c *consumer) file(list string) string { return filepath.Join(c.dir, c.Name+"."+list+".txt") }

// load takes up what was served before a restart.
func (c *consumer) load() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range c.Lists {
		text, err := act.ReadUpTo(c.file(list), maxCopy)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		at := time.Time{}
		if st, err := os.Stat(c.file(list)); err == nil {
			at = st.ModTime().UTC()
		}
		c.got[list] = fetch{at, etagOf(text), parse(text)}
		c.seen = latest(c.seen, at)
	}
	return nil
}

// served notes that the consumer has this text now, or has had it already.
func (c *consumer) served(list string, text []byte, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = now
	old, etag := c.got[list], etagOf(text)
	if old.etag == etag {
		old.at = now
		c.got[list] = old
		_ = os.Chtimes(c.file(list), now, now) // only for what is shown after a restart
		return nil
	}
	if err := act.Replace(c.file(list), text, 0o640); err != nil {
		return err
	}
	c.got[list] = fetch{now, etag, parse(text)}
	return nil
}

// has reports whether the lists that the consumer fetched last have all of the entry that they can show.
func (c *consumer) has(e act.Entry) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range c.Lists {
		for _, line := range lines(list, e) {
			if !c.got[list].has[line] {
				return false
			}
		}
	}
	return true
}

// any reports whether one of them still has something of the entry that what stands does not account for.
func (c *consumer) any(e act.Entry, stands map[string]content) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range c.Lists {
		for _, line := range lines(list, e) {
			if c.got[list].has[line] && !stands[list][line] {
				return true
			}
		}
	}
	return false
}

// last is when it fetched the oldest of its lists; zero when it never has.
func (c *consumer) last() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.got[c.Lists[0]].at
	for _, list := range c.Lists[1:] {
		if at := c.got[list].at; at.Before(out) {
			out = at
		}
	}
	return out
}

// stale reports whether it has missed three fetches.
func (c *consumer) stale(now time.Time) bool { return now.Sub(c.last()) > 3*c.Every }

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
