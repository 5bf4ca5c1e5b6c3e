package tls

import (
	"encoding/asn1"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"
)

// cert is a certificate as rules ask for it, read without judging what it says: its names may hold anything.
type cert struct {
	subject, issuer     []byte // "C=JP, O=Town, CN=www"
	serial              []byte // INTEGER as sent
	notBefore, notAfter time.Time
	sans                []string

	odd []string // events that rules know for parts that cannot be read, of a certificate that can
}

// readCert reads a certificate (RFC 5280 §4.1); fault is the event that rules know for what is wrong with it, or "".
func readCert(der []byte) (c cert, fault string) {
	s := cryptobyte.String(der)
	var outer, tbs, algorithm, issuer, validity, subject cryptobyte.String
	switch {
	case declared(der) > len(der), !s.ReadASN1(&outer, tags.SEQUENCE), declared(outer) < 0:
		return c, "certificate_invalid_length"
	case !outer.ReadASN1(&tbs, tags.SEQUENCE):
		return c, "invalid_certificate"
	case !tbs.SkipOptionalASN1(tags.Tag(0).Constructed().ContextSpecific()):
		return c, "certificate_invalid_version"
	}
	var number cryptobyte.String
	switch {
	case !tbs.ReadASN1(&number, tags.INTEGER):
		return c, "certificate_invalid_serial"
	case !tbs.ReadASN1(&algorithm, tags.SEQUENCE):
		return c, "certificate_invalid_algorithmidentifier"
	case !tbs.ReadASN1(&issuer, tags.SEQUENCE):
		return c, "certificate_invalid_x509_name"
	case !tbs.ReadASN1(&validity, tags.SEQUENCE):
		return c, "certificate_invalid_date"
	case !tbs.ReadASN1(&subject, tags.SEQUENCE):
		return c, "certificate_invalid_x509_name"
	}
	c.serial = slices.Clone(number[:min(len(number), 64)])
	c.issuer, c.subject = rules(issuer), rules(subject)
	c.notBefore, c.notAfter = moment(&validity), moment(&validity)
	c.sans = altNames(tbs)
	c.judge(outer, tbs, issuer, subject)
	return c, ""
}

// judge tells which parts cannot be read: outer stands behind what is signed, tbs behind the subject.
func (c *cert) judge(outer, tbs, issuer, subject cryptobyte.String) {
	for _, x := range []struct {
		name  string
		sound bool
	}{
		{"certificate_invalid_issuer", readable(issuer)}, {"certificate_invalid_subject", readable(subject)},
		{"certificate_invalid_validity", !c.notBefore.IsZero() && !c.notAfter.IsZero()},
		{"certificate_invalid_extensions", extensible(tbs)},
		{"certificate_invalid_der", outer.SkipASN1(tags.SEQUENCE) && outer.SkipASN1(tags.BIT_STRING) && outer.Empty()},
	} {
		if !x.sound {
			c.odd = append(c.odd, x.name)
		}
	}
}

// readable reports whether a distinguished name is one (RFC 5280 §4.1.2.4), its texts in UTF-8 where they say so.
func readable(s cryptobyte.String) bool {
	var set, pair, value cryptobyte.String
	var tag tags.Tag
	for !s.Empty() {
		if !s.ReadASN1(&set, tags.SET) || set.Empty() {
			return false
		}
		for !set.Empty() {
			if !set.ReadASN1(&pair, tags.SEQUENCE) || !pair.SkipASN1(tags.OBJECT_IDENTIFIER) || !pair.ReadAnyASN1(&value, &tag) ||
				tag == tags.UTF8String && !utf8.Valid(value) {
				return false
			}
		}
	}
	return true
}

// extensible reports whether the extensions behind the subject, if there are any, are a list of them (RFC 5280 §4.1.2.9).
func extensible(tbs cryptobyte.String) bool {
	var extensions, list, ext cryptobyte.String
	var has bool
	if !tbs.SkipASN1(tags.SEQUENCE) || !tbs.SkipOptionalASN1(tags.Tag(1).ContextSpecific()) || !tbs.SkipOptionalASN1(tags.Tag(2).ContextSpecific()) ||
		!tbs.ReadOptionalASN1(&extensions, &has, tags.Tag(3).Constructed().ContextSpecific()) {
		return false
	}
	if has && !extensions.ReadASN1(&list, tags.SEQUENCE) {
		return false
	}
	for !list.Empty() {
		if !list.ReadASN1(&ext, tags.SEQUENCE) || !ext.SkipASN1(tags.OBJECT_IDENTIFIER) || !ext.SkipOptionalASN1(tags.BOOLEAN) || !ext.SkipASN1(tags.OCTET_STRING) {
			return false
		}
	}
	return true
}

// declared is the length that the first DER element of b has by its header, negative where the header is not whole.
func declared(b []byte) int {
	switch {
	case len(b) < 2:
		return -1
	case b[1] < 0x80:
		return 2 + int(b[1])
	}
	n, size := int(b[1]&0x7f), 0
	if n > 4 || 2+n > len(b) {
		return -1
	}
	for _, c := range b[2 : 2+n] {
		size = size<<8 | int(c)
	}
	return 2 + n + size
}

// attributeNames are the names by which rules know attribute types; others stand as their number.
var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST", "2.5.4.10": "O", "2.5.4.11": "OU", "1.2.840.113549.1.9.1": "Email",
	"0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID", "2.5.4.4": "surname", "2.5.4.5": "serialNumber", "2.5.4.9": "street",
	"2.5.4.12": "title", "2.5.4.13": "description", "2.5.4.15": "businessCategory", "2.5.4.17": "postalCode", "2.5.4.41": "name",
	"2.5.4.42": "givenName", "2.5.4.43": "initials", "2.5.4.44": "generationQualifier", "2.5.4.46": "dnQualifier", "2.5.4.65": "pseudonym",
	"2.5.4.97": "organizationIdentifier", "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
	"1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}

// rules writes a distinguished name in the order of the certificate, at most maxName bytes.
func rules(s cryptobyte.String) []byte {
	var out []byte
	var set, pair, value cryptobyte.String
	var oid asn1.ObjectIdentifier
	var tag tags.Tag
	for s.ReadASN1(&set, tags.SET) {
		sep := ", "
		for set.ReadASN1(&pair, tags.SEQUENCE) {
			if !pair.ReadASN1ObjectIdentifier(&oid) || !pair.ReadAnyASN1(&value, &tag) {
				continue
			}
			if len(out) > 0 {
				out = append(out, sep...)
			}
			sep = " + "
			name := attributeNames[oid.String()]
			if name == "" {
				name = oid.String()
			}
			out = append(append(append(out, name...), '='), text(tag, value)...)
			if len(out) > maxName {
				return out[:maxName]
			}
		}
	}
	return out
}

// text is the value of a string type in UTF-8; of others their hexadecimal form.
func text(tag tags.Tag, b []byte) []byte {
	switch tag {
	case tags.UTF8String, tags.PrintableString, tags.T61String, tags.IA5String, 18, 25, 26, 27: // NumericString, Graphic-, Visible-, GeneralString
		return b
	case 30: // BMPString
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		return []byte(string(utf16.Decode(u)))
	}
	return []byte("#" + hex.EncodeToString(b))
}

var oidAltNames = asn1.ObjectIdentifier{2, 5, 29, 17}

// altNames are the names of RFC 5280 §4.2.1.6; tbs stands behind the subject.
func altNames(tbs cryptobyte.String) (out []string) {
	var extensions, list, ext, value, names cryptobyte.String
	var has bool
	if !tbs.SkipASN1(tags.SEQUENCE) || !tbs.SkipOptionalASN1(tags.Tag(1).ContextSpecific()) || !tbs.SkipOptionalASN1(tags.Tag(2).ContextSpecific()) ||
		!tbs.ReadOptionalASN1(&extensions, &has, tags.Tag(3).Constructed().ContextSpecific()) || !has || !extensions.ReadASN1(&list, tags.SEQUENCE) {
		return nil
	}
	for list.ReadASN1(&ext, tags.SEQUENCE) {
		var oid asn1.ObjectIdentifier
		if !ext.ReadASN1ObjectIdentifier(&oid) || !oid.Equal(oidAltNames) {
			continue
		}
		if ext.SkipOptionalASN1(tags.BOOLEAN) && ext.ReadASN1(&value, tags.OCTET_STRING) && value.ReadASN1(&names, tags.SEQUENCE) {
			return generalNames(names)
		}
	}
	return nil
}

func generalNames(names cryptobyte.String) (out []string) {
	var value cryptobyte.String
	var tag tags.Tag
	for names.ReadAnyASN1(&value, &tag) && len(out) < maxAltNames {
		switch tag {
		case tags.Tag(1).ContextSpecific(), tags.Tag(2).ContextSpecific(), tags.Tag(6).ContextSpecific(): // mail, DNS, URI
			out = append(out, string(value[:min(len(value), maxName)]))
		case tags.Tag(7).ContextSpecific():
			if a, ok := netip.AddrFromSlice(value); ok {
				out = append(out, a.String())
			}
		}
	}
	return out
}

// maxAltNames bounds what rules see of a certificate; events carry fewer.
const maxAltNames = 256
