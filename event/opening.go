package event

// Bounds of what is kept of first messages.
const (
	MaxOpeningOrig = 192 // bytes
	MaxOpeningResp = 64
)

// Opening is how a conversation in an unknown protocol began: the first segment of each side. It is for judgement
// only and never written anywhere, for it may hold passwords.
type Opening struct {
	Orig    string // beginning of the client's first segment, at most MaxOpeningOrig bytes; "" it has said nothing
	Resp    string // of the server's, at most MaxOpeningResp bytes
	OrigLen int    // bytes of the whole segment
	RespLen int
}
