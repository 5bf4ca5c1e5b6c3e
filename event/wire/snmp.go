package wire

// Buffers of SNMP (RFC 1157, RFC 3416, RFC 3412).
const (
	SNMPVersion     Buffer = baseSNMP + iota // 1, 2, 3
	SNMPCommunity                            // versions 1 and 2
	SNMPUSM                                  // user name of version 3
	SNMPPDUType                              // 0 get_request … 8 report
	SNMPTrapType                             // generic-trap of version 1
	SNMPTrapOID                              // enterprise of a trap of version 1
	SNMPTrapAddress                          // agent-addr of one
)

var snmpApps = []string{"snmp"}

var snmpPDUs = map[string]uint64{
	"get_request": 0, "get_next_request": 1, "response": 2, "set_request": 3, "trap_v1": 4, "get_bulk_request": 5, "inform_request": 6,
	"trap_v2": 7, "report": 8,
}

var snmpTraps = map[string]uint64{
	"cold_start": 0, "coldstart": 0, "warm_start": 1, "warmstart": 1, "link_down": 2, "linkdown": 2, "link_up": 3, "linkup": 3,
	"authentication_failure": 4, "authenticationfailure": 4, "egp_neighbor_loss": 5, "egpneighborloss": 5, "enterprise_specific": 6, "enterprisespecific": 6,
}

var snmpBuffers = []Description{
	{ID: SNMPVersion, Name: "snmp.version", Number: true, Bits: 32, Apps: snmpApps},
	{ID: SNMPCommunity, Name: "snmp.community", Apps: snmpApps},
	{ID: SNMPUSM, Name: "snmp.usm", Apps: snmpApps},
	{ID: SNMPPDUType, Name: "snmp.pdu_type", Number: true, Bits: 32, Enum: snmpPDUs, Apps: snmpApps},
	{ID: SNMPTrapType, Name: "snmp.trap_type", Number: true, Bits: 8, Enum: snmpTraps, Apps: snmpApps},
	{ID: SNMPTrapOID, Name: "snmp.trap_oid", Apps: snmpApps},
	{ID: SNMPTrapAddress, Name: "snmp.trap_address", Apps: snmpApps},
}
