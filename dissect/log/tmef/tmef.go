// Package tmef reads alerts in Trend Micro's Event Format, as Deep Discovery products send it.
package tmef

import (
	"bytes"
	"errors"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/cef"
	"github.com/yagura-project/yagura/event"
)

// Format is TMEF: the syntax of CEF with keys of its own, which say whom the product holds for infected.
var Format = log.Format{Name: "tmef", Spec: "Trend Micro: Deep Discovery Inspector syslog content mapping guide, TMEF", Alert: Alert}

// names are CEF's and those of TMEF.
var names = func() log.Names {
	n := cef.Names
	n.Interested, n.InterestedMAC, n.InterestedHost = []string{"interestedIp"}, []string{"interestedMacAddress", "interestedMac"}, []string{"interestedHost"}
	n.Peer = []string{"peerIp", "peerIP"}
	n.User = []string{"interestedUser", "suser", "duser"}
	return n
}()

// own are keys that only TMEF has.
var own = []string{"interestedIp", "interestedHost", "peerIp", "deviceGUID", "deviceMacAddress", "pComp"}

// Alert reads one line.
func Alert(b []byte, c log.Clock) (*event.OtherAlert, error) {
	// Some releases write TMEF: where the guide says CEF:.
	if at := bytes.Index(b, []byte("TMEF:")); at >= 0 && !bytes.Contains(b, []byte("CEF:")) {
		b = append(append(bytes.Clone(b[:at]), "CEF:"...), b[at+len("TMEF:"):]...)
	}
	a, fields, err := cef.Parse(b, c)
	if err != nil {
		return nil, err
	}
	if fields.Get(own...) == "" {
		return nil, errors.New("none of TMEF's own keys in it (deviceGUID, interestedIp …); is it CEF?")
	}
	a.Format = "tmef"
	names.Fill(a, fields, c)
	// The event's name is a constant of the product; what was found stands in the rule's.
	if rule := fields.Get("ruleName", "threatName", "malName"); rule != "" {
		a.Name = rule
	}
	return a, nil
}
