package geoip_test

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"

	"github.com/yagura-project/yagura/signature/geoip"
)

// database writes a small one and gives its name.
func database(t *testing.T, countries map[string]string) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoIP2-Country", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, code := range countries {
		record := mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}, "registered_country": mmdbtype.Map{"iso_code": mmdbtype.String("XX")}}
		_, at, err := net.ParseCIDR(network)
		if err == nil {
			err = tree.Insert(at, record)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "country.mmdb")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := tree.WriteTo(f); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestCountryOfAnAddress(t *testing.T) {
	db, err := geoip.Load(database(t, map[string]string{"203.0.113.0/24": "JP", "198.51.100.0/25": "DE", "2001:db8::/32": "FR"}))
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{"203.0.113.9": "JP", "198.51.100.127": "DE", "198.51.100.128": "", "2001:db8::1": "FR", "10.0.0.1": ""} {
		for range 2 { // the second time from what is remembered
			if got := db.Country(netip.MustParseAddr(address)); got != want {
				t.Errorf("%s: %q, want %q", address, got, want)
			}
		}
	}
}

func TestLookUpAllocatesNothing(t *testing.T) {
	db, err := geoip.Load(database(t, map[string]string{"203.0.113.0/24": "JP"}))
	if err != nil {
		t.Fatal(err)
	}
	a := netip.MustParseAddr("203.0.113.9")
	db.Country(a)
	if n := testing.AllocsPerRun(100, func() { db.Country(a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestWhatIsNoDatabase(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.mmdb")
	if err := os.WriteFile(name, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := geoip.Load(name); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("%v", err)
	}
	if db, err := geoip.Load(""); db != nil || err != nil {
		t.Error(db, err)
	}
}
