package wire

// Buffers of LLMNR, as those of DNS.
const (
	LLMNRQueriesRRName Buffer = baseLLMNR + iota
	LLMNRAnswersRRName
	LLMNRAuthoritiesRRName
	LLMNRAdditionalsRRName
	LLMNRResponseRRName
	LLMNRFramePDU // a message, over TCP without its length
)

var llmnrApps = []string{"llmnr"}

var llmnrBuffers = []Description{
	{ID: LLMNRQueriesRRName, Name: "llmnr.queries.rrname", Apps: llmnrApps},
	{ID: LLMNRAnswersRRName, Name: "llmnr.answers.rrname", Apps: llmnrApps},
	{ID: LLMNRAuthoritiesRRName, Name: "llmnr.authorities.rrname", Apps: llmnrApps},
	{ID: LLMNRAdditionalsRRName, Name: "llmnr.additionals.rrname", Apps: llmnrApps},
	{ID: LLMNRResponseRRName, Name: "llmnr.response.rrname", Apps: llmnrApps},
	{ID: LLMNRFramePDU, Name: "frame:llmnr.pdu", Apps: llmnrApps},
}
