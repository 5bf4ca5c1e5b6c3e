package ldap

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

const openldap = "testdata/ldap-openldap.pcap.gz"

func TestGolden(t *testing.T) {
	flowtest.Golden(t, openldap, Protocol)
	flowtest.GoldenFields(t, openldap, Protocol)
}

func TestConform(t *testing.T) { flowtest.Conform(t, openldap, Protocol) }

// TestSigned wants a search that a security layer wraps but does not encrypt.
func TestSigned(t *testing.T) {
	res, err := flowtest.Replay(samples.Path(t, "pcap/discovery/otrf-covenant_getdomaingroup_ldap_searchrequest_domain_admins_2020-09-22141.pcap"), Protocol)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range res.Events {
		if s, ok := e.(*event.LDAPActivity); ok && strings.Contains(s.Filter, "omain Admins") {
			return
		}
	}
	t.Errorf("no search for the domain's administrators among %d events", len(res.Events))
}

// TestPassword wants no password in anything that is told.
func TestPassword(t *testing.T) {
	res, err := flowtest.Replay(openldap, Protocol)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(flowtest.Lines(t, res.Events)); strings.Contains(s, "himitsu") {
		t.Error("a password is told")
	}
}

// TestCLDAP reads how a Windows machine looks for a domain controller (MS-ADTS §6.3.3).
func TestCLDAP(t *testing.T) {
	ask := "\x30\x33\x02\x01\x01\x63\x2e\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00" +
		"\xa0\x0f\xa3\x0d\x04\x05NtVer\x04\x04\x06\x00\x00\x00\x30\x0a\x04\x08netlogon"
	answer := "\x30\x17\x02\x01\x01\x64\x12\x04\x00\x30\x0e\x30\x0c\x04\x08netlogon\x31\x00" + "\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00"
	var got []event.Event
	d := newDatagrams(&dissect.Flow{Emit: func(e event.Event) { got = append(got, e) }})
	for dir, b := range []string{ask, answer} {
		if err := d.Datagram(dissect.Dir(dir), []byte(b)); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != 1 {
		t.Fatalf("%d events", len(got))
	}
	e := got[0].(*event.LDAPActivity)
	if e.Filter != `(&(NtVer=\06\00\00\00))` || e.Entries != 1 || !e.Answered || !e.UDP {
		t.Errorf("%+v", e)
	}
}

func FuzzStream(f *testing.F) {
	flowtest.FuzzLossy(f, Protocol, flowtest.Saying("ldap.invalid_data"), flowtest.Talks(f, Protocol, openldap)...)
}
