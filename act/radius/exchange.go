package radius

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2869"
	"layeh.com/radius/rfc3576"
)

// resend is how often a request without an answer is repeated, unchanged, so that the device can tell a
// repetition from a new request (RFC 5176 §2.3, RFC 5080 §2.2.1).
const resend = time.Second

// answer is what a device or server replied, its authenticity proved.
type answer struct {
	code  radius.Code
	cause uint32 // Error-Cause (RFC 5176 §3.6), 0 = none
	words string // Reply-Message
	vlan  string // Tunnel-Private-Group-Id (RFC 3580 §3.31)
}

var (
	errNoAnswer = errors.New("no answer")
	errForged   = errors.New("the answer's authenticator is wrong: the secret differs, or somebody else answered")
)

// sign encodes a request with its Message-Authenticator (RFC 2869 §5.14; for RFC 5176's requests the authenticator counts as zero).
func sign(p *radius.Packet) ([]byte, error) {
	p.Del(rfc2869.MessageAuthenticator_Type)
	p.Attributes = append([]*radius.AVP{{Type: rfc2869.MessageAuthenticator_Type, Attribute: make([]byte, md5.Size)}}, p.Attributes...)
	dynamic := p.Code != radius.CodeAccessRequest && p.Code != radius.CodeStatusServer
	if dynamic {
		p.Authenticator = [16]byte{}
	}
	b, err := p.MarshalBinary()
	if err != nil {
		return nil, err
	}
	mac := hmac.New(md5.New, p.Secret)
	mac.Write(b)
	copy(p.Attributes[0].Attribute, mac.Sum(nil))
	return p.Encode()
}

// verify proves that reply answers request and takes it apart. must demands a Message-Authenticator.
func verify(reply, request, secret []byte, must bool) (answer, error) {
	p, err := radius.Parse(reply, secret)
	if err != nil {
		return answer{}, err
	}
	size := int(binary.BigEndian.Uint16(reply[2:]))
	reply = reply[:size] // what stands behind is padding (RFC 2865 §3)
	switch {
	case len(request) < 20 || reply[1] != request[1]:
		return answer{}, errors.New("it answers another request")
	case !radius.IsAuthenticResponse(reply, request, secret):
		return answer{}, errForged
	}
	if err := verifySignature(p, reply, request, must); err != nil {
		return answer{}, err
	}
	a := answer{code: p.Code, cause: uint32(rfc3576.ErrorCause_Get(p)), words: clean(rfc2865.ReplyMessage_GetString(p))}
	if v, ok := p.Lookup(81); ok {
		if len(v) > 0 && v[0] <= 0x1f {
			v = v[1:] // its tag (RFC 2868 §3.6)
		}
		a.vlan = clean(string(v))
	}
	return a, nil
}

// verifySignature checks Message-Authenticator, computed with the request's authenticator in its place.
func verifySignature(p *radius.Packet, reply, request []byte, must bool) error {
	if _, there := p.Lookup(rfc2869.MessageAuthenticator_Type); !there {
		if must {
			return errors.New("the answer has no Message-Authenticator, which the settings demand (signed)")
		}
		return nil
	}
	b := append([]byte(nil), reply...)
	copy(b[4:20], request[4:20])
	var got []byte
	for at := 20; at+2 <= len(b) && int(b[at+1]) >= 2; at += int(b[at+1]) {
		if b[at] != byte(rfc2869.MessageAuthenticator_Type) {
			continue
		}
		if b[at+1] != 18 || at+18 > len(b) {
			return errForged
		}
		got = append(got, b[at+2:at+18]...)
		clear(b[at+2 : at+18])
		break
	}
	mac := hmac.New(md5.New, p.Secret)
	mac.Write(b)
	if !hmac.Equal(mac.Sum(nil), got) {
		return errForged
	}
	return nil
}

// clean makes foreign words fit for a line: short, printable, valid.
func clean(s string) string {
	out := []rune{}
	for _, r := range s {
		if len(out) == 120 {
			break
		}
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			r = '?'
		}
		out = append(out, r)
	}
	return string(out)
}

// exchange sends a request until it is answered, for wait at most. Forged answers are passed over.
func exchange(ctx context.Context, to netip.AddrPort, p *radius.Packet, wait time.Duration, must bool) (answer, error) {
	ctx, stop := context.WithTimeout(ctx, wait)
	defer stop()
	wire, err := sign(p)
	if err != nil {
		return answer{}, err
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "udp", to.String())
	if err != nil {
		return answer{}, err
	}
	defer c.Close()
	ended := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Now()) })
	defer ended()
	problem := errNoAnswer
	buf := make([]byte, radius.MaxPacketLength)
	for ctx.Err() == nil {
		if _, err := c.Write(wire); err != nil {
			problem = err
		}
		_ = c.SetReadDeadline(time.Now().Add(resend))
		for ctx.Err() == nil {
			n, err := c.Read(buf)
			if err != nil {
				var late net.Error
				if !errors.As(err, &late) || !late.Timeout() { // nobody listens there, said by ICMP
					problem = err
					pause(ctx, resend/5)
				}
				break
			}
			a, err := verify(buf[:n], wire, p.Secret, must)
			if err == nil {
				return a, nil
			}
			problem = err
		}
	}
	return answer{}, fmt.Errorf("%s within %v: %w", to, wait, problem)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// causes are the values of Error-Cause (RFC 5176 §3.6, RFC 8559 §4).
var causes = map[uint32]string{
	201: "Residual Session Context Removed", 202: "Invalid EAP Packet", 401: "Unsupported Attribute", 402: "Missing Attribute",
	403: "NAS Identification Mismatch", 404: "Invalid Request", 405: "Unsupported Service", 406: "Unsupported Extension",
	407: "Invalid Attribute Value", 501: "Administratively Prohibited", 502: "Request Not Routable", 503: "Session Context Not Found",
	504: "Session Context Not Removable", 505: "Other Proxy Processing Error", 506: "Resources Unavailable", 507: "Request Initiated",
	508: "Multiple Session Selection Unsupported",
}

const sessionNotFound = 503

func (a answer) String() string {
	out := fmt.Sprint(a.code)
	if a.cause != 0 {
		out += fmt.Sprintf(" %d %s", a.cause, causes[a.cause])
	}
	if a.words != "" {
		out += " " + a.words
	}
	if a.vlan != "" {
		out += " VLAN " + a.vlan
	}
	return out
}
