package dissect

import (
	"errors"
	"fmt"
	"time"
)

// Config bounds what the analyzer remembers and says what stands in the events' headers.
type Config struct {
	Sensor string `yaml:"-"` // Header.Sensor of all events; in replay the file's path
	Tenant string `yaml:"-"`
	Site   string `yaml:"-"`
	Live   bool   `yaml:"-"` // stamp Header.Seen with the wall clock
	Detail bool   `yaml:"-"` // tell of single messages in all their parts, too (event.Record)
	Lend   bool   `yaml:"-"` // flows and DNS messages are only lent: nobody may look at one once emit has returned
	Seed   uint64 `yaml:"-"` // of the flow table's hash; 0 = random, so that nobody can aim at it

	MaxFlows    int           `yaml:"max_flows"`    // in memory at a time, 1,024 – 16,777,216; the one nearest to its time-out goes first
	BufferBytes int           `yaml:"buffer_bytes"` // out-of-order segments and half-read messages, ≥ 1 MiB each
	TCPIdle     time.Duration `yaml:"tcp_idle"`     // an established connection without packets ends
	TCPAttempt  time.Duration `yaml:"tcp_attempt"`  // a SYN without answer ends
	UDPIdle     time.Duration `yaml:"udp_idle"`
	ICMPIdle    time.Duration `yaml:"icmp_idle"`
	Fragments   string        `yaml:"fragments"`  // whose bytes count where IP fragments overlap: bsd, bsd-right, linux, first, last, solaris or windows; drop: the datagram is thrown away, as by Linux from 4.19 on and with IPv6
	Segments    string        `yaml:"segments"`   // and where segments of TCP do that came before what is missing: bsd, first, last, linux, solaris or windows
	Hosts       []Hosts       `yaml:"hosts"`      // networks whose systems do that otherwise; the longest prefix wins
	Checksums   bool          `yaml:"checksums"`  // pass over packets with wrong checksums; captures of hosts that leave them to the card have only such
	Report      time.Duration `yaml:"report"`     // a long flow is told of in between, ≥ 1 s
	Protocols   []string      `yaml:"protocols"`  // application protocols that are read, by name; empty = all; [none] = flows alone, and the behaviours that need no more
	HashFiles   string        `yaml:"hash_files"` // SHA-1 and SHA-256 of files that pass by: none, harmful (types that can do harm) or all
}

// Values of Config.HashFiles.
const (
	HashNone    = "none"
	HashHarmful = "harmful"
	HashAll     = "all"
)

// DefaultConfig suits one town on one machine.
func DefaultConfig() Config {
	return Config{
		MaxFlows:    1 << 18,
		BufferBytes: 32 << 20,
		TCPIdle:     15 * time.Minute,
		TCPAttempt:  10 * time.Second,
		UDPIdle:     time.Minute,
		ICMPIdle:    30 * time.Second,
		Fragments:   "bsd",
		Segments:    "bsd",
		Report:      5 * time.Minute,
		HashFiles:   HashHarmful,
	}
}

// Validate tells what is wrong with the configuration.
func (c Config) Validate() error {
	switch {
	case c.MaxFlows < 1<<10 || c.MaxFlows > 1<<24:
		return fmt.Errorf("dissect: max_flows %d: use 1024 to 16777216", c.MaxFlows)
	case c.BufferBytes < 1<<20:
		return fmt.Errorf("dissect: buffer_bytes %d: use at least 1048576", c.BufferBytes)
	case min(c.TCPIdle, c.TCPAttempt, c.UDPIdle, c.ICMPIdle) < time.Second:
		return errors.New("dissect: a time-out is under 1s: events would split flows")
	case c.HashFiles != "" && c.HashFiles != HashNone && c.HashFiles != HashHarmful && c.HashFiles != HashAll:
		return fmt.Errorf("dissect: hash_files %q: use none, harmful or all", c.HashFiles)
	case c.Report < time.Second:
		return fmt.Errorf("dissect: report %s: use at least 1s", c.Report)
	}
	_, err := newHosts(c)
	return err
}
