package wire

// Buffers of Kerberos V5 (RFC 4120); each message is a transaction of one direction.
const (
	KRB5MsgType          Buffer = baseKRB5 + iota // krb5_msg_type: application tag
	KRB5ErrCode                                   // krb5_err_code: of a KRB-ERROR; negative ones in two's complement
	KRB5CName                                     // krb5.cname: a part of the client's name; of answers
	KRB5SName                                     // krb5.sname: a part of the service's name; of answers
	KRB5TicketEncryption                          // krb5.ticket_encryption: of the ticket in an answer; negative ones in two's complement of 32 bits
	KRB5TicketWeak                                // 1 where that is weak, else 0
)

var krb5App = []string{"krb5"}

var krb5Buffers = []Description{
	{ID: KRB5MsgType, Name: "krb5_msg_type", Old: []string{"krb5.msg_type"}, Number: true, Bits: 32, Apps: krb5App, Enum: krb5Types},
	{ID: KRB5ErrCode, Name: "krb5_err_code", Old: []string{"krb5.err_code"}, Number: true, Bits: 32, Signed: true, Apps: krb5App},
	{ID: KRB5CName, Name: "krb5.cname", Old: []string{"krb5_cname"}, Apps: krb5App, Dirs: toClient},
	{ID: KRB5SName, Name: "krb5.sname", Old: []string{"krb5_sname"}, Apps: krb5App, Dirs: toClient},
	{ID: KRB5TicketEncryption, Name: "krb5.ticket_encryption", Number: true, Bits: 32, Signed: true, Apps: krb5App, Dirs: toClient, Enum: krb5ETypes,
		Words: map[string]Word{"weak": {KRB5TicketWeak, 1}}},
	{ID: KRB5TicketWeak, Name: "krb5.ticket_weak", Number: true, Bits: 8, Apps: krb5App, Dirs: toClient},
}

// krb5Types are messages by their application tags (RFC 4120 §5.10).
var krb5Types = map[string]uint64{
	"as_req": 10, "as_rep": 11, "tgs_req": 12, "tgs_rep": 13, "ap_req": 14, "ap_rep": 15, "krb_safe": 20, "krb_priv": 21, "krb_cred": 22, "krb_error": 30,
}

// krb5ETypes are encryption types (RFC 3961 §8, IANA).
var krb5ETypes = map[string]uint64{
	"null": 0, "des-cbc-crc": 1, "des-cbc-md4": 2, "des-cbc-md5": 3, "des3-cbc-md5": 5, "des3-cbc-sha1": 7, "dsawithsha1-cmsoid": 9,
	"md5withrsaencryption-cmsoid": 10, "sha1withrsaencryption-cmsoid": 11, "rc2cbc-envoid": 12, "rsaencryption-envoid": 13,
	"rsaes-oaep-env-oid": 14, "des-ede3-cbc-env-oid": 15, "des3-cbc-sha1-kd": 16, "aes128-cts-hmac-sha1-96": 17, "aes256-cts-hmac-sha1-96": 18,
	"aes128-cts-hmac-sha256-128": 19, "aes256-cts-hmac-sha384-192": 20, "rc4-hmac": 23, "rc4-hmac-exp": 24,
	"camellia128-cts-cmac": 25, "camellia256-cts-cmac": 26, "subkey-keymaterial": 65, "rc4-md4": 0xffffff80, "rc4-hmac-old": 0xffffff7b, "rc4-hmac-old-exp": 0xffffff79,
}
