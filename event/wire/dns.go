package wire

// Buffers of DNS, and DNS over HTTP/2.
const (
	DNSQuery Buffer = baseDNS + iota // name asked for, in dotted form, as sent
)

var dnsBuffers = []Description{
	{ID: DNSQuery, Name: "dns.query", Old: []string{"dns_query"}, Apps: []string{"dns", "doh2"}, Dirs: [2]bool{Orig: true}},
}
