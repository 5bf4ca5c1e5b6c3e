package eve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// appKinds are the event types of protocols without an event of their own.
var appKinds = map[string]Kind{"frame": Frame, "sip": SIP, "smtp": SMTP, "snmp": SNMP, "ntp": NTP, "rfb": RFB, "ike": IKE, "l2tp": L2TP, "mqtt": MQTT, "modbus": Modbus, "pgsql": PgSQL, "mysql": MySQL,
	"irc": IRC, "socks": SOCKS, "dnp3": DNP3, "enip": ENIP, "radius": RADIUS, "redis": Redis, "telnet": Telnet, "bittorrent-dht": BitTorrent, "mdns": MDNS, "llmnr": LLMNR, "pop3": POP3, "websocket": WebSocket}

// recorded are protocols whose messages come as records, too, which tell more.
var recorded = map[string]bool{"dnp3": true, "modbus": true, "mqtt": true, "mysql": true, "ntp": true, "pgsql": true}

// app writes an operation with its attributes.
func (w *Encoder) app(e *event.AppActivity) {
	k, ok := appKinds[e.Protocol]
	if !ok || recorded[e.Protocol] || !w.begin(k, &e.Header, &e.Conn, way(e.Back)) {
		return
	}
	w.appParts(k, e)
	w.finish()
}

// appObject writes the object of an alert, and gives its name; "" for protocols that have none.
func (w *Encoder) appObject(e *event.AppActivity) string {
	k, ok := appKinds[e.Protocol]
	if !ok {
		return ""
	}
	w.appParts(k, e)
	return kinds[k]
}

func (w *Encoder) appParts(k Kind, e *event.AppActivity) {
	o := &w.o
	o.open(kinds[k])
	switch k {
	case SIP:
		w.sip(e)
	case SNMP:
		w.snmp(e)
	case RFB:
		w.rfb(e)
	case IKE:
		w.ike(e)
	case PgSQL:
		w.pgsql(e)
	default:
		o.text("operation", e.Operation)
		w.attributes(e)
	}
	o.close()
}

// attributes writes what a parser found worth telling, by its names; of one that comes twice the first counts.
func (w *Encoder) attributes(e *event.AppActivity, without ...string) {
	for i, a := range e.Attrs {
		if !told(e.Attrs[:i], a.Name) && !slices.Contains(without, a.Name) {
			w.o.comma()
			w.o.name(a.Name)
			w.o.b = quote(w.o.b, a.Value)
		}
	}
}

func told(attrs []event.Attr, name string) bool {
	for i := range attrs {
		if attrs[i].Name == name {
			return true
		}
	}
	return false
}

// digits writes a number that came as text, nothing where it is none.
func (w *Encoder) digits(k, v string) {
	if v == "" || len(v) > 18 || strings.Trim(v, "0123456789") != "" {
		return
	}
	w.o.key(k)
	v = strings.TrimLeft(v, "0")
	if v == "" {
		v = "0"
	}
	w.o.b = append(w.o.b, v...)
}

func (w *Encoder) sip(e *event.AppActivity) {
	version := e.Attr("version")
	if e.Operation == "response" {
		w.o.text("code", e.Attr("status"))
		w.o.text("reason", e.Attr("reason"))
		w.line("response_line", version, e.Attr("status"), e.Attr("reason"))
	} else {
		w.o.text("method", e.Operation)
		w.o.text("uri", e.Attr("uri"))
		w.line("request_line", e.Operation, e.Attr("uri"), version)
	}
	w.o.text("version", version)
	w.attributes(e, "status", "uri", "reason", "version")
}

// line writes the first line of a message, whose three parts are known, as it was sent.
func (w *Encoder) line(k, a, b, c string) {
	if a != "" && b != "" && c != "" {
		w.o.str(k, a+" "+b+" "+c)
	}
}

func (w *Encoder) snmp(e *event.AppActivity) {
	w.digits("version", e.Attr("version"))
	w.o.text("pdu_type", strings.ReplaceAll(e.Operation, "-", "_"))
	w.o.text("community", e.Attr("community"))
	w.o.text("usm", e.Attr("user"))
	w.o.text("error", e.Attr("error"))
	if n, err := strconv.Atoi(e.Attr("trap_type")); err == nil && n >= 0 && n < len(snmpTraps) {
		w.o.str("trap_type", snmpTraps[n])
	}
	w.o.text("trap_oid", e.Attr("trap_oid"))
	w.o.text("trap_address", e.Attr("trap_address"))
	w.o.texts("vars", strings.Fields(e.Attr("variables")))
}

// snmpTraps are the generic traps of version 1 (RFC 1157 §4.1.6).
var snmpTraps = [...]string{"cold_start", "warm_start", "link_down", "link_up", "authentication_failure", "egp_neighbor_loss", "enterprise_specific"}

func (w *Encoder) rfb(e *event.AppActivity) {
	o := &w.o
	if major, minor, ok := strings.Cut(e.Attr("version"), "."); ok {
		o.open("client_protocol_version")
		o.str("major", major)
		o.str("minor", minor)
		o.close()
	}
	if major, minor, ok := strings.Cut(e.Attr("server_version"), "."); ok {
		o.open("server_protocol_version")
		o.str("major", major)
		o.str("minor", minor)
		o.close()
	}
	o.open("authentication")
	w.digits("security_type", e.Attr("security_type"))
	w.digits("security_subtype", e.Attr("security_subtype"))
	o.text("username", e.Attr("user"))
	o.text("security_result", rfbResults[e.Attr("result")])
	o.text("reason", e.Attr("reason"))
	o.close()
	if shared := e.Attr("shared"); shared != "" {
		o.flag("screen_shared", shared == "yes")
	}
	if e.Attr("width") != "" {
		o.open("framebuffer")
		w.digits("width", e.Attr("width"))
		w.digits("height", e.Attr("height"))
		o.str("name", e.Attr("desktop"))
		w.pixels(strings.Fields(e.Attr("pixel_format")))
		o.close()
	}
}

// rfbResults are Suricata's words for what came of a logon.
var rfbResults = map[string]string{"ok": "OK", "failed": "FAIL", "too many": "TOOMANY"}

// pixelParts are the members of a pixel format (RFC 6143 §7.4) in the order in which the event has them; truths end with a question mark.
var pixelParts = [...]string{"bits_per_pixel", "depth", "big_endian?", "true_color?", "red_max", "green_max", "blue_max", "red_shift", "green_shift", "blue_shift"}

func (w *Encoder) pixels(values []string) {
	if len(values) != len(pixelParts) {
		return
	}
	w.o.open("pixel_format")
	for i, name := range pixelParts {
		if truth, ok := strings.CutSuffix(name, "?"); ok {
			w.o.flag(truth, values[i] != "0")
		} else {
			w.digits(name, values[i])
		}
	}
	w.o.close()
}

func (w *Encoder) ike(e *event.AppActivity) {
	major, minor, _ := strings.Cut(e.Attr("version"), ".")
	w.digits("version_major", major)
	w.digits("version_minor", minor)
	w.o.text("init_spi", e.Attr("init_spi"))
	w.o.text("resp_spi", e.Attr("resp_spi"))
	w.digits("exchange_type", e.Attr("exchange_type"))
	if major == "1" {
		w.o.text("exchange_type_verbose", ikeExchanges[e.Operation])
	}
	w.digits("message_id", e.Attr("message_id"))
	for _, k := range ikeChoices {
		w.o.text(k, e.Attr(k))
	}
	w.digits("sa_key_length", e.Attr("sa_key_length"))
	w.o.text("identity", e.Attr("identity"))
	if notes := strings.Fields(e.Attr("notify")); len(notes) > 0 {
		w.o.open("ikev" + major)
		w.o.texts("notify", notes)
		w.o.close()
	}
}

// ikeChoices are the algorithms that both sides agreed on.
var ikeChoices = [...]string{"alg_enc", "alg_hash", "alg_auth", "alg_prf", "alg_dh"}

// ikeExchanges are exchanges of version 1 (RFC 2408 §3.1, RFC 2409 §5) in words.
var ikeExchanges = map[string]string{"identity_protection": "Identity Protection", "aggressive": "Aggressive", "informational": "Informational", "quick_mode": "Quick Mode"}

func (w *Encoder) pgsql(e *event.AppActivity) {
	o := &w.o
	o.open("request")
	o.open("startup_parameters")
	o.text("user", e.Attr("user"))
	o.text("database", e.Attr("database"))
	o.close()
	o.close()
	o.open("response")
	w.attributes(e, "user", "database")
	o.close()
}
