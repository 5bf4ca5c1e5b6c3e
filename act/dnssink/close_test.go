package dnssink

import (
	"testing"

	"github.com/miekg/dns"
)

// Who closes a Hand can open the next one at once: its addresses are free.
func TestAddressesAreFreeAfterClose(t *testing.T) {
	first := &servers{}
	if err := first.open("127.0.0.1:0", dns.NewServeMux(), nil); err != nil {
		t.Fatal(err)
	}
	at := first.all[1].PacketConn.LocalAddr().String()
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		s := &servers{}
		if err := s.open(at, dns.NewServeMux(), nil); err != nil {
			t.Fatal(err)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
	}
}
