package ldaprecon

import (
	"testing"

	"github.com/yagura-project/yagura/event"
)

// TestWhich asks the same in other words, as those do who know what is looked for.
func TestWhich(t *testing.T) {
	for filter, want := range map[string]string{
		"(1.2.840.113556.1.4.771=*)":                                        "spn",
		"(OID.1.2.840.113556.1.4.771=*)":                                    "spn",
		"(servicePrincipalName=*/*)":                                        "spn",
		"(servicePrincipalName=MSSQLSvc/*)":                                 "",
		"(&(2.5.4.0=user)(oid.1.2.840.113556.1.4.150=1))":                   "admin_count",
		"(adminCount=01)":                                                   "admin_count",
		"(adminCount>=1)":                                                   "admin_count",
		"(adminCount=0)":                                                    "",
		"(1.2.840.113556.1.4.1787=*)":                                       "delegation",
		"(1.2.840.113556.1.4.8:1.2.840.113556.1.4.803:=4194304)":            "bits",
		"(userAccountControl:1.2.840.113556.1.4.804:=4194304)":              "bits",
		"(userAccountControl:1.2.840.113556.1.4.803:=00524288)":             "bits",
		"(userAccountControl:1.2.840.113556.1.4.803:=2)":                    "",
		"(1.2.840.113556.1.4.302=805306368)":                                "users",
		"(2.5.4.0=computer)":                                                "computers",
		"(&(objectClass=user)(1.2.840.113556.1.4.7710=*)(cn=2.5.4.0=user))": "",
	} {
		got := ""
		if q := which(&event.LDAPActivity{Filter: filter}); q >= 0 {
			got = questions[q].name
		}
		if got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
}
