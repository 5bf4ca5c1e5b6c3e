package radius

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"
	"layeh.com/radius/rfc3576"

	"github.com/yagura-project/yagura/act/acttest/fabric"
)

// edge is an access switch: it asks RADIUS about each machine (MAB), puts its port into the VLAN of the answer,
// and obeys RFC 5176. Its forwarding is Open vSwitch's.
type edge struct {
	t      *testing.T
	site   *site
	fabric *fabric.Switch
	addr   string // its own
	das    net.PacketConn
	quit   chan struct{}
	ended  sync.WaitGroup

	mu    sync.Mutex
	ports map[int]*port
	busy  int    // logons that are under way
	nak   uint32 // Error-Cause of every answer, 0 = obeys
	mute  bool
	// stubborn: says yes and does nothing
	stubborn bool
	got      int // requests for dynamic authorization
	codes    []radius.Code
	texts    []string // Cisco's and others' words
}

type port struct {
	host    fabric.Host
	vlan    int
	session string
	timer   *time.Timer
	logons  int
}

func newEdge(t *testing.T, s *site, f *fabric.Switch) *edge {
	t.Helper()
	e := &edge{t: t, site: s, fabric: f, addr: "127.0.0.7", quit: make(chan struct{}), ports: map[int]*port{}}
	var err error
	if e.das, err = net.ListenPacket("udp", e.addr+":0"); err != nil {
		t.Fatal(err)
	}
	s.cfg.NAS[0].Port = uint16(e.das.LocalAddr().(*net.UDPAddr).Port)
	e.ended.Go(e.serve)
	t.Cleanup(func() { close(e.quit); _ = e.das.Close(); e.ended.Wait() })
	return e
}

// plug has a machine ask for access.
func (e *edge) plug(h fabric.Host) {
	e.mu.Lock()
	e.ports[h.Port] = &port{host: h}
	e.mu.Unlock()
	e.logon(h.Port)
}

// logon is MAB: RADIUS is asked by the machine's hardware address.
func (e *edge) logon(n int) {
	e.mu.Lock()
	p := e.ports[n]
	p.logons++
	p.session = fmt.Sprintf("%08X", n<<16|p.logons)
	session := p.session
	e.mu.Unlock()
	req := radius.New(radius.CodeAccessRequest, []byte(sharedSecret))
	mac := strings.ToUpper(strings.ReplaceAll(p.host.MAC.String(), ":", "-"))
	plain := strings.ReplaceAll(p.host.MAC.String(), ":", "")
	_ = rfc2865.UserName_SetString(req, plain)
	_ = rfc2865.UserPassword_SetString(req, plain)
	_ = rfc2865.CallingStationID_SetString(req, mac)
	_ = rfc2865.NASIPAddress_Set(req, net.ParseIP(e.addr))
	_ = rfc2865.NASPort_Set(req, rfc2865.NASPort(n))
	_ = rfc2869.NASPortID_SetString(req, "Gi1/0/"+strconv.Itoa(n))
	_ = rfc2866.AcctSessionID_SetString(req, session)
	_ = rfc2865.ServiceType_Set(req, rfc2865.ServiceType_Value_CallCheck)
	vlan, life := 0, time.Duration(0)
	if reply := e.ask(req); reply != nil && reply.Code == radius.CodeAccessAccept {
		if v, ok := reply.Lookup(81); ok {
			vlan, _ = strconv.Atoi(strings.TrimLeft(string(v), "\x00\x01"))
		}
		life = time.Duration(rfc2865.SessionTimeout_Get(reply)) * time.Second
	}
	e.set(n, session, vlan, life)
}

// account tells RADIUS that a session begins (1) or is over (2).
func (e *edge) account(t *testing.T, n int, status rfc2866.AcctStatusType) {
	t.Helper()
	req := radius.New(radius.CodeAccountingRequest, []byte(sharedSecret))
	e.mu.Lock()
	mac, session := e.ports[n].host.MAC.String(), e.ports[n].session
	e.mu.Unlock()
	_ = rfc2866.AcctStatusType_Set(req, status)
	_ = rfc2866.AcctSessionID_SetString(req, session)
	_ = rfc2865.CallingStationID_SetString(req, mac)
	_ = rfc2865.NASIPAddress_Set(req, net.ParseIP(e.addr))
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	c := radius.Client{Dialer: net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(e.addr)}}, Retry: time.Second}
	if _, err := c.Exchange(ctx, req, fmt.Sprintf("127.0.0.1:%d", e.site.acct)); err != nil {
		t.Fatal(err)
	}
}

// ask sends an Access-Request from the switch's own address.
func (e *edge) ask(req *radius.Packet) *radius.Packet {
	wire, err := sign(req)
	if err != nil {
		e.t.Error(err)
		return nil
	}
	d := net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(e.addr)}, Timeout: 5 * time.Second}
	c, err := d.Dial("udp", fmt.Sprintf("127.0.0.1:%d", e.site.auth))
	if err != nil {
		e.t.Error(err)
		return nil
	}
	defer c.Close()
	buf := make([]byte, 4096)
	for range 5 {
		if _, err := c.Write(wire); err != nil {
			continue
		}
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Second))
		if n, err := c.Read(buf); err == nil {
			p, err := radius.Parse(buf[:n], req.Secret)
			if err == nil && radius.IsAuthenticResponse(buf[:n], wire, req.Secret) {
				return p
			}
		}
	}
	return nil
}

// set puts a port into the VLAN of an answer, unless its machine has logged on again since: two answers may come to be obeyed in either order.
func (e *edge) set(n int, session string, vlan int, life time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := e.ports[n]
	if p.session != session {
		return
	}
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	if life > 0 {
		p.timer = time.AfterFunc(life, func() { e.again(n) })
	}
	if p.vlan == vlan && p.logons > 1 {
		return
	}
	p.vlan = vlan
	if e.fabric == nil {
		return
	}
	if err := e.fabric.Move(n, vlan); err != nil {
		e.t.Error(err)
	}
}

func (e *edge) again(n int) {
	select {
	case <-e.quit:
	default:
		e.logon(n)
	}
}

// serve obeys Disconnect- and CoA-Requests.
func (e *edge) serve() {
	buf := make([]byte, 4096)
	for {
		n, from, err := e.das.ReadFrom(buf)
		if err != nil {
			return
		}
		req, err := radius.Parse(buf[:n], []byte(sharedSecret))
		if err != nil || !radius.IsAuthenticRequest(buf[:n], req.Secret) || !signed(req, buf[:n]) {
			continue
		}
		e.mu.Lock()
		e.got++
		e.codes = append(e.codes, req.Code)
		mute := e.mute
		e.mu.Unlock()
		if mute {
			continue
		}
		reply, act := e.obey(req)
		wire, err := signReply(reply, req.Authenticator)
		if err == nil {
			_, _ = e.das.WriteTo(wire, from)
		}
		if act != nil {
			e.ended.Go(act)
		}
	}
}

// obey finds the session by the machine's address, as a switch does.
func (e *edge) obey(req *radius.Packet) (reply *radius.Packet, act func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	yes, no := radius.CodeDisconnectACK, radius.CodeDisconnectNAK
	if req.Code == radius.CodeCoARequest {
		yes, no = radius.CodeCoAACK, radius.CodeCoANAK
	}
	for _, v := range req.Attributes {
		if v.Type == rfc2865.VendorSpecific_Type {
			e.texts = append(e.texts, string(v.Attribute))
		}
	}
	if e.nak != 0 {
		reply = req.Response(no)
		_ = rfc3576.ErrorCause_Set(reply, rfc3576.ErrorCause(e.nak))
		return reply, nil
	}
	mac := strings.ToLower(strings.ReplaceAll(rfc2865.CallingStationID_GetString(req), "-", ":"))
	id := rfc2866.AcctSessionID_GetString(req)
	for n, p := range e.ports {
		if p.host.MAC.String() != mac || id != "" && id != p.session {
			continue
		}
		if e.stubborn {
			return req.Response(yes), nil
		}
		e.busy++
		return req.Response(yes), func() { e.again(n); e.change(func() { e.busy-- }) }
	}
	reply = req.Response(no)
	_ = rfc3576.ErrorCause_Set(reply, rfc3576.ErrorCause_Value_SessionContextNotFound)
	return reply, nil
}

// signed checks the Message-Authenticator of a request as RFC 5176 §3.5 has it, by its own arithmetic.
func signed(req *radius.Packet, wire []byte) bool {
	have, ok := req.Lookup(rfc2869.MessageAuthenticator_Type)
	if !ok {
		return false
	}
	q, err := radius.Parse(wire, req.Secret)
	if err != nil {
		return false
	}
	q.Authenticator = [16]byte{}
	q.Set(rfc2869.MessageAuthenticator_Type, make([]byte, 16))
	b, err := q.MarshalBinary()
	return err == nil && string(hmacMD5(req.Secret, b)) == string(have)
}

func signReply(p *radius.Packet, request [16]byte) ([]byte, error) {
	p.Authenticator = request
	p.Set(rfc2869.MessageAuthenticator_Type, make([]byte, 16))
	b, err := p.MarshalBinary()
	if err != nil {
		return nil, err
	}
	p.Set(rfc2869.MessageAuthenticator_Type, hmacMD5(p.Secret, b))
	return p.Encode()
}

// vlans is where every port is, once the switch is at rest: RADIUS has answered a moment before the switch obeys.
func (e *edge) vlans() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for end := time.Now().Add(20 * time.Second); e.busy > 0 && time.Now().Before(end); {
		e.mu.Unlock()
		time.Sleep(time.Millisecond)
		e.mu.Lock()
	}
	var out []string
	for n := 1; n <= len(e.ports); n++ {
		out = append(out, fmt.Sprintf("%s %d", e.ports[n].host.Name, e.ports[n].vlan))
	}
	return strings.Join(out, "\n")
}

func (e *edge) change(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
}

// told counts the requests for dynamic authorization.
func (e *edge) told() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.got
}

// wait is until a machine's port is in a VLAN.
func (e *edge) wait(t *testing.T, host fabric.Host, vlan int) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	for ctx.Err() == nil {
		e.mu.Lock()
		now := e.ports[host.Port].vlan
		e.mu.Unlock()
		if now == vlan {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%s does not come into VLAN %d: %s", host.Name, vlan, e.vlans())
}
