package event

import (
	"time"

	"github.com/yagura-project/yagura/event/tree"
)

// Alert is a rule that matched one packet (Suricata's alert record). Repeats are not folded.
type Alert struct {
	Header
	Conn                                       // Src sent the packet
	ToServer               bool                // the packet went to the flow's server
	Action                 string              // "allowed", or "blocked" where the rule says drop or reject: seen as a verdict, nothing is done
	GID                    uint32              // 1 unless the rule says otherwise
	SID, Rev               uint32              //
	Message                string              // msg
	Category               string              // description of the rule's classtype, "" when it has none
	Priority               int                 // 1 (worst) … 255
	Refs                   []string            // references as URLs
	Metadata               map[string][]string // the rule's metadata, by key; shared between alerts: never changed
	Target                 string              // "src_ip", "dest_ip" or ""
	Context                []byte              // a JSON object: what data sets and patterns of the rule knew or caught; nil: nothing
	App                    string              // application protocol of the flow, as rules name it
	Orig                   Volume              // of the flow up to now, client to server
	Resp                   Volume              // server to client
	Start                  time.Time           // of the flow; zero without one
	ClientPort, ServerPort uint16
	Facts                  []tree.Node // what the transaction held, in the shape of EVE: http{hostname}, tls{sni} …
	Of                     Event       // what the transaction is, for protocols whose parsers tell; Facts then has the rest. nil: nothing
	From                   string      // where the packet came from, in the words of EVE: "wire/pcap", "ipv4 tunnel" …
	Tunnel                 *Conn       // of the packet that carried it; nil: none. Src sent it; no flow
	Depth                  int         // packets that carried one another around it
	TxID                   int64       // transaction, -1 = none
	Packet                 uint64      // number of the packet in its capture, from 1
	Stream                 bool        // the stream matched, not the packet alone
	Payload                []byte      // of the packet, at most 4 KiB; nil unless asked for
	Frame                  []byte      // the packet itself, likewise
}

// Class is 2004.
func (*Alert) Class() Class { return ClassDetectionFinding }
