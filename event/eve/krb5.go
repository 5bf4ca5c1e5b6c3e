package eve

import (
	"github.com/yagura-project/yagura/event"
)

// krb5 writes an answer of the key distribution centre, with what the question told. A question makes a line of its own only when
// nobody has answered it, for Suricata's readers count lines as logons.
func (w *Encoder) krb5(e *event.Authentication) {
	if e.Protocol == "ldap" {
		w.ldapBind(e)
	}
	if e.Protocol != "kerberos" {
		return
	}
	if w.settled(e) {
		w.krbLine(e)
	}
}

func (w *Encoder) krbLine(e *event.Authentication) {
	kind := krbMessages[e.Message]
	if kind == "" || !w.begin(KRB5, &e.Header, &e.Conn, forward) {
		return
	}
	w.krbObject(e, kind)
	w.finish()
}

// logon writes the object of an alert about a logon, and gives its name; "" for protocols that have none.
func (w *Encoder) logon(e *event.Authentication) string {
	kind := krbMessages[e.Message]
	if e.Protocol != "kerberos" || kind == "" {
		return ""
	}
	w.krbObject(e, kind)
	return "krb5"
}

func (w *Encoder) krbObject(e *event.Authentication, kind string) {
	o := &w.o
	o.open("krb5")
	o.str("msg_type", kind)
	o.str("cname", orEmpty(e.User))
	o.str("realm", orEmpty(e.Domain))
	o.str("sname", orEmpty(e.Service))
	switch {
	case e.Message == "AS-REQ" || e.Message == "TGS-REQ":
		o.str("encryption", "<none>")
		o.flag("weak_encryption", false)
	case e.Message == "KRB-ERROR":
		o.text("failed_request", krbFailed(e))
		w.krbError(e.Error)
		o.str("encryption", "<none>")
		o.flag("weak_encryption", false)
	default:
		name := etypeName(e.TicketEType)
		o.str("encryption", name)
		o.flag("weak_encryption", weak(e.TicketEType))
		if e.TicketEType != 0 {
			o.str("ticket_encryption", name)
			o.flag("ticket_weak_encryption", weak(e.TicketEType))
		}
	}
	o.close()
}

// maxAsked bounds the questions that are kept; one more is not written.
const maxAsked = 1 << 12

// settled keeps a question until it is answered, and lets go what is to be written now.
func (w *Encoder) settled(e *event.Authentication) bool {
	switch e.Message {
	case "AS-REQ", "TGS-REQ":
		w.unanswered(e.FlowID)
		if len(w.asked) < maxAsked {
			w.asked[e.FlowID] = e
		}
		return false
	case "AS-REP", "TGS-REP", "KRB-ERROR":
		delete(w.asked, e.FlowID)
	}
	return true
}

// unanswered writes the question that a flow has left open.
func (w *Encoder) unanswered(flow uint64) {
	if len(w.asked) == 0 {
		return
	}
	if q := w.asked[flow]; q != nil {
		delete(w.asked, flow)
		w.krbLine(q)
	}
}

var krbMessages = map[string]string{"AS-REQ": "KRB_AS_REQ", "TGS-REQ": "KRB_TGS_REQ", "AS-REP": "KRB_AS_REP", "TGS-REP": "KRB_TGS_REP", "KRB-ERROR": "KRB_ERROR"}

func orEmpty(s string) string {
	if s == "" {
		return "<empty>"
	}
	return s
}

// krbFailed names the request that was refused; one for a ticket-granting ticket asks for krbtgt.
func krbFailed(e *event.Authentication) string {
	switch {
	case e.Service == "":
		return ""
	case len(e.Service) >= 6 && e.Service[:6] == "krbtgt":
		return "KRB_AS_REQ"
	}
	return "KRB_TGS_REQ"
}

func (w *Encoder) krbError(code int) {
	if name := krbErrors[code]; name != "" {
		w.o.str("error_code", name)
		return
	}
	w.o.key("error_code")
	w.o.b = append(w.o.b, '"')
	w.o.b = number(w.o.b, uint64(max(code, 0)))
	w.o.b = append(w.o.b, '"')
}

// krbErrors are codes of RFC 4120 §7.5.9 and their names.
var krbErrors = map[int]string{
	0: "KDC_ERR_NONE", 1: "KDC_ERR_NAME_EXP", 2: "KDC_ERR_SERVICE_EXP", 3: "KDC_ERR_BAD_PVNO", 4: "KDC_ERR_C_OLD_MAST_KVNO", 5: "KDC_ERR_S_OLD_MAST_KVNO",
	6: "KDC_ERR_C_PRINCIPAL_UNKNOWN", 7: "KDC_ERR_S_PRINCIPAL_UNKNOWN", 8: "KDC_ERR_PRINCIPAL_NOT_UNIQUE", 9: "KDC_ERR_NULL_KEY", 10: "KDC_ERR_CANNOT_POSTDATE",
	11: "KDC_ERR_NEVER_VALID", 12: "KDC_ERR_POLICY", 13: "KDC_ERR_BADOPTION", 14: "KDC_ERR_ETYPE_NOSUPP", 15: "KDC_ERR_SUMTYPE_NOSUPP", 16: "KDC_ERR_PADATA_TYPE_NOSUPP",
	17: "KDC_ERR_TRTYPE_NOSUPP", 18: "KDC_ERR_CLIENT_REVOKED", 19: "KDC_ERR_SERVICE_REVOKED", 20: "KDC_ERR_TGT_REVOKED", 21: "KDC_ERR_CLIENT_NOTYET",
	22: "KDC_ERR_SERVICE_NOTYET", 23: "KDC_ERR_KEY_EXPIRED", 24: "KDC_ERR_PREAUTH_FAILED", 25: "KDC_ERR_PREAUTH_REQUIRED", 26: "KDC_ERR_SERVER_NOMATCH",
	27: "KDC_ERR_MUST_USE_USER2USER", 28: "KDC_ERR_PATH_NOT_ACCEPTED", 29: "KDC_ERR_SVC_UNAVAILABLE", 31: "KRB_AP_ERR_BAD_INTEGRITY", 32: "KRB_AP_ERR_TKT_EXPIRED",
	33: "KRB_AP_ERR_TKT_NYV", 34: "KRB_AP_ERR_REPEAT", 35: "KRB_AP_ERR_NOT_US", 36: "KRB_AP_ERR_BADMATCH", 37: "KRB_AP_ERR_SKEW", 38: "KRB_AP_ERR_BADADDR",
	39: "KRB_AP_ERR_BADVERSION", 40: "KRB_AP_ERR_MSG_TYPE", 41: "KRB_AP_ERR_MODIFIED", 42: "KRB_AP_ERR_BADORDER", 44: "KRB_AP_ERR_BADKEYVER", 45: "KRB_AP_ERR_NOKEY",
	46: "KRB_AP_ERR_MUT_FAIL", 47: "KRB_AP_ERR_BADDIRECTION", 48: "KRB_AP_ERR_METHOD", 49: "KRB_AP_ERR_BADSEQ", 50: "KRB_AP_ERR_INAPP_CKSUM", 51: "KRB_AP_PATH_NOT_ACCEPTED",
	52: "KRB_ERR_RESPONSE_TOO_BIG", 60: "KRB_ERR_GENERIC", 61: "KRB_ERR_FIELD_TOOLONG", 62: "KDC_ERROR_CLIENT_NOT_TRUSTED", 63: "KDC_ERROR_KDC_NOT_TRUSTED",
	64: "KDC_ERROR_INVALID_SIG", 65: "KDC_ERR_KEY_TOO_WEAK", 66: "KDC_ERR_CERTIFICATE_MISMATCH", 67: "KRB_AP_ERR_NO_TGT", 68: "KDC_ERR_WRONG_REALM",
}

// etypes are the names of encryption types (RFC 3961 §8 and successors).
var etypes = map[int32]string{
	1: "des-cbc-crc", 2: "des-cbc-md4", 3: "des-cbc-md5", 5: "des3-cbc-md5", 7: "des3-cbc-sha1", 9: "dsaWithSHA1-CmsOID", 10: "md5WithRSAEncryption-CmsOID",
	11: "sha1WithRSAEncryption-CmsOID", 12: "rc2CBC-EnvOID", 13: "rsaEncryption-EnvOID", 14: "rsaES-OAEP-ENV-OID", 15: "des-ede3-cbc-Env-OID", 16: "des3-cbc-sha1-kd",
	17: "aes128-cts-hmac-sha1-96", 18: "aes256-cts-hmac-sha1-96", 19: "aes128-cts-hmac-sha256-128", 20: "aes256-cts-hmac-sha384-192", 23: "rc4-hmac", 24: "rc4-hmac-exp",
	25: "camellia128-cts-cmac", 26: "camellia256-cts-cmac",
}

func etypeName(e int32) string {
	switch name := etypes[e]; {
	case name != "":
		return name
	case e == 0:
		return "<none>"
	}
	return "unknown"
}

// weak types are those of single DES and of RC4.
func weak(e int32) bool {
	switch e {
	case 1, 2, 3, 5, 7, 23, 24:
		return true
	}
	return false
}
