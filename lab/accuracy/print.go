package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// print tells a result to the terminal.
func (res *result) print(w io.Writer, verbose bool) {
	fmt.Fprintf(w, "town of %d PCs, %d days, seed %d: %d events, %d flows in %.0f s of processor time (%.0f flows/s), heap %.0f MB, of which %.0f live\n",
		res.PCs, res.Days, res.Seed, res.Events, res.Flows, res.Seconds, float64(res.Flows)/res.Seconds, res.MemoryMB, res.LiveMB)
	f := res.False
	fmt.Fprintf(w, "on machines that did nothing: %d findings (%.4f per endpoint-day), %d medium or above, %d high; %d cases, %d notifications (%.2f a week), %d isolations proposed\n",
		f.Findings, f.PerDay, f.Medium, f.High, f.Cases, f.Letters, f.PerWeek, f.Proposals)
	keys := make([]string, 0, len(res.FalseList))
	for k := range res.FalseList {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return res.FalseList[b].N - res.FalseList[a].N })
	for _, k := range keys {
		fmt.Fprintf(w, "  %6d × %s: %s\n", res.FalseList[k].N, k, strings.Join(res.FalseList[k].Examples, "\n           "))
	}
	for _, c := range res.FalseCases {
		fmt.Fprintln(w, "  told at once without cause:", c)
	}
	if b := res.Beside; b != nil {
		fmt.Fprintf(w, "beside it: RITA's score ≥ 0.9 finds %d of %d beacons with %.2f false per endpoint-day; ≥ 0.7 %d with %.2f; scan thresholds find %d of %d with %.4f\n",
			b.Rita9.Found, b.Rita9.Deeds, b.Rita9.FalseDay, b.Rita7.Found, b.Rita7.FalseDay, b.Scans.Found, b.Scans.Deeds, b.Scans.FalseDay)
	}
	names, by := res.kinds()
	fmt.Fprintf(w, "%-16s %8s  %-24s %6s %8s %8s %8s\n", "attack", "recall", "by intensity 1..5", "named", "noticed", "p50", "p95")
	for _, name := range names {
		printKind(w, name, by[name], verbose)
	}
}

func printKind(w io.Writer, name string, all []outcome, verbose bool) {
	var found, named, noticed int
	var after []time.Duration
	var levels [6][2]int
	for _, o := range all {
		levels[o.Intensity][1]++
		if o.Found {
			found++
			levels[o.Intensity][0]++
			after = append(after, o.After)
		}
		if o.Named {
			named++
		}
		if o.Noticed {
			noticed++
		}
	}
	var parts []string
	for _, l := range levels[1:] {
		parts = append(parts, fmt.Sprintf("%d/%d", l[0], l[1]))
	}
	fmt.Fprintf(w, "%-16s %3d/%-4d  %-24s %6d %8d %8s %8s\n", name, found, len(all), strings.Join(parts, " "), named, noticed, short(quantile(after, 0.5)), short(quantile(after, 0.95)))
	for _, o := range all {
		if verbose && o.Told && !o.Named {
			fmt.Fprintf(w, "    named %s (sure: %v) instead of %s: intensity %d %v\n", o.NamedAs, o.Silently, o.Machine, o.Intensity, o.IPs)
		}
		if verbose && !o.Found {
			fmt.Fprintf(w, "    missed: intensity %d, interval %s, jitter %.1f, %s (%v), %s to %s, told %v\n", o.Intensity, o.Interval, o.Jitter, o.Machine, o.IPs, o.First.Format("01-02 15:04:05"), o.Last.Format("01-02 15:04:05"), o.Told)
		}
	}
}

func short(d time.Duration) string {
	if d >= time.Minute {
		return d.Round(time.Minute).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
