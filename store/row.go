package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Row is one event as the segments keep it: flat, so that every column can be searched alone. Empty means
// unknown. In hunts the columns have the names of the tags.
type Row struct {
	TS       int64  `parquet:"ts,timestamp(microsecond:local),delta"` // UTC
	Class    int32  `parquet:"class,dict"`                            // OCSF class_uid
	Activity int32  `parquet:"activity,dict"`                         // OCSF activity_id
	FlowID   uint64 `parquet:"flow_id"`                               // unique within one run of a sensor
	Sensor   string `parquet:"sensor,dict"`
	VLAN     int32  `parquet:"vlan,dict"`
	Proto    string `parquet:"proto,dict"` // tcp udp icmp arp …
	App      string `parquet:"app,dict"`   // Zeek's service: dns http tls smb …

	SrcIP   string `parquet:"src_ip,dict"` // the side that opened the conversation
	SrcPort int32  `parquet:"src_port"`
	SrcMAC  string `parquet:"src_mac,dict"`
	DstIP   string `parquet:"dst_ip,dict"`
	DstPort int32  `parquet:"dst_port,dict"`
	DstMAC  string `parquet:"dst_mac,dict"`

	Device    string `parquet:"device,dict"` // UID of the machine behind src, as known then
	Host      string `parquet:"host,dict"`   // its name
	User      string `parquet:"user_name,dict"`
	Zone      string `parquet:"zone,dict"`
	DstDevice string `parquet:"dst_device,dict"` // UID of the machine behind dst, if it is one of ours
	DstHost   string `parquet:"dst_host,dict"`
	Outside   bool   `parquet:"outside"` // dst is not one of our networks

	Start       int64  `parquet:"start_us"` // start of the flow, µs since 1970
	Duration    int64  `parquet:"duration_us"`
	OrigBytes   int64  `parquet:"orig_bytes"` // src → dst, since the flow began
	OrigPackets int64  `parquet:"orig_packets"`
	RespBytes   int64  `parquet:"resp_bytes"` // dst → src
	RespPackets int64  `parquet:"resp_packets"`
	Sent        int64  `parquet:"sent"`            // src → dst, since the row before of the same flow: to be summed up
	Received    int64  `parquet:"received"`        // dst → src, likewise
	State       string `parquet:"conn_state,dict"` // Zeek: S0 S1 SF REJ …

	Domain    string `parquet:"domain,dict"` // DNS question, HTTP host or TLS server name; lower case
	Method    string `parquet:"method,dict"` // HTTP method, DNS type, SMB command, Kerberos or DHCP message, operation of other protocols
	URI       string `parquet:"uri"`
	Status    string `parquet:"status,dict"`     // HTTP status, DNS rcode, NTSTATUS as hex, Kerberos error
	UserAgent string `parquet:"user_agent,dict"` // HTTP; software of an SSH client
	Answers   string `parquet:"answers,dict"`    // DNS answers, each between two spaces
	JA3       string `parquet:"ja3,dict"`
	JA4       string `parquet:"ja4,dict"`
	SNI       string `parquet:"sni,dict"`

	Account   string `parquet:"account,dict"` // who logged on or spoke SMB: DOMAIN\user
	Share     string `parquet:"share,dict"`
	Path      string `parquet:"path,dict"`      // file or pipe in the share
	Interface string `parquet:"interface,dict"` // DCE/RPC: svcctl drsuapi …
	Operation string `parquet:"operation,dict"` // DCE/RPC operation
	FileName  string `parquet:"file_name,dict"`
	FileType  string `parquet:"file_type,dict"` // true type by content
	SHA256    string `parquet:"sha256,dict"`
	FileSize  int64  `parquet:"file_size"`
	Detail    string `parquet:"detail"` // JSON of what has no column of its own
}

// rowOf lays an event flat. It keeps what only the event knows; who is behind an address is added by stamp.
func rowOf(e event.Event) Row {
	h, c := e.Head(), e.Tuple()
	at := h.Time
	if at.IsZero() {
		at = h.Seen
	}
	r := Row{
		TS: micros(at), Class: int32(e.Class()), Sensor: h.Sensor, Zone: h.Zone,
		FlowID: c.FlowID, VLAN: int32(c.VLAN), Proto: c.Proto.String(),
		SrcIP: address(c.Src), SrcPort: int32(c.Src.Port), SrcMAC: c.Src.MAC.String(),
		DstIP: address(c.Dst), DstPort: int32(c.Dst.Port), DstMAC: c.Dst.MAC.String(),
	}
	switch e := e.(type) {
	case *event.NetworkActivity:
		r.flow(e)
	case *event.HTTPActivity:
		r.http(e)
	case *event.DNSActivity:
		r.dns(e)
	case *event.DHCPActivity:
		r.App, r.Method, r.Domain = "dhcp", e.Message, strings.ToLower(e.Hostname)
		r.Detail = detail(e)
	case *event.SMBActivity:
		r.smb(e)
	case *event.SSHActivity:
		r.App, r.UserAgent, r.Detail = "ssh", e.Client.Software, detail(e)
	case *event.AppActivity:
		r.App, r.Method, r.Status, r.Detail = e.Protocol, e.Operation, e.Attr("status"), detail(e)
	case *event.LDAPActivity:
		r.App, r.Activity, r.Method, r.Path, r.Detail = "ldap", int32(e.Activity), e.Operation, e.DN, detail(e)
		if e.Answered {
			r.Status = fmt.Sprint(e.Result)
		}
	case *event.RDPActivity:
		r.App, r.Method, r.Account, r.Detail = "rdp", e.Step, e.Cookie, detail(e)
	case *event.NFSActivity:
		r.App, r.Activity, r.Method, r.Path, r.Detail = "nfs", int32(e.Activity), e.Procedure, e.Path, detail(e)
		if e.File != nil {
			r.file(e.File)
		}
	case *event.FileActivity:
		r.App, r.Activity = e.App, int32(e.Activity)
		r.file(&e.File)
	case *event.Authentication:
		r.App, r.Method, r.Account = e.Protocol, e.Message, account(e.Domain, e.User)
		if e.Error != 0 {
			r.Status = fmt.Sprint(e.Error)
		}
		r.Path, r.Detail = e.Service, detail(e)
	default:
		r.Detail = detail(e)
	}
	return r
}

func (r *Row) flow(e *event.NetworkActivity) {
	r.Activity, r.App, r.State = int32(e.Activity), e.App, e.State
	r.Start = micros(e.Start)
	if d := e.End.Sub(e.Start); !e.Start.IsZero() && d > 0 {
		r.Duration = d.Microseconds()
	}
	r.OrigBytes, r.OrigPackets = int64(e.Orig.Bytes), int64(e.Orig.Packets)
	r.RespBytes, r.RespPackets = int64(e.Resp.Bytes), int64(e.Resp.Packets)
	if t := e.TLS; t != nil {
		r.JA3, r.JA4, r.SNI, r.Domain = t.JA3, t.JA4, t.SNI, strings.ToLower(t.SNI)
		if t.Certificate != nil || t.JA3S != "" {
			r.Detail = detail(t)
		}
	}
	if e.ARP != nil {
		r.App, r.Detail = "arp", detail(e.ARP)
	}
}

func (r *Row) http(e *event.HTTPActivity) {
	r.App, r.Method, r.URI, r.UserAgent = "http", e.Method, e.URI, e.UserAgent
	r.Domain = strings.ToLower(hostOnly(e.Host))
	r.OrigBytes, r.RespBytes = int64(e.RequestLen), int64(e.ResponseLen)
	if e.Status != 0 {
		r.Status = fmt.Sprint(e.Status)
	}
	if e.RequestFile != nil {
		r.file(e.RequestFile)
	}
	if e.ResponseFile != nil {
		r.file(e.ResponseFile)
	}
	if e.Referer != "" || e.XFF != "" || e.RequestFile != nil {
		r.Detail = detail(struct {
			Referer string      `json:"referer,omitempty"`
			XFF     string      `json:"x_forwarded_for,omitempty"`
			Sent    *event.File `json:"request_file,omitempty"`
		}{e.Referer, e.XFF, e.RequestFile})
	}
}

func (r *Row) dns(e *event.DNSActivity) {
	r.Activity, r.App, r.Domain, r.Method, r.Status = int32(e.Activity), e.Service, e.Query, e.Type, e.RCode
	var b strings.Builder
	for _, a := range e.Answers {
		b.WriteByte(' ')
		b.WriteString(strings.ToLower(a.Data))
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	r.Answers = b.String()
}

func (r *Row) smb(e *event.SMBActivity) {
	r.App, r.Method, r.Account, r.Share, r.Path = "smb", e.Command, e.User, e.Share, e.Path
	r.OrigBytes = int64(e.Bytes)
	if e.Status != 0 {
		r.Status = fmt.Sprintf("0x%08X", e.Status)
	}
	if e.File != nil {
		r.file(e.File)
	}
	if e.Target != "" {
		r.Detail = detail(map[string]string{"target": e.Target})
	}
	if rpc := e.RPC; rpc != nil {
		r.App, r.Interface, r.Operation = "dcerpc", rpc.Interface, rpc.Operation
		if r.Method == "" {
			r.Method = rpc.Kind
		}
		if len(rpc.Args) > 0 || rpc.Operation == "" {
			r.Detail = detail(rpc)
		}
	}
}

func (r *Row) file(f *event.File) {
	r.FileName, r.FileType, r.SHA256, r.FileSize = f.Name, f.Type, f.SHA256, int64(f.Size)
}

// maxDetail bounds the JSON of one event.
const maxDetail = 8 << 10

func detail(v any) string {
	b, err := json.Marshal(v)
	if err != nil || len(b) > maxDetail {
		return ""
	}
	return string(b)
}

func address(e event.Endpoint) string {
	if !e.IP.IsValid() {
		return ""
	}
	return e.IP.Unmap().String()
}

func account(domain, user string) string {
	if domain == "" || user == "" {
		return user
	}
	return domain + `\` + user
}

// hostOnly takes the port off a Host header.
func hostOnly(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > 0 && !strings.HasSuffix(host, "]") && strings.IndexByte(host[i+1:], ':') < 0 {
		return strings.Trim(host[:i], "[]")
	}
	return strings.Trim(host, "[]")
}
