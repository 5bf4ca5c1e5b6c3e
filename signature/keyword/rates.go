package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// readRate reads what threshold and detection_filter have in common.
func readRate(r *rule.Rate, arg string) error {
	given := map[string]bool{}
	missing := false
	for _, o := range words(arg) {
		key, value, _ := strings.Cut(o, " ")
		value = strings.TrimSpace(value)
		given[key] = true
		ok := true
		switch key {
		case "type":
			r.Kind, ok = map[string]rule.RateKind{"limit": rule.Limit, "threshold": rule.Threshold, "both": rule.Both, "backoff": rule.Backoff}[value]
		case "track":
			value, _, missing = strings.Cut(value, " ")
			r.Track, ok = tracks[value]
		case "count", "seconds", "multiplier":
			n, err := integer(value, 1, 1<<32-1)
			if err != nil {
				return bad("%s: %v", key, err)
			}
			switch key {
			case "count":
				r.Count = uint32(n)
			case "seconds":
				r.Seconds = uint32(n)
			default:
				r.Multiplier = uint32(n)
			}
		case "unique_on":
			r.Unique, ok = uniques[value]
		case "":
		default:
			ok = false
		}
		if !ok {
			return bad("%q is not known", o)
		}
		if missing { // a semicolon was forgotten; public rules have that, and what is needed is there
			break
		}
	}
	if !given["track"] || !given["count"] {
		return bad("track and count must be given")
	}
	if r.Kind == rule.Backoff {
		if r.Track != rule.ByFlow {
			return bad("type backoff counts by_flow only")
		}
		if !given["multiplier"] || r.Multiplier < 2 {
			return bad("type backoff needs a multiplier of 2 or more")
		}
		return nil
	}
	if !given["seconds"] {
		return bad("seconds must be given")
	}
	return nil
}

// threshold reads threshold:type limit,track by_src,count 1,seconds 60.
func threshold(b *builder, _, arg string) error {
	if !strings.Contains(arg, "type") {
		return bad("type is missing: limit, threshold, both or backoff")
	}
	r := rule.Rate{}
	if err := readRate(&r, arg); err != nil {
		return err
	}
	return b.rate(r)
}

// detectionFilter reads detection_filter:track by_src,count 10,seconds 60[,unique_on src_port|dst_port|src_ip|dst_ip].
func detectionFilter(b *builder, _, arg string) error {
	r := rule.Rate{Kind: rule.Detection}
	if err := readRate(&r, arg); err != nil {
		return err
	}
	if r.Kind != rule.Detection || r.Multiplier > 0 {
		return bad("type and multiplier belong to threshold")
	}
	if ports := r.Unique == rule.UniqueSourcePort || r.Unique == rule.UniqueDestinationPort; ports && !hasPorts(b.sig.Head) {
		return bad("unique_on of ports belongs to a rule of TCP, UDP or SCTP")
	}
	return b.rate(r)
}

var uniques = map[string]rule.Unique{
	"src_port": rule.UniqueSourcePort, "dst_port": rule.UniqueDestinationPort, "src_ip": rule.UniqueSource, "dst_ip": rule.UniqueDestination,
}

// hasPorts reports whether all packets of a header have ports.
func hasPorts(h rule.Header) bool {
	switch h.Carrier {
	case rule.TCP, rule.TCPPacket, rule.TCPStream, rule.UDP, rule.SCTP:
		return true
	}
	return h.App != ""
}

func (b *builder) rate(r rule.Rate) error {
	for _, x := range b.sig.Rates {
		if (x.Kind == rule.Detection) == (r.Kind == rule.Detection) {
			return bad("it stands twice")
		}
	}
	if len(b.sig.Rates) > 0 {
		return bad("threshold and detection_filter exclude each other")
	}
	b.sig.Rates = append(b.sig.Rates, r)
	return nil
}
