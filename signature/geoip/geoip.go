// Package geoip knows the country of addresses (geoip), from a database in MaxMind's format.
package geoip

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"sync"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Database is a database held in memory. It is immutable, safe for concurrent use, and implements rule.Places.
type Database struct {
	db *maxminddb.Reader

	mu    sync.RWMutex
	known map[uintptr]string // countries by where their record stands; bounded by maxKnown
}

// Bounds of what a database may be.
const (
	maxSize  = 512 << 20
	maxKnown = 1 << 16
)

// Load reads a file; nil for "".
func Load(path string) (*Database, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSize+1)) // not mapped: the file may be exchanged while it is in use
	if err != nil {
		return nil, err
	}
	if len(b) > maxSize {
		return nil, fmt.Errorf("%s: it is larger than %d MiB", path, maxSize>>20)
	}
	db, err := maxminddb.OpenBytes(b)
	if err != nil {
		return nil, fmt.Errorf("%s: this is no database of MaxMind's format: %w", path, err)
	}
	return &Database{db: db, known: map[uintptr]string{}}, nil
}

// Country implements rule.Places: the country where the address is used, as MaxMind's databases of countries and cities tell it.
func (d *Database) Country(a netip.Addr) string {
	r := d.db.Lookup(a)
	if !r.Found() {
		return ""
	}
	at := r.Offset()
	d.mu.RLock()
	c, ok := d.known[at]
	d.mu.RUnlock()
	if !ok {
		c = d.learn(at, r)
	}
	return c
}

// learn reads the country of a record, and remembers it.
func (d *Database) learn(at uintptr, r maxminddb.Result) (c string) {
	if r.DecodePath(&c, "country", "iso_code") != nil {
		c = ""
	}
	d.mu.Lock()
	if len(d.known) < maxKnown {
		d.known[at] = c
	}
	d.mu.Unlock()
	return c
}
