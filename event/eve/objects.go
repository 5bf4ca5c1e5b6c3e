package eve

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// network writes a flow record at its end and a tls record when the handshake is known.
func (w *Writer) network(e *event.NetworkActivity) error {
	if e.TLS != nil && e.Activity == event.FlowTraffic {
		line := base(e, "tls")
		line["tls"] = tlsObject(e.TLS)
		return w.enc.Encode(line)
	}
	if !e.Activity.Ended() || e.Proto == event.ProtoARP {
		return nil
	}
	line := base(e, "flow")
	line["app_proto"] = appName(e.App)
	line["flow"] = object{
		"pkts_toserver": e.Orig.Packets, "pkts_toclient": e.Resp.Packets,
		"bytes_toserver": e.Orig.Bytes, "bytes_toclient": e.Resp.Bytes,
		"start": stamp(e.Start), "end": stamp(e.End), "age": int(e.End.Sub(e.Start).Seconds()),
		"state": flowState(e), "reason": "timeout", "alerted": false,
	}
	if e.Proto == event.ProtoTCP {
		line["tcp"] = object{"tcp_flags_ts": fmt.Sprintf("%02x", e.FlagsOrig), "tcp_flags_tc": fmt.Sprintf("%02x", e.FlagsResp), "state": strings.ToLower(e.State)}
	}
	return w.enc.Encode(line)
}

// appName is Suricata's name of an application protocol.
func appName(app string) string {
	if app == "" {
		return "failed"
	}
	return app
}

func flowState(e *event.NetworkActivity) string {
	switch e.Activity {
	case event.FlowFail, event.FlowRefuse:
		return "new"
	}
	return "closed"
}

func tlsObject(t *event.TLS) object {
	o := object{"version": "TLS " + t.Version}
	set(o, "sni", t.SNI)
	if t.JA3 != "" {
		o["ja3"] = object{"hash": t.JA3}
	}
	if t.JA3S != "" {
		o["ja3s"] = object{"hash": t.JA3S}
	}
	set(o, "ja4", t.JA4)
	if c := t.Certificate; c != nil {
		o["subject"], o["issuerdn"], o["serial"] = c.Subject, c.Issuer, c.Serial
		o["fingerprint_sha256"] = c.SHA256
		o["notbefore"], o["notafter"] = c.NotBefore.Format("2006-01-02T15:04:05"), c.NotAfter.Format("2006-01-02T15:04:05")
	}
	return o
}

// http writes the transaction and a fileinfo line for each body of known type.
func (w *Writer) http(e *event.HTTPActivity) error {
	line := base(e, "http")
	o := object{"http_method": e.Method, "url": e.URI, "length": e.ResponseLen}
	set(o, "hostname", e.Host)
	set(o, "http_user_agent", e.UserAgent)
	set(o, "http_refer", e.Referer)
	set(o, "xff", e.XFF)
	set(o, "protocol", e.Version)
	set(o, "http_content_type", e.ResponseType)
	if e.Status != 0 {
		o["status"] = e.Status
	}
	line["http"] = o
	line["tx_id"] = max(e.Depth-1, 0)
	if err := w.enc.Encode(line); err != nil {
		return err
	}
	for _, f := range []*event.File{e.RequestFile, e.ResponseFile} {
		if f == nil {
			continue
		}
		info := base(e, "fileinfo")
		info["app_proto"] = "http"
		info["fileinfo"] = fileObject(f)
		if err := w.enc.Encode(info); err != nil {
			return err
		}
	}
	return nil
}

func fileObject(f *event.File) object {
	o := object{"filename": f.Name, "size": f.Size, "stored": false, "gaps": false}
	set(o, "magic", f.Type)
	set(o, "sha256", f.SHA256)
	return o
}

func dnsObject(e *event.DNSActivity) object {
	o := object{"id": e.TxID, "rrname": e.Query, "rrtype": e.Type}
	if e.Activity == event.DNSQuery {
		o["type"] = "query"
		return o
	}
	o["type"], o["rcode"], o["aa"], o["tc"] = "answer", e.RCode, e.AA, e.TC
	answers := make([]object, 0, len(e.Answers))
	for _, a := range e.Answers {
		answers = append(answers, object{"rrname": a.Name, "rrtype": a.Type, "ttl": a.TTL, "rdata": a.Data})
	}
	o["answers"] = answers
	return o
}

func smbObject(e *event.SMBActivity) object {
	o := object{"command": "SMB2_COMMAND_" + strings.ToUpper(e.Command), "status_code": fmt.Sprintf("0x%x", e.Status)}
	set(o, "dialect", e.Dialect)
	set(o, "share", e.Share)
	set(o, "filename", e.Path)
	if e.RPC != nil {
		o["dcerpc"] = rpcObject(e.RPC)
	}
	return o
}

func rpcObject(r *event.DCERPC) object {
	if r == nil {
		return nil
	}
	return object{"request": strings.ToUpper(r.Kind), "interface": object{"uuid": r.UUID, "name": r.Interface}, "req": object{"opnum": r.Opnum, "stub_data_size": r.StubIn}, "operation": r.Operation}
}

func krb5Object(e *event.Authentication) object {
	o := object{"msg_type": strings.ReplaceAll(e.Message, "-", "_"), "cname": e.User, "realm": e.Domain, "sname": e.Service, "encryption": e.TicketEType}
	if e.Error != 0 {
		o["error_code"] = e.Error
	}
	return o
}

func dhcpObject(e *event.DHCPActivity) object {
	o := object{"type": "request", "id": e.XID, "client_mac": e.ClientMAC.String(), "dhcp_type": strings.ToLower(e.Message)}
	if e.YourIP.IsValid() {
		o["type"], o["assigned_ip"] = "reply", e.YourIP.String()
	}
	set(o, "hostname", e.Hostname)
	return o
}

func set(o object, key, value string) {
	if value != "" {
		o[key] = value
	}
}
