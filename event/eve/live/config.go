// Package live writes EVE lines to a file with rotation and to a Unix socket while Yagura runs, and never waits for either.
package live

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/event/eve"
)

// Config is the section eve of yagura.yaml. Nothing is written unless a file or a socket is named.
type Config struct {
	File        FileConfig    `yaml:"file"`         // JSON lines into a file
	Socket      SocketConfig  `yaml:"socket"`       // JSON lines to a program on this machine
	Types       []string      `yaml:"types"`        // event types; default: all but netflow, packet (bytes of tagged packets) and frame (bytes of messages)
	Anomalies   []string      `yaml:"anomalies"`    // kinds of anomalies: applayer (seen with rules, or where types names anomaly), decode, stream
	CommunityID bool          `yaml:"community_id"` // write Community ID v1, so that tools can join flows
	Seed        uint16        `yaml:"seed"`         // of the Community ID; the same in all tools
	DNSVersion  int           `yaml:"dns_version"`  // form of dns records: 2 as Suricata 7, 3 as Suricata 8
	Ethernet    bool          `yaml:"ethernet"`     // the MAC addresses of the packets, as ether
	Payload     bool          `yaml:"payload"`      // the packet's content with each alert: may hold personal data
	Packet      bool          `yaml:"packet"`       // the packet itself with each alert, likewise
	Stats       time.Duration `yaml:"stats"`        // how often a stats line is written; 0 = never
	Queue       int           `yaml:"queue"`        // events that may wait to be written, 1,024 – 16,777,216; more are dropped and counted
}

// FileConfig is the file; it is rotated when one of the limits is reached, and reopened on SIGHUP.
type FileConfig struct {
	Path        string        `yaml:"path"`         // eve.json; "" = no file
	RotateBytes int64         `yaml:"rotate_bytes"` // 0 = not by size
	RotateEvery time.Duration `yaml:"rotate_every"` // by the clock: 1h rotates on the hour; 0 = not by time
	Keep        int           `yaml:"keep"`         // rotated files; older ones are deleted; 0 = all
	Gzip        bool          `yaml:"gzip"`         // compress rotated files
}

// SocketConfig is a Unix socket on which another program listens.
type SocketConfig struct {
	Path  string `yaml:"path"`  // "" = no socket
	Kind  string `yaml:"kind"`  // stream, or dgram: one line a datagram
	Queue int    `yaml:"queue"` // bytes that may wait for a slow reader, ≥ 65,536; more lines are dropped and counted
}

// DefaultConfig writes nothing until a path is given; then a gigabyte at a time, a week of days.
func DefaultConfig() Config {
	return Config{
		File:   FileConfig{RotateBytes: 1 << 30, RotateEvery: 24 * time.Hour, Keep: 7},
		Socket: SocketConfig{Kind: "stream", Queue: 8 << 20}, Anomalies: []string{"applayer"}, CommunityID: true, DNSVersion: 3, Stats: 30 * time.Second, Queue: 1 << 17,
	}
}

// Enabled reports whether anything is written.
func (c Config) Enabled() bool { return c.File.Path != "" || c.Socket.Path != "" }

// Options are what is written and how, without what belongs to one run. The error names a type that is not known.
func (c Config) Options() (eve.Options, error) {
	types, err := eve.ParseSet(c.Types)
	return eve.Options{Types: types, CommunityID: c.CommunityID, Seed: c.Seed, DNS: c.DNSVersion, Ethernet: c.Ethernet, Payload: c.Payload, Packet: c.Packet}, err
}

// Validate tells what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	add := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	if _, err := eve.ParseSet(c.Types); err != nil {
		errs = append(errs, fmt.Errorf("types: %w", err))
	}
	if _, err := eve.ParseOddities(c.Anomalies); err != nil {
		errs = append(errs, fmt.Errorf("anomalies: %w", err))
	}
	add(c.File.RotateBytes < 0 || c.File.RotateBytes > 0 && c.File.RotateBytes < 1<<16, "file.rotate_bytes: %d: use 0 or at least 65536", c.File.RotateBytes)
	add(c.File.RotateEvery < 0 || c.File.RotateEvery > 0 && c.File.RotateEvery < time.Minute, "file.rotate_every: %s: use 0s or at least 1m", c.File.RotateEvery)
	add(c.File.Keep < 0, "file.keep: %d: use 0 (all) or more", c.File.Keep)
	add(c.Socket.Kind != "stream" && c.Socket.Kind != "dgram", "socket.kind: %q is neither stream nor dgram", c.Socket.Kind)
	add(c.Socket.Queue < 1<<16, "socket.queue: %d: use at least 65536 bytes", c.Socket.Queue)
	add(len(c.Socket.Path) > 107, "socket.path: %q is longer than the 107 bytes that a Unix socket may have", c.Socket.Path)
	add(c.Stats < 0 || c.Stats > 0 && c.Stats < time.Second, "stats: %s: use 0s or at least 1s", c.Stats)
	add(c.DNSVersion != 2 && c.DNSVersion != 3, "dns_version: %d: use 2 or 3", c.DNSVersion)
	add(c.Queue < 1<<10 || c.Queue > 1<<24, "queue: %d: use 1024 to 16777216", c.Queue)
	add(relative(c.File.Path), "file.path: %q: write the whole path, beginning with /", c.File.Path)
	add(relative(c.Socket.Path), "socket.path: %q: write the whole path, beginning with /", c.Socket.Path)
	return errors.Join(errs...)
}

func relative(path string) bool { return path != "" && !filepath.IsAbs(path) }
