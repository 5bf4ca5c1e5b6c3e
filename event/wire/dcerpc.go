package wire

// Buffers of DCE/RPC over TCP and within pipes of SMB (C706). They come with a request (Orig), and with its answer (Resp) once more.
const (
	// DCERPCIface is dcerpc.iface: 19 bytes a time that the request's interface was bound to and granted: the UUID in the
	// order of its text, then the major version in big-endian order, then 1 where the fragment is the first of its
	// call and 0 where it is a later one, which only a rule with any_frag looks at.
	DCERPCIface    Buffer = baseDCERPC + iota
	DCERPCOpnum           // dcerpc.opnum
	DCERPCStubData        // dcerpc.stub_data: arguments of a request, or of an answer, all fragments together
	DCERPCFramePDU        // a whole fragment over TCP; the following are its parts
	DCERPCFrameHdr        // its 16 bytes of header
	DCERPCFrameData
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
	{ID: DCERPCStubData, Name: "dcerpc.stub_data", Old: []string{"dce_stub_data"}, Apps: dcerpcApps},
}
