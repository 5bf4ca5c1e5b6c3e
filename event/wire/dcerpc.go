package wire

// Buffers of DCE/RPC over TCP and within pipes of SMB (C706). They come with a request (Orig), and with its answer (Resp) once more.
const (
	// DCERPCIface is dcerpc.iface: 19 bytes a time that the request's interface was bound to and granted: the UUID in the
	// order of its text, then the major version in big-endian order, then 1 where the request begins with the first
	// fragment of its call and 0 where with a later one, which only a rule with any_frag looks at.
	DCERPCIface    Buffer = baseDCERPC + iota
	DCERPCOpnum           // dcerpc.opnum
	DCERPCStubData        // dcerpc.stub_data: arguments of a request, or of an answer, all fragments together
	DCERPCFramePDU        // a whole fragment over TCP; the following are its parts
	DCERPCFrameHdr        // its 16 bytes of header
	DCERPCFrameData
	DCERPCType       // dcerpc.ptype: what a fragment is, the first of a request or an answer, binds and their answers included
	DCERPCFlags      // dcerpc.flags of the same fragment; over UDP the second byte of flags above the first
	DCERPCHead       // dcerpc.hdr: its header, 16 bytes over TCP and within pipes, 80 over UDP
	DCERPCFragmented // dcerpc.is_fragmented: 1 where a request or an answer comes in several fragments
)

// IfaceLen is how many bytes DCERPCIface has.
const IfaceLen = 19

var dcerpcApps = []string{"dcerpc", "smb"}

var dcerpcBuffers = []Description{
	{ID: DCERPCIface, Name: "dcerpc.iface", Old: []string{"dce_iface"}, Apps: dcerpcApps},
	{ID: DCERPCOpnum, Name: "dcerpc.opnum", Old: []string{"dce_opnum"}, Number: true, Bits: 16, Apps: dcerpcApps},
	{ID: DCERPCFramePDU, Name: "frame:dcerpc.pdu", Apps: dcerpcApps[:1]},
	{ID: DCERPCFrameHdr, Name: "frame:dcerpc.hdr", Apps: dcerpcApps[:1]},
	{ID: DCERPCFrameData, Name: "frame:dcerpc.data", Apps: dcerpcApps[:1]},
	{ID: DCERPCType, Name: "dcerpc.ptype", Number: true, Bits: 8, Apps: dcerpcApps},
	{ID: DCERPCFlags, Name: "dcerpc.flags", Number: true, Bits: 16, Apps: dcerpcApps},
	{ID: DCERPCHead, Name: "dcerpc.hdr", Apps: dcerpcApps},
	{ID: DCERPCFragmented, Name: "dcerpc.is_fragmented", Number: true, Bits: 8, Apps: dcerpcApps,
		Enum: map[string]uint64{"yes": 1, "true": 1, "no": 0, "false": 0}},
	{ID: DCERPCStubData, Name: "dcerpc.stub_data", Old: []string{"dce_stub_data"}, Apps: dcerpcApps},
}
