package wire

// Buffers of DHCP (RFC 2131, RFC 2132); each message is a transaction of one direction. Times are in seconds.
const (
	DHCPLeaseTime     Buffer = baseDHCP + iota // dhcp.leasetime: option 51
	DHCPRenewalTime                            // dhcp.renewal_time: option 58
	DHCPRebindingTime                          // dhcp.rebinding_time: option 59
)

var dhcpApp = []string{"dhcp"}

var dhcpBuffers = []Description{
	{ID: DHCPLeaseTime, Name: "dhcp.leasetime", Number: true, Bits: 64, Apps: dhcpApp},
	{ID: DHCPRenewalTime, Name: "dhcp.renewal_time", Number: true, Bits: 64, Apps: dhcpApp},
	{ID: DHCPRebindingTime, Name: "dhcp.rebinding_time", Number: true, Bits: 64, Apps: dhcpApp},
}
