package wire

// Buffers of IKE (RFC 2408, RFC 7296). Each message is a transaction of its own.
const (
	IKEInitSPI        Buffer = baseIKE + iota // lower-case hex
	IKERespSPI                                // lower-case hex
	IKEExchange                               // exchange type
	IKEVendor                                 // vendor identification, lower-case hex, one field each
	IKEKeyExchange                            // the content of the key exchange payload
	IKEKeyExchangeLen                         // its bytes
	IKENonce                                  // the content of the nonce payload
	IKENonceLen                               // its bytes
	IKEChosen                                 // an attribute of what the responder chose: its kind in the upper 32 bits, its value below
)

var ikeApps = []string{"ike", "ikev2"}

// IKEAttributes are the words for the kinds of IKEChosen: those of version 1 (RFC 2409 Appendix A), by their numbers there.
var IKEAttributes = map[string]uint64{
	"alg_enc": 1, "alg_hash": 2, "alg_auth": 3, "alg_dh": 4, "sa_group_type": 5, "sa_life_type": 11, "sa_life_duration": 12, "alg_prf": 13,
	"sa_key_length": 14, "sa_field_size": 15,
}

var ikeBuffers = []Description{
	{ID: IKEInitSPI, Name: "ike.init_spi", Apps: ikeApps},
	{ID: IKERespSPI, Name: "ike.resp_spi", Apps: ikeApps},
	{ID: IKEExchange, Name: "ike.exchtype", Number: true, Bits: 8, Apps: ikeApps},
	{ID: IKEVendor, Name: "ike.vendor", Apps: ikeApps},
	{ID: IKEKeyExchange, Name: "ike.key_exchange_payload", Apps: ikeApps},
	{ID: IKEKeyExchangeLen, Name: "ike.key_exchange_payload_length", Number: true, Bits: 32, Apps: ikeApps},
	{ID: IKENonce, Name: "ike.nonce_payload", Apps: ikeApps},
	{ID: IKEChosen, Name: "ike.chosen_sa_attribute", Number: true, Bits: 64, Apps: ikeApps},
	{ID: IKENonceLen, Name: "ike.nonce_payload_length", Number: true, Bits: 32, Apps: ikeApps},
}
