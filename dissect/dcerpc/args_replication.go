package dcerpc

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/yagura-project/yagura/dissect/utf16le"
)

// Replication: MS-DRSR §4.1. Servers ask for privacy as a rule; what is read here was sent without.
var drsuapiReaders = map[string]reader{
	"DRSGetNCChanges":   ncChanges,
	"DRSReplicaSync":    distinguished("nc"),
	"DRSReplicaAdd":     distinguished("nc"),
	"DRSReplicaDel":     distinguished("nc"),
	"DRSUpdateRefs":     distinguished("nc"),
	"DRSVerifyNames":    distinguished("name"),
	"DRSAddEntry":       distinguished("name"),
	"DRSRemoveDsServer": distinguished("name"),
}

// flagsAt is where the flags of a DRS_MSG_GETCHGREQ stand in NDR: behind handle, version and switch, two UUIDs, the pointer
// to the naming context, a vector of update numbers and the pointer to another (§4.1.10.2.4, §4.1.10.2.7).
const flagsAt = 100

// ncChanges reads §4.1.10.1: which naming context is asked for, and how.
func ncChanges(r *ndr, a args) {
	distinguished("nc")(r, a)
	if r.bad || r.wide || len(r.b) < flagsAt+4 {
		return
	}
	if v := binary.LittleEndian.Uint32(r.b[20:]); v == 5 || v == 8 || v == 10 {
		a.put("flags", fmt.Sprintf("%#x", binary.LittleEndian.Uint32(r.b[flagsAt:])))
	}
}

// distinguished finds the name within a DSNAME (§5.50): the first text that begins as distinguished names do.
func distinguished(key string) reader {
	return func(r *ndr, a args) {
		for at := 0; at+6 <= len(r.b); at += 2 {
			if r.b[at+5] == 0 && r.b[at+4] == '=' && r.b[at+1]|r.b[at+3] == 0 && slices.Contains([]string{"DC", "CN", "OU"}, string([]byte{r.b[at], r.b[at+2]})) {
				a.put(key, utf16le.Text(r.b[at:], 1024))
				return
			}
		}
		r.bad = true
	}
}
