package keyword

import (
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// flow reads flow:to_server,established,….
func flow(b *builder, _, arg string) error {
	if arg == "" {
		return bad("to_server, established or another word is missing")
	}
	f := &b.sig.Flow
	for _, w := range words(arg) {
		switch strings.ToLower(w) {
		case "to_server", "from_client":
			f.ToServer = true
		case "to_client", "from_server":
			f.ToClient = true
		case "established":
			f.Established = true
		case "not_established":
			f.NotEstablished = true
		case "stateless":
			f.Stateless = true
		case "only_stream":
			f.OnlyStream = true
		case "no_stream":
			f.NoStream = true
		case "only_frag":
			f.OnlyFrag = true
		case "no_frag":
			f.NoFrag = true
		case "":
		default:
			return bad("%q is not known", w)
		}
	}
	switch {
	case f.ToServer && f.ToClient:
		return bad("to_server and to_client exclude each other")
	case f.Established && f.NotEstablished, f.Stateless && (f.Established || f.NotEstablished):
		return bad("established, not_established and stateless exclude each other")
	case f.OnlyStream && f.NoStream:
		return bad("only_stream and no_stream exclude each other")
	case f.OnlyFrag && f.NoFrag:
		return bad("only_frag and no_frag exclude each other")
	}
	b.asked = true
	return nil
}

// flowTest adds a condition on the flow.
func (b *builder) flowTest(t func(f *wire.Flow) bool) {
	b.test(func(_ *content.State, _ *wire.Packet, f *wire.Flow, _ wire.Dir) bool { return f != nil && t(f) })
}

// flowAge compares the seconds from the first to the last packet.
func flowAge(b *builder, _, arg string) error {
	c, err := u32.compare(arg)
	if err == nil {
		b.flowTest(func(f *wire.Flow) bool { return c.Holds(uint64(max(0, f.Last-f.First) / 1e9)) })
	}
	return err
}

// side reads "toserver,", "toclient,", "either," or "both," before a comparison.
func side(arg string) (rest string, dirs [2]bool, both bool, err error) {
	word, rest, ok := strings.Cut(arg, ",")
	if !ok {
		return "", dirs, false, bad("%q is not toserver, toclient, either or both, and a comparison behind a comma", arg)
	}
	switch strings.TrimSpace(word) {
	case "toserver", "to_server":
		dirs[wire.Orig] = true
	case "toclient", "to_client":
		dirs[wire.Resp] = true
	case "either":
		dirs = [2]bool{true, true}
	case "both":
		both = true
	default:
		return "", dirs, false, bad("%q is not toserver, toclient, either or both", word)
	}
	return rest, dirs, both, nil
}

// elephant reads flow.elephant:toserver, toclient, either or both.
func elephant(b *builder, _, arg string) error {
	_, dirs, both, err := side(strings.TrimSpace(arg) + ",")
	if err != nil {
		return err
	}
	if b.env.Elephant.Bytes == 0 {
		return bad("no pace is configured that makes an elephant; set signature.elephant")
	}
	b.sig.Paces = append(b.sig.Paces, rule.Elephant{Pace: b.env.Elephant, Dirs: dirs, Both: both})
	b.asked = true
	return nil
}

// volume compares packets or bytes of a flow.
func volume(k numeric, get func(f *wire.Flow) *[2]uint64, fixed *[2]bool) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		var dirs [2]bool
		var both bool
		var err error
		if fixed != nil {
			dirs = *fixed
		} else if arg, dirs, both, err = side(arg); err != nil {
			return err
		}
		c, err := k.compare(arg)
		if err != nil {
			return err
		}
		b.flowTest(func(f *wire.Flow) bool {
			n := get(f)
			return both && c.Holds(n[0]) && c.Holds(n[1]) || dirs[0] && c.Holds(n[0]) || dirs[1] && c.Holds(n[1])
		})
		return nil
	}
}

func packetsOf(f *wire.Flow) *[2]uint64 { return &f.Packets }
func bytesOf(f *wire.Flow) *[2]uint64   { return &f.Bytes }

var volumes = map[string]func(*builder, string, string) error{
	"flow.pkts":           volume(u32, packetsOf, nil),
	"flow.pkts_toserver":  volume(u32, packetsOf, &[2]bool{wire.Orig: true}),
	"flow.pkts_toclient":  volume(u32, packetsOf, &[2]bool{wire.Resp: true}),
	"flow.bytes":          volume(plainNumber, bytesOf, nil),
	"flow.bytes_toserver": volume(plainNumber, bytesOf, &[2]bool{wire.Orig: true}),
	"flow.bytes_toclient": volume(plainNumber, bytesOf, &[2]bool{wire.Resp: true}),
}

// streamSize reads stream_size:client|server|both|either,OPERATOR,NUMBER.
func streamSize(b *builder, _, arg string) error {
	w := words(arg)
	if len(w) == 4 && w[3] == "prefilter" { // only how to look, not what for
		w = w[:3]
	}
	if len(w) != 3 {
		return bad("%q is not direction,operator,number", arg)
	}
	c, err := u32.compare(w[1] + w[2])
	if err != nil {
		return err
	}
	who := w[0]
	switch who {
	case "client", "server", "both", "either":
	default:
		return bad("%q is not client, server, both or either", who)
	}
	b.flowTest(func(f *wire.Flow) bool {
		if f.Proto != 6 {
			return false
		}
		client, server := c.Holds(f.StreamSize[wire.Orig]), c.Holds(f.StreamSize[wire.Resp])
		switch who {
		case "client":
			return client
		case "server":
			return server
		case "both":
			return client && server
		}
		return client || server
	})
	return nil
}

// appProtocol reads app-layer-protocol:[!]name[,mode[,exact]].
func appProtocol(b *builder, _, arg string) error {
	w := words(arg)
	name, not := strings.CutPrefix(w[0], "!")
	name = strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`))
	mode, exact := "", false
	for _, m := range w[1:] {
		switch m {
		case "exact":
			exact = true
		case "direction", "either", "final", "original", "to_server", "toserver", "to_client", "toclient":
			if mode != "" {
				return bad("%s and %s exclude each other", mode, m)
			}
			mode = m
		default:
			return bad("%q is not known", m)
		}
	}
	names, err := protocolList(name, exact)
	if err != nil {
		return err
	}
	given := strings.Split(name, "|")
	unknown, failed := slices.Contains(given, "unknown"), slices.Contains(given, "failed")
	if unknown && not {
		return bad("what is not known yet cannot be excluded; write the protocols that are meant")
	}
	b.flowTest(func(f *wire.Flow) bool {
		if f.App == "" && !f.AppFailed {
			return unknown
		}
		app, was := f.App, ""
		switch {
		case mode == "original" && f.Was != "":
			app = f.Was
		case mode == "either":
			was = f.Was
		}
		is := failed && f.AppFailed && f.App == ""
		for _, n := range names {
			is = is || n == app || n == was && was != ""
		}
		return is != not
	})
	b.sig.ProtocolOnly = true
	return nil
}

// protocolList are the names that a flow may have for "name|name".
func protocolList(list string, exact bool) ([]string, error) {
	var all []string
	for name := range strings.SplitSeq(list, "|") {
		names, ok := appNames(name)
		switch {
		case name == "failed" || name == "unknown":
			names = nil
		case !ok:
			return nil, bad("%q is not a protocol that is known", name)
		case exact && (name == "http" || name == "http1"):
			names = apps["http1"]
		case exact, name == "dcerpc": // smb is another one here
			names = []string{name}
		}
		all = append(all, names...)
	}
	return all, nil
}
