package wire

// Buffers of EtherNet/IP (CIP Volume 2 §2) and of CIP within it (CIP Volume 1 §2-4). Numbers that a message has
// several of, such as the services of a packet of many, have a field each.
const (
	ENIPCommand Buffer = baseENIP + iota
	ENIPStatus
	ENIPProtocolVersion
	ENIPVendorID // of an identity, as the following
	ENIPDeviceType
	ENIPProductCode
	ENIPRevision // major in the upper byte
	ENIPIdentityStatus
	ENIPSerial
	ENIPState
	ENIPProductName
	ENIPCapabilities // of a service
	ENIPServiceName
	CIPService // without the mark of an answer
	CIPClass
	CIPInstance
	CIPAttribute
	CIPStatus
	CIPExtendedStatus
	ENIPFramePDU
	ENIPFrameHdr
	ENIPFrameData
	ENIPFrameItem
	ENIPFrameCIP
)

var enipApps = []string{"enip"}

var enipCommands = map[string]uint64{
	"nop": 0, "list_services": 4, "list_identity": 0x63, "list_interfaces": 0x64, "register_session": 0x65, "unregister_session": 0x66,
	"send_rr_data": 0x6f, "send_unit_data": 0x70, "indicate_status": 0x72, "cancel": 0x73,
}

// enipStatus are the errors of the encapsulation (CIP Volume 2 §2-3.5).
var enipStatus = map[string]uint64{
	"success": 0, "invalid_cmd": 1, "no_resources": 2, "invalid_data": 3, "invalid_session": 0x64, "invalid_length": 0x65, "unsupported_prot_rev": 0x69,
	"encap_header_error": 0x6a,
}

var enipBuffers = []Description{
	{ID: ENIPCommand, Name: "enip_command", Old: []string{"enip.command"}, Number: true, Bits: 16, Enum: enipCommands, Apps: enipApps},
	{ID: ENIPStatus, Name: "enip.status", Number: true, Bits: 32, Enum: enipStatus, Apps: enipApps},
	{ID: ENIPProtocolVersion, Name: "enip.protocol_version", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPVendorID, Name: "enip.vendor_id", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPDeviceType, Name: "enip.device_type", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPProductCode, Name: "enip.product_code", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPRevision, Name: "enip.revision", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPIdentityStatus, Name: "enip.identity_status", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPSerial, Name: "enip.serial", Number: true, Bits: 32, Apps: enipApps},
	{ID: ENIPState, Name: "enip.state", Number: true, Bits: 8, Apps: enipApps},
	{ID: ENIPProductName, Name: "enip.product_name", Apps: enipApps},
	{ID: ENIPCapabilities, Name: "enip.capabilities", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPServiceName, Name: "enip.service_name", Apps: enipApps},
	{ID: CIPService, Name: "cip_service", Number: true, Bits: 8, Apps: enipApps},
	{ID: CIPClass, Name: "enip.cip_class", Number: true, Bits: 32, Apps: enipApps},
	{ID: CIPInstance, Name: "enip.cip_instance", Number: true, Bits: 32, Apps: enipApps},
	{ID: CIPAttribute, Name: "enip.cip_attribute", Number: true, Bits: 32, Apps: enipApps},
	{ID: CIPStatus, Name: "enip.cip_status", Number: true, Bits: 8, Apps: enipApps},
	{ID: CIPExtendedStatus, Name: "enip.cip_extendedstatus", Number: true, Bits: 16, Apps: enipApps},
	{ID: ENIPFramePDU, Name: "frame:enip.pdu", Apps: enipApps},
	{ID: ENIPFrameHdr, Name: "frame:enip.hdr", Apps: enipApps},
	{ID: ENIPFrameData, Name: "frame:enip.data", Apps: enipApps},
	{ID: ENIPFrameItem, Name: "frame:enip.enip.item", Apps: enipApps},
	{ID: ENIPFrameCIP, Name: "frame:enip.cip", Apps: enipApps},
}
