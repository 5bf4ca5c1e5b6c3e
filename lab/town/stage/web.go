package stage

import (
	"crypto/md5"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Agents of the town's programs.
const (
	Browser = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
	CryptoA = "Microsoft-CryptoAPI/10.0"
	Updater = "Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.50"
)

// Request is one visit: to a name, or to an address when IP is set.
type Request struct {
	Host, Method, URI, Agent, Referer string
	IP                                netip.Addr
	Port                              uint16 // 0: 80, or 443 with TLS
	TLS                               bool
	Client                            string // which program, for the fingerprint of TLS; "": browser
	Certificate                       *event.Certificate
	NoName                            bool // TLS without SNI
	Direct                            bool // past the proxy
	Known                             bool // the address is in the cache: no look-up
	Up, Down                          uint64
	UpType, DownType                  string
	File                              *event.File
	Status                            int
	Took                              time.Duration
}

// Web fetches something, through the proxy where the machine uses one.
func (c *Scene) Web(r Request) {
	r.fill()
	if c.Me.Proxy && !r.Direct {
		c.byProxy(r)
		return
	}
	ip := r.IP
	switch {
	case ip.IsValid():
	case r.Known:
		ip = c.Site(r.Host)
	default:
		ip = c.Lookup(r.Host)
	}
	c.fetch(c.Conn(ip, r.Port, event.ProtoTCP), r, "")
}

func (r *Request) fill() {
	if r.Port == 0 {
		r.Port = 80
		if r.TLS {
			r.Port = 443
		}
	}
	if r.Method == "" {
		r.Method = "GET"
	}
	if r.URI == "" {
		r.URI = "/"
	}
	if r.Status == 0 {
		r.Status = 200
	}
	if r.Took == 0 {
		r.Took = 400*time.Millisecond + time.Duration(r.Down/2_000_000)*time.Second
	}
	if r.Host == "" && r.IP.IsValid() {
		r.Host = r.IP.String()
		if r.Port != 80 && r.Port != 443 {
			r.Host += ":" + strconv.Itoa(int(r.Port))
		}
	}
}

// fetch is one request on its own connection.
func (c *Scene) fetch(k event.Conn, r Request, xff string) {
	if r.TLS {
		c.Talk(k, Flow{Up: r.Up + 900, Down: r.Down + 3500, Took: r.Took, TLS: r.hello()})
		return
	}
	up, down := r.Up+350+uint64(len(r.URI)), r.Down+300
	h := r.activity(k)
	h.XFF = xff
	c.Talk(k, Flow{App: "http", Up: up, Down: down, Took: r.Took})
	c.Emit(min(30*time.Millisecond, r.Took), h)
}

func (r *Request) activity(k event.Conn) *event.HTTPActivity {
	return &event.HTTPActivity{Conn: k, Method: r.Method, Host: r.Host, URI: r.URI, Version: "1.1", UserAgent: r.Agent, Referer: r.Referer, Status: r.Status,
		RequestType: r.UpType, ResponseType: r.DownType, RequestLen: r.Up, ResponseLen: r.Down, ResponseFile: r.File, Depth: 1}
}

// byProxy: the PC asks the proxy, and the proxy asks the outside. Both are seen.
func (c *Scene) byProxy(r Request) {
	proxy := c.Servers["proxy"]
	p := c.As(proxy)
	k := c.Reach(proxy, 8080, event.ProtoTCP)
	ip := r.IP
	if !ip.IsValid() {
		ip = c.Site(r.Host)
		if !r.Known && c.Chance(0.4) {
			p.Lookup(r.Host)
		}
	}
	own := r
	if !r.TLS {
		own.URI = "http://" + r.Host + r.URI
		c.fetch(k, own, "")
		p.fetch(p.Conn(ip, r.Port, event.ProtoTCP), r, c.Me.IP.String())
		return
	}
	host := r.Host
	if !strings.Contains(host, ":") {
		host += ":" + strconv.Itoa(int(r.Port))
	}
	connect := Request{Method: "CONNECT", Host: host, URI: host, Agent: r.Agent, Status: 200}
	c.Talk(k, Flow{Up: r.Up + 1200, Down: r.Down + 3600, Took: r.Took, TLS: r.hello(), Before: "http"})
	c.Emit(10*time.Millisecond, connect.activity(k))
	p.fetch(p.Conn(ip, r.Port, event.ProtoTCP), r, "")
}

// hello is what the handshake tells: TLS 1.3 hides the certificate.
func (r *Request) hello() *event.TLS {
	client := r.Client
	if client == "" {
		client = "browser"
	}
	t := &event.TLS{Version: "1.3", SNI: r.Host, ALPN: []string{"h2"}, Cipher: 0x1301, JA3: Fingerprint(client), JA3S: Fingerprint("server " + client), JA4: "t13d1516h2_" + Fingerprint(client)[:12] + "_" + Fingerprint("x" + client)[:12]}
	if r.NoName || r.Host == r.IP.String() {
		t.SNI = ""
	}
	if r.Certificate != nil {
		t.Version, t.Certificate, t.ALPN = "1.2", r.Certificate, nil
	}
	return t
}

// Fingerprint is a steady MD5 for a program's handshake.
func Fingerprint(program string) string {
	sum := md5.Sum([]byte(program))
	return hex.EncodeToString(sum[:])
}
