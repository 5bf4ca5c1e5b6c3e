// Package eve writes events and findings as Suricata-compatible EVE JSON lines.
package eve

import (
	"encoding/json"
	"hash/fnv"
	"io"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// timestampLayout is Suricata's: microseconds and a numeric zone.
const timestampLayout = "2006-01-02T15:04:05.000000-0700"

// generatorID marks alerts that behaviours raised, so that a reader does not
// take them for rules (Suricata's own generator is 1).
const generatorID = 900

// object keeps the order of keys out of the picture: EVE readers do not rely on it.
type object = map[string]any

// Writer writes one event a line. It is not safe for concurrent use.
type Writer struct {
	enc *json.Encoder
}

// NewWriter writes to w; the caller buffers and closes it.
func NewWriter(w io.Writer) *Writer {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &Writer{enc: enc}
}

// Event writes e where EVE has a type for it; others are left out.
func (w *Writer) Event(e event.Event) error {
	name, body := "", object(nil)
	switch e := e.(type) {
	case *event.NetworkActivity:
		return w.network(e)
	case *event.DNSActivity:
		if e.Service == "dns" {
			name, body = "dns", dnsObject(e)
		}
	case *event.HTTPActivity:
		return w.http(e)
	case *event.FileActivity:
		name, body = "fileinfo", fileObject(&e.File)
	case *event.SMBActivity:
		name, body = "smb", smbObject(e)
		if e.Command == "" {
			name = "dcerpc"
			body = rpcObject(e.RPC)
		}
	case *event.Authentication:
		if e.Protocol == "kerberos" {
			name, body = "krb5", krb5Object(e)
		}
	case *event.DHCPActivity:
		name, body = "dhcp", dhcpObject(e)
	}
	if name == "" || body == nil {
		return nil
	}
	line := base(e, name)
	line[name] = body
	return w.enc.Encode(line)
}

// Finding writes an alert. Its signature_id is derived from the detector's id,
// in 9,000,000–9,999,999, and stays the same over versions.
func (w *Writer) Finding(f *event.Finding) error {
	line := object{"timestamp": f.Time.Format(timestampLayout), "event_type": "alert"}
	if len(f.Evidence) > 0 {
		ev := f.Evidence[0]
		addEndpoints(line, ev.Src, ev.Dst)
		if ev.FlowID != 0 {
			line["flow_id"] = ev.FlowID >> 11 // JSON readers keep 53 bits
		}
	}
	tech := make([]string, 0, len(f.Advisory.Techniques))
	for _, t := range f.Advisory.Techniques {
		tech = append(tech, t.UID)
	}
	line["alert"] = object{
		"action": "allowed", "gid": generatorID, "signature_id": signatureID(f.Advisory.ID), "rev": 1,
		"signature": f.Advisory.Title.In("en"), "category": string(f.Advisory.Threat), "severity": suricataPriority(f.Severity),
		"metadata": object{"behaviour": []string{f.Behaviour}, "mitre_technique_id": tech, "device": []string{f.Device.Name()}},
	}
	return w.enc.Encode(line)
}

func signatureID(detector string) int {
	h := fnv.New32a()
	h.Write([]byte(detector))
	return 9_000_000 + int(h.Sum32()%1_000_000)
}

// suricataPriority is 1 (worst) … 3.
func suricataPriority(s event.Severity) int {
	switch {
	case s >= event.High:
		return 1
	case s >= event.Medium:
		return 2
	}
	return 3
}

func base(e event.Event, name string) object {
	line := object{"timestamp": e.Head().Time.Format(timestampLayout), "event_type": name}
	c := e.Tuple()
	addEndpoints(line, c.Src, c.Dst)
	line["flow_id"] = c.FlowID >> 11
	line["proto"] = strings.ToUpper(c.Proto.String())
	if c.VLAN != 0 {
		line["vlan"] = []uint16{c.VLAN}
	}
	return line
}

func addEndpoints(line object, src, dst event.Endpoint) {
	if src.IP.IsValid() {
		line["src_ip"] = src.IP.String()
		line["src_port"] = src.Port
	}
	if dst.IP.IsValid() {
		line["dest_ip"] = dst.IP.String()
		line["dest_port"] = dst.Port
	}
}

func stamp(t time.Time) string { return t.Format(timestampLayout) }
