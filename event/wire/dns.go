package wire

// Buffers of DNS, and DNS over HTTP/2. Names are in dotted form, as sent, without a dot at the end.
const (
	DNSQuery             Buffer = baseDNS + iota // names asked for, in requests
	DNSQueriesRRName                             // names of the question section, either way
	DNSAnswersRRName                             // names of the answer section
	DNSAuthoritiesRRName                         // of the authority section
	DNSAdditionalsRRName                         // of the additional section
	DNSResponseRRName                            // all names in a response, also those in the data of records
	DNSOpcode
	DNSRCode
	DNSFramePDU // a message, over TCP without its length
	DNSRRType   // of the questions of a request, of the answers of a response
)

var dnsApps = []string{"dns", "doh2"}

var dnsRCodes = map[string]uint64{
	"noerror": 0, "formerr": 1, "servfail": 2, "nxdomain": 3, "notimp": 4, "refused": 5, "yxdomain": 6, "yxrrset": 7, "nxrrset": 8, "notauth": 9,
	"notzone": 10, "badvers": 16, "badsig": 16, "badkey": 17, "badtime": 18, "badmode": 19, "badname": 20, "badalg": 21, "badtrunc": 22,
}

var dnsTypes = map[string]uint64{
	"a": 1, "ns": 2, "md": 3, "mf": 4, "cname": 5, "soa": 6, "mb": 7, "mg": 8, "mr": 9, "null": 10, "wks": 11, "ptr": 12, "hinfo": 13, "minfo": 14,
	"mx": 15, "txt": 16, "rp": 17, "afsdb": 18, "x25": 19, "isdn": 20, "rt": 21, "nsap": 22, "nsapptr": 23, "sig": 24, "key": 25, "px": 26,
	"gpos": 27, "aaaa": 28, "loc": 29, "nxt": 30, "srv": 33, "atma": 34, "naptr": 35, "kx": 36, "cert": 37, "a6": 38, "dname": 39, "opt": 41,
	"apl": 42, "ds": 43, "sshfp": 44, "ipseckey": 45, "rrsig": 46, "nsec": 47, "dnskey": 48, "dhcid": 49, "nsec3": 50, "nsec3param": 51,
	"tlsa": 52, "hip": 55, "cds": 59, "cdnskey": 60, "openpgpkey": 61, "csync": 62, "zonemd": 63, "svcb": 64, "https": 65, "spf": 99,
	"tkey": 249, "tsig": 250, "ixfr": 251, "axfr": 252, "mailb": 253, "maila": 254, "any": 255, "uri": 256, "caa": 257,
}

var dnsBuffers = []Description{
	{ID: DNSFramePDU, Name: "frame:dns.pdu", Apps: dnsApps},
	{ID: DNSQuery, Name: "dns.query", Old: []string{"dns_query"}, Apps: dnsApps, Dirs: fromOrig},
	{ID: DNSQueriesRRName, Name: "dns.queries.rrname", Old: []string{"dns.query.name"}, Apps: dnsApps},
	{ID: DNSAnswersRRName, Name: "dns.answers.rrname", Old: []string{"dns.answer.name"}, Apps: dnsApps, Dirs: fromResp},
	{ID: DNSAuthoritiesRRName, Name: "dns.authorities.rrname", Apps: dnsApps},
	{ID: DNSAdditionalsRRName, Name: "dns.additionals.rrname", Apps: dnsApps},
	{ID: DNSResponseRRName, Name: "dns.response.rrname", Apps: dnsApps, Dirs: fromResp},
	{ID: DNSOpcode, Name: "dns.opcode", Number: true, Bits: 8, Apps: dnsApps},
	{ID: DNSRCode, Name: "dns.rcode", Number: true, Bits: 16, Enum: dnsRCodes, Apps: dnsApps},
	{ID: DNSRRType, Name: "dns.rrtype", Number: true, Bits: 16, Enum: dnsTypes, Apps: dnsApps},
}
