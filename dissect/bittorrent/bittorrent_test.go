package bittorrent

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// says is a conversation by the words of the specification.
var says = []flowtest.Say{
	flowtest.Up("\x13BitTorrent protocol" + strings.Repeat("\x00", 8) + "hash of the torrent.-peer number 12345678"),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "bittorrent", 51413, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }

// asks are messages of the hash table as BEP 5 shows them, peers and nodes with addresses, and one that is broken.
var asks = []flowtest.Say{
	flowtest.Up("d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:v4:UT011:y1:qe"),
	flowtest.Down("d1:rd2:id20:abcdefghij01234567895:nodes26:mnopqrstuvwxyz123456\xc0\x00\x02\x07\x1a\xe15:token8:aoeusnth6:valuesl6:\xc0\x00\x02\x08\x1f\x90ee1:t2:aa1:y1:re"),
	flowtest.Up("d1:ad2:id20:abcdefghij012345678912:implied_porti1e4:porti6881ee1:q13:announce_peer1:t2:ab1:y1:qe"),
	flowtest.Down("d1:eli201e23:A Generic Error Ocurrede1:t2:ab1:y1:ee"),
	flowtest.Up("d1:ad2:id20:abcdefghij"),
}

func TestRecords(t *testing.T) {
	want := []string{
		"> {transaction_id:'6161' client_version:'55543031' request_type:'get_peers' request:{id:'6162636465666768696a30313233343536373839' info_hash:'6d6e6f707172737475767778797a313233343536'}}",
		"< {transaction_id:'6161' response:{id:'6162636465666768696a30313233343536373839' token:'616f6575736e7468' nodes:[{id:'6d6e6f707172737475767778797a313233343536' ip:'192.0.2.7' port:6881}] values:[{ip:'192.0.2.8' port:8080}]}}",
		"> {transaction_id:'6162' request_type:'announce_peer' request:{id:'6162636465666768696a30313233343536373839' implied_port:1 port:6881}}",
		"< {transaction_id:'6162' error:{num:201 msg:'A Generic Error Ocurred'}}",
	}
	if d := cmp.Diff(want, flowtest.Records(6881, true, asks, Protocol)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if got := flowtest.Odd(t, 6881, true, asks, Protocol); len(got) != 1 || got[0] != "bittorrent-dht.malformed_packet" {
		t.Errorf("anomalies %q", got)
	}
}

func FuzzTable(f *testing.F) { flowtest.Fuzz(f, Protocol, asks) }
