// Package zabbix recognises Zabbix, by which machines are watched.
package zabbix

import (
	"github.com/yagura-project/yagura/dissect"
)

// Protocol is Zabbix on any port.
var Protocol = dissect.Protocol{
	Name:     "zabbix",
	Spec:     "Zabbix manual, header and data length",
	TCP:      []uint16{10050, 10051},
	Anywhere: true,
	Probe:    probe,
	Stream:   dissect.Named,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp {
		return dissect.No
	}
	return dissect.Prefix(b, "ZBXD")
}
