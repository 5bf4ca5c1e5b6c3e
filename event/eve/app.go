package eve

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// appKinds are the event types of protocols without an event of their own.
var appKinds = map[string]Kind{"frame": Frame, "sip": SIP, "snmp": SNMP, "ntp": NTP, "rfb": RFB, "ike": IKE, "mqtt": MQTT, "modbus": Modbus, "pgsql": PgSQL, "mysql": MySQL,
	"irc": IRC, "socks": SOCKS, "dnp3": DNP3, "enip": ENIP, "radius": RADIUS, "redis": Redis, "telnet": Telnet, "bittorrent-dht": BitTorrent, "mdns": MDNS, "llmnr": LLMNR, "pop3": POP3}

// recorded are protocols whose messages come as records, too, which tell more.
var recorded = map[string]bool{"dnp3": true, "mqtt": true, "mysql": true, "ntp": true, "pgsql": true}

// app writes an operation with its attributes.
func (w *Encoder) app(e *event.AppActivity) {
	k, ok := appKinds[e.Protocol]
	if !ok || recorded[e.Protocol] || !w.begin(k, &e.Header, &e.Conn, forward) {
		return
	}
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
	case Modbus:
		w.modbus(e)
	case PgSQL:
		w.pgsql(e)
	default:
		o.text("operation", e.Operation)
		w.attributes(e)
	}
	o.close()
	w.finish()
}

// attributes writes what a parser found worth telling, by its names; of one that comes twice the first counts.
func (w *Encoder) attributes(e *event.AppActivity, without ...string) {
	for i, a := range e.Attrs {
		if !told(e.Attrs[:i], a.Name) && !within(without, a.Name) {
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

func within(list []string, s string) bool {
	for _, x := range list {
		if x == s {
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
}

func (w *Encoder) rfb(e *event.AppActivity) {
	o := &w.o
	if major, minor, ok := strings.Cut(e.Attr("version"), "."); ok {
		o.open("client_protocol_version")
		o.str("major", major)
		o.str("minor", minor)
		o.close()
	}
	o.open("authentication")
	w.digits("security_type", e.Attr("security_type"))
	o.text("security_result", e.Attr("result"))
	o.close()
	if name := e.Attr("desktop"); name != "" {
		o.open("framebuffer")
		o.str("name", name)
		o.close()
	}
}

func (w *Encoder) ike(e *event.AppActivity) {
	major, minor, _ := strings.Cut(e.Attr("version"), ".")
	w.digits("version_major", major)
	w.digits("version_minor", minor)
	w.o.text("init_spi", e.Attr("init_spi"))
	w.o.text("exchange", e.Operation)
	w.attributes(e, "version", "init_spi")
}

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
