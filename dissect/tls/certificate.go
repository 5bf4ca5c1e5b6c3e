package tls

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/yagura-project/yagura/event"
)

// Bounds of what is kept of a certificate.
const (
	maxName = 512
	maxSANs = 50
)

// leaf reads the sender's own certificate, the first of the list; nil where it sends none (RFC 5246 §7.4.2).
func leaf(b []byte) *event.Certificate {
	s := cryptobyte.String(b)
	var list, der cryptobyte.String
	if !s.ReadUint24LengthPrefixed(&list) || !list.ReadUint24LengthPrefixed(&der) {
		return nil
	}
	sum, old := sha256.Sum256(der), sha1.Sum(der)
	c := &event.Certificate{SHA256: hex.EncodeToString(sum[:]), SHA1: hex.EncodeToString(old[:])}
	if x, fault := readCert(der); fault == "" {
		c.SubjectDN, c.IssuerDN = string(x.subject), string(x.issuer)
	}
	if x, err := x509.ParseCertificate(bytes.Clone(der)); err == nil {
		strict(c, x)
	} else {
		tolerant(c, der)
	}
	return c
}

func strict(c *event.Certificate, x *x509.Certificate) {
	c.Subject, c.Issuer = clip(x.Subject.String()), clip(x.Issuer.String())
	c.Serial = serial(x.SerialNumber)
	c.NotBefore, c.NotAfter = x.NotBefore.UTC(), x.NotAfter.UTC()
	c.SelfSigned = bytes.Equal(x.RawSubject, x.RawIssuer)
	c.SANs = append(c.SANs, x.DNSNames...)
	for _, ip := range x.IPAddresses {
		c.SANs = append(c.SANs, ip.String())
	}
	c.SANs = append(c.SANs, x.EmailAddresses...)
	for _, u := range x.URIs {
		c.SANs = append(c.SANs, u.String())
	}
	c.SANs = c.SANs[:min(len(c.SANs), maxSANs)]
	for i := range c.SANs {
		c.SANs[i] = clip(c.SANs[i])
	}
}

func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxName)], "") }

func serial(n *big.Int) string {
	if n.Sign() < 0 {
		return "-" + fmt.Sprintf("%X", new(big.Int).Neg(n).Bytes())
	}
	return fmt.Sprintf("%X", n.Bytes())
}

// tolerant reads what strict refuses (RFC 5280 §4.1), as far as it goes: malware brings such certificates.
func tolerant(c *event.Certificate, der cryptobyte.String) {
	var cert, tbs, issuer, validity, subject cryptobyte.String
	n := new(big.Int)
	if !der.ReadASN1(&cert, asn1.SEQUENCE) || !cert.ReadASN1(&tbs, asn1.SEQUENCE) ||
		!tbs.SkipOptionalASN1(asn1.Tag(0).Constructed().ContextSpecific()) {
		return
	}
	if !tbs.ReadASN1Integer(n) {
		return
	}
	c.Serial = serial(n)
	if !tbs.SkipASN1(asn1.SEQUENCE) || !tbs.ReadASN1(&issuer, asn1.SEQUENCE) || !tbs.ReadASN1(&validity, asn1.SEQUENCE) ||
		!tbs.ReadASN1(&subject, asn1.SEQUENCE) {
		return
	}
	c.SelfSigned = bytes.Equal(issuer, subject)
	c.Issuer, c.Subject = name(issuer), name(subject)
	c.NotBefore, c.NotAfter = moment(&validity), moment(&validity)
}

// attributes are the short names of RFC 4514 §3 by the last arc of 2.5.4.
var attributes = map[byte]string{3: "CN", 6: "C", 7: "L", 8: "ST", 10: "O", 11: "OU"}

// name writes a distinguished name, last part first (RFC 4514 §2.1).
func name(s cryptobyte.String) string {
	var parts []string
	var set, pair, oid, value cryptobyte.String
	var tag asn1.Tag
	for s.ReadASN1(&set, asn1.SET) {
		for set.ReadASN1(&pair, asn1.SEQUENCE) {
			if !pair.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) || !pair.ReadAnyASN1(&value, &tag) {
				continue
			}
			if len(oid) == 3 && attributes[oid[2]] != "" {
				parts = append([]string{attributes[oid[2]] + "=" + strings.ToValidUTF8(string(value), "?")}, parts...)
			}
		}
	}
	return clip(strings.Join(parts, ","))
}

func moment(s *cryptobyte.String) time.Time {
	var value cryptobyte.String
	var tag asn1.Tag
	if !s.ReadAnyASN1(&value, &tag) {
		return time.Time{}
	}
	layout := "20060102150405Z"
	if tag == asn1.UTCTime {
		layout = "060102150405Z"
	}
	t, err := time.Parse(layout, string(value))
	if err != nil {
		return time.Time{}
	}
	return t
}
