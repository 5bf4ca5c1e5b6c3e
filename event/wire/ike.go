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
)

var ikeApps = []string{"ike", "ikev2"}

var ikeBuffers = []Description{
	{ID: IKEInitSPI, Name: "ike.init_spi", Apps: ikeApps},
	{ID: IKERespSPI, Name: "ike.resp_spi", Apps: ikeApps},
	{ID: IKEExchange, Name: "ike.exchtype", Number: true, Bits: 8, Apps: ikeApps},
	{ID: IKEVendor, Name: "ike.vendor", Apps: ikeApps},
	{ID: IKEKeyExchange, Name: "ike.key_exchange_payload", Apps: ikeApps},
	{ID: IKEKeyExchangeLen, Name: "ike.key_exchange_payload_length", Number: true, Bits: 32, Apps: ikeApps},
	{ID: IKENonce, Name: "ike.nonce_payload", Apps: ikeApps},
	{ID: IKENonceLen, Name: "ike.nonce_payload_length", Number: true, Bits: 32, Apps: ikeApps},
}
