package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/eve/live"
	"github.com/yagura-project/yagura/event/ocsf"
)

// openEve opens the EVE file, which is written as cfg says, by default with tagged packets, too; with "" both results do nothing, with "-" it is out.
func openEve(path string, out io.Writer, cfg live.Config) (*eve.Writer, func() error, error) {
	if path == "" {
		return nil, func() error { return nil }, nil
	}
	opt, err := cfg.Options()
	if err != nil {
		return nil, nil, failure{exitUsage, fmt.Errorf("eve.types: %w", err)}
	}
	if len(cfg.Types) == 0 {
		opt.Types |= 1 << eve.Packet
	}
	if path == "-" {
		buf := bufio.NewWriterSize(out, 256<<10)
		return eve.NewEncoder(opt).Writer(buf), buf.Flush, nil
	}
	if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() { // a pipe would be read for ever
		if old, err := capture.Open(path, nil); err == nil { // somebody's evidence, and the name of the output was forgotten
			return nil, nil, errors.Join(usageError("--eve: %s is a capture, and would be overwritten; name another file", path), old.Close())
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, failure{exitUsage, fmt.Errorf("--eve: %w", err)}
	}
	buf := bufio.NewWriterSize(f, 256<<10)
	return eve.NewEncoder(opt).Writer(buf), func() error { return errors.Join(buf.Flush(), f.Close()) }, nil
}

// linkNames are link types that people bring along and Yagura does not read (https://www.tcpdump.org/linktypes.html).
var linkNames = map[capture.Link]string{105: "Wi-Fi, IEEE 802.11", 119: "Wi-Fi, Prism", 127: "Wi-Fi, radiotap", 163: "Wi-Fi, AVS", 192: "PPI",
	189: "USB", 220: "USB", 249: "USB", 187: "Bluetooth", 201: "Bluetooth", 251: "Bluetooth", 195: "IEEE 802.15.4", 230: "IEEE 802.15.4", 227: "CAN", 239: "NFLOG"}

// strangeLinks says which packets of a capture were not looked into because of how they were recorded.
func (r *replay) strangeLinks(links []capture.Link) {
	for _, l := range links {
		if decode.Reads(l) {
			continue
		}
		name := ""
		if linkNames[l] != "" {
			name = " (" + linkNames[l] + ")"
		}
		fmt.Fprintf(r.err, "yagura: %s: packets of link type %d%s are not read: record on the wired side, or as Ethernet, raw IP or Linux cooked\n", r.path, l, name)
	}
}

// statistics ends a capture in EVE with its counters, as Suricata does.
func (r *replay) statistics(s event.SensorStats) {
	if r.eve == nil || r.eveErr != nil {
		return
	}
	r.told.Sensor = s
	if r.judgement.rules != nil {
		r.told.Rules = r.judgement.rules.ruleCounts()
	}
	r.eveErr = r.eve.Stats(r.told)
}

func (r *replay) report(stats event.SensorStats, took time.Duration) error {
	if err := r.tell(); err != nil {
		return err
	}
	if !r.cmd.Quiet {
		findingPrinter{r.err, r.cmd.Lang}.summary(r.path, stats, len(r.order), took)
	}
	return nil
}

// tell writes the findings.
func (r *replay) tell() error {
	lines := ocsf.NewWriter(r.out, r.cmd.Lang)
	text := findingPrinter{r.out, r.cmd.Lang}
	for _, uid := range r.order {
		f := r.findings[uid]
		if r.eve != nil && r.eveErr == nil && r.folded == nil { // with rules, alerts are theirs
			r.eveErr = r.eve.Finding(&f)
		}
		if r.cmd.Eve == "-" { // it has the standard output
			continue
		}
		if !r.cmd.JSON {
			text.finding(&f)
		} else if err := lines.Write(&f); err != nil {
			return err
		}
	}
	return nil
}
