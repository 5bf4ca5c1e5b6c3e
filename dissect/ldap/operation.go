package ldap

// operation is what an application tag stands for.
type operation struct {
	name     string // as events call it; "" where they do not
	response bool
	last     bool // of the answers: no more follow
	result   bool // has an LDAPResult
	alone    bool // a request without answer
}

// Tags of operations (RFC 4511 §4.2–§4.13): class, form and number as they stand on the wire.
const (
	tagBindRequest      = 0x60
	tagBindResponse     = 0x61
	tagUnbindRequest    = 0x42
	tagSearchRequest    = 0x63
	tagSearchEntry      = 0x64
	tagSearchDone       = 0x65
	tagModifyRequest    = 0x66
	tagModifyResponse   = 0x67
	tagAddRequest       = 0x68
	tagAddResponse      = 0x69
	tagDelRequest       = 0x4a
	tagDelResponse      = 0x6b
	tagModDNRequest     = 0x6c
	tagModDNResponse    = 0x6d
	tagCompareRequest   = 0x6e
	tagCompareResponse  = 0x6f
	tagAbandonRequest   = 0x50
	tagAbandon2         = 0x70 // the same as some constructed encoders write it
	tagSearchReference  = 0x73
	tagExtendedRequest  = 0x77
	tagExtendedResponse = 0x78
	tagIntermediate     = 0x79
)

var operations = map[byte]*operation{
	tagBindRequest:      {},
	tagBindResponse:     {response: true, last: true, result: true},
	tagUnbindRequest:    {alone: true},
	tagSearchRequest:    {name: "search"},
	tagSearchEntry:      {response: true},
	tagSearchDone:       {response: true, last: true, result: true},
	tagModifyRequest:    {name: "modify"},
	tagModifyResponse:   {response: true, last: true, result: true},
	tagAddRequest:       {name: "add"},
	tagAddResponse:      {response: true, last: true, result: true},
	tagDelRequest:       {name: "delete"},
	tagDelResponse:      {response: true, last: true, result: true},
	tagModDNRequest:     {name: "rename"},
	tagModDNResponse:    {response: true, last: true, result: true},
	tagCompareRequest:   {name: "compare"},
	tagCompareResponse:  {response: true, last: true, result: true},
	tagAbandonRequest:   {alone: true},
	tagAbandon2:         {alone: true},
	tagSearchReference:  {response: true},
	tagExtendedRequest:  {name: "extended"},
	tagExtendedResponse: {response: true, last: true, result: true},
	tagIntermediate:     {response: true},
}

// number is the application tag without class and form, as rules ask for it.
func number(tag byte) uint64 { return uint64(tag & 0x1f) }
