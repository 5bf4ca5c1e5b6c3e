package keyword

import (
	"slices"
	"strings"
	"sync"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// anomalies are the names that decode-event and stream-event take.
var anomalies = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, e := range wire.DecodeEvents() {
		m[string(e)] = true
	}
	for _, e := range wire.StreamEvents() {
		m[string(e)] = true
	}
	return m
})

// event reads decode-event, stream-event and engine-event.
func packetEvent(b *builder, keyword, arg string) error {
	kind, name := rule.DecodeEvent, strings.ToLower(strings.Trim(arg, `" `))
	if keyword == "stream-event" && !strings.HasPrefix(name, "stream.") {
		name = "stream." + name
	}
	if strings.HasPrefix(name, "stream.") {
		kind = rule.StreamEvent
	}
	name = strings.TrimPrefix(name, "decoder.")
	if !anomalies()[name] {
		return bad("%q is not the name of an event", arg)
	}
	b.sig.Events = append(b.sig.Events, rule.EventTest{Kind: kind, Name: b.pool.text(name)})
	b.asked, b.packet = true, true
	return nil
}

// detectEvent reads the events of another engine's own limits, which never come about here.
func detectEvent(b *builder, _, arg string) error {
	switch name := strings.ToLower(strings.Trim(arg, `" `)); name {
	case "too_many_buffers", "post_match_queue_failed":
		b.sig.Events = append(b.sig.Events, rule.EventTest{Kind: rule.AppEvent, Name: b.pool.text("detect." + name)})
		b.asked = true
		return nil
	}
	return bad("%q is not the name of an event", arg)
}

// detection reads app-layer-event:applayer_…, what is odd about how the protocol showed itself: the packet that told has it.
func detection(b *builder, name string) error {
	if !slices.Contains(wire.DetectionEvents(), wire.Event(name)) {
		return bad("%q is not the name of an event", name)
	}
	b.sig.Events = append(b.sig.Events, rule.EventTest{Kind: rule.DecodeEvent, Name: b.pool.text(name)})
	b.asked, b.packet = true, true
	return nil
}

// synonyms are what newer releases of the language call an event.
var synonyms = map[string]string{
	"http.compression_bomb_limit_reached": "http.compression_bomb", "tls.certificate_invalid_x509name": "tls.certificate_invalid_x509_name",
	"ike.weak_crypto_no_dh": "ike.weak_crypto_nodh", "ike.weak_crypto_no_auth": "ike.weak_crypto_noauth",
	"dns.not_request": "dns.not_a_request", "dns.not_response": "dns.not_a_response",
	"mdns.not_request": "mdns.not_a_request", "mdns.not_response": "mdns.not_a_response",
	"llmnr.not_request": "llmnr.not_a_request", "llmnr.not_response": "llmnr.not_a_response",
}

// appEvent reads app-layer-event:protocol.event, or the protocol alone.
func appEvent(b *builder, _, arg string) error {
	name := strings.ToLower(strings.Trim(arg, `" `))
	if dir, ok := strings.CutSuffix(name, ",to_server"); ok {
		name = dir
	}
	if other := synonyms[name]; other != "" {
		name = other
	}
	if name == "ikev2" || strings.HasPrefix(name, "ikev2.") { // before there was version 1
		name = "ike" + strings.TrimPrefix(name, "ikev2")
	}
	proto, _, _ := strings.Cut(name, ".")
	if strings.HasPrefix(proto, "applayer_") {
		return detection(b, name)
	}
	names, ok := appNames(proto)
	switch finding := wire.AppEventOf(name); {
	case proto != "file" && !ok:
		return bad("%q is not a protocol that is known", proto)
	case finding == wire.Unheard:
		return bad("%q is not the name of an event", arg)
	case finding == wire.Unfound:
		return &failure{err: bad("no parser finds the anomaly %q", arg), pending: true}
	case proto == "http" || proto == "http1":
		b.app(apps["http"])
	default:
		b.app(names)
	}
	b.sig.Events = append(b.sig.Events, rule.EventTest{Kind: rule.AppEvent, Name: b.pool.text(name)})
	b.asked = true
	return nil
}
