package store

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// jst is how people here write times.
var jst = time.FixedZone("JST", 9*60*60)

// maxThings bounds a list of indicators.
const maxThings = 100_000

// bind reads the parameters of a hunt into the values that its SQL is given. Unknown, missing and unreadable
// parameters answer ErrHuntParam.
func (h HuntInfo) bind(given map[string]string, now time.Time) (map[string]any, error) {
	var names []string
	for _, p := range h.Params {
		names = append(names, p.Name)
	}
	for name := range given {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("%w: hunt %s has no parameter %q%s", ErrHuntParam, h.Name, name, suggest(name, names))
		}
	}
	out := map[string]any{}
	for _, p := range h.Params {
		v := strings.TrimSpace(given[p.Name])
		if v == "" {
			v = p.Default
		}
		if v == "" && !p.Optional {
			return nil, fmt.Errorf("%w: hunt %s needs %s (%s)", ErrHuntParam, h.Name, p.Name, p.Title.EN)
		}
		value, err := p.read(v, now)
		if err != nil {
			return nil, fmt.Errorf("%w: %s %q: %w", ErrHuntParam, p.Name, shortenTo(v, 120), err)
		}
		out[p.Name] = value
	}
	if from, to := out["from"].(time.Time), out["to"].(time.Time); !from.Before(to) {
		return nil, fmt.Errorf("%w: from (%s) is not before to (%s)", ErrHuntParam,
			from.In(jst).Format(time.DateTime), to.In(jst).Format(time.DateTime))
	}
	return out, nil
}

func (p HuntParam) read(v string, now time.Time) (any, error) {
	switch p.Kind {
	case ParamHost:
		return readHost(v), nil
	case ParamThing:
		return thing(v), nil
	case ParamThings:
		return readThings(v)
	case ParamTime:
		return readTime(v, now)
	case ParamChoice:
		if !slices.Contains(p.Choice, v) {
			return nil, fmt.Errorf("choose one of %s", strings.Join(p.Choice, ", "))
		}
		return v, nil
	case ParamWhole:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || float64(n) < p.Min || float64(n) > p.Max {
			return nil, fmt.Errorf("give a whole number from %.0f to %.0f", p.Min, p.Max)
		}
		return n, nil
	case ParamRatio:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsNaN(f) || f < p.Min || f > p.Max {
			return nil, fmt.Errorf("give a number from %g to %g", p.Min, p.Max)
		}
		return f, nil
	}
	return v, nil // SQL is read by the engine
}

// readHost brings a MAC to the form of a device UID and everything else to lower case.
func readHost(v string) string {
	if m, err := event.ParseMAC(v); err == nil && !m.IsZero() {
		return "mac:" + m.String()
	}
	return thing(v)
}

// thing is an indicator in the form in which it is kept: lower case, without [.] and a closing dot.
func thing(v string) string {
	v = strings.ToLower(strings.TrimSuffix(strings.ReplaceAll(v, "[.]", "."), "."))
	if ip, err := netip.ParseAddr(v); err == nil {
		return ip.Unmap().String()
	}
	return v
}

func readThings(v string) (string, error) {
	list := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;、　", r) })
	if len(list) > maxThings {
		return "", fmt.Errorf("%d values, at most %d at once", len(list), maxThings)
	}
	for i := range list {
		list[i] = thing(list[i])
	}
	return strings.Join(list, " "), nil
}

var ago = regexp.MustCompile(`^-(\d{1,4})([mhd])$`)

func readTime(v string, now time.Time) (time.Time, error) {
	if v == "now" {
		return now.UTC().Truncate(time.Microsecond), nil
	}
	if m := ago.FindStringSubmatch(v); m != nil {
		n, err := strconv.Atoi(m[1])
		unit := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
		return now.UTC().Truncate(time.Microsecond).Add(-time.Duration(n) * unit), err
	}
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return t.UTC(), nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, v, jst); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf(`write "2026-11-02", "2026-11-02 09:30" (JST), RFC 3339, "-24h", "-7d" or "now"`)
}

func shortenTo(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
