package wire

// Buffers of mDNS, as those of DNS. Requests and announcements both go from client to server, for neither is an answer
// to the sender.
const (
	MDNSQueriesRRName Buffer = baseMDNS + iota
	MDNSAnswersRRName
	MDNSAuthoritiesRRName
	MDNSAdditionalsRRName
	MDNSResponseRRName
	MDNSFramePDU // a message
)

var mdnsApps = []string{"mdns"}

var mdnsBuffers = []Description{
	{ID: MDNSQueriesRRName, Name: "mdns.queries.rrname", Apps: mdnsApps},
	{ID: MDNSAnswersRRName, Name: "mdns.answers.rrname", Apps: mdnsApps},
	{ID: MDNSAuthoritiesRRName, Name: "mdns.authorities.rrname", Apps: mdnsApps},
	{ID: MDNSAdditionalsRRName, Name: "mdns.additionals.rrname", Apps: mdnsApps},
	{ID: MDNSResponseRRName, Name: "mdns.response.rrname", Apps: mdnsApps},
	{ID: MDNSFramePDU, Name: "frame:mdns.pdu", Apps: mdnsApps},
}
