package wire

// Buffer names one kind of value that rules may look at. The upper byte is the protocol's group, the lower one counts within.
type Buffer uint16

// MaxBuffer is above all buffers.
const MaxBuffer = Buffer(len(groups)) << 8

// Description is what the rule language must know of a buffer. A buffer of bytes is a sticky buffer by its name; a
// numeric one takes the comparisons of integers ("5", ">5", "1-5", "!5", "[1,2]"), and Enum's words for values.
type Description struct {
	ID     Buffer
	Name   string            // as rules write it: "http.uri"
	Old    []string          // former spellings that may stand as a sticky buffer: "dns_query"
	Number bool              // numeric
	Bits   uint8             // of a number: 8, 16, 32 or 64
	Closed bool              // a range of it holds its ends, too
	Signed bool              // a number that may be below zero, in two's complement of Bits
	Enum   map[string]uint64 // words for numbers, lower-case
	Words  map[string]Word   // words that ask for a value of another numeric buffer of the same transaction, lower-case
	Apps   []string          // protocols of the rule header that have it; empty: any
	Dirs   [2]bool           // directions in which it may come; both false: both
}

// Word is a value of a numeric buffer that a word of a rule stands for.
type Word struct {
	Buffer Buffer
	N      uint64
}

// groups are the buffers of each protocol, in the order of their numbers. A protocol's file beside this one owns its group.
var groups = [...][]Description{
	generic, httpBuffers, http2Buffers, tlsBuffers, quicBuffers, dnsBuffers, smbBuffers, dcerpcBuffers, krb5Buffers, ldapBuffers,
	sshBuffers, smtpBuffers, ftpBuffers, sipBuffers, snmpBuffers, ntpBuffers, mqttBuffers, modbusBuffers, nfsBuffers, dhcpBuffers,
	rdpBuffers, rfbBuffers, tftpBuffers, mdnsBuffers, llmnrBuffers, websocketBuffers, ikeBuffers, mysqlBuffers, pgsqlBuffers, telnetBuffers,
	dnp3Buffers, enipBuffers, imapBuffers, popBuffers, otherBuffers,
}

// First numbers of the groups: the constants of a group count from its own.
const (
	baseGeneric Buffer = iota << 8
	baseHTTP
	baseHTTP2
	baseTLS
	baseQUIC
	baseDNS
	baseSMB
	baseDCERPC
	baseKRB5
	baseLDAP
	baseSSH
	baseSMTP
	baseFTP
	baseSIP
	baseSNMP
	baseNTP
	baseMQTT
	baseModbus
	baseNFS
	baseDHCP
	baseRDP
	baseRFB
	baseTFTP
	baseMDNS
	baseLLMNR
	baseWebSocket
	baseIKE
	baseMySQL
	basePgSQL
	baseTelnet
	baseDNP3
	baseENIP
	baseIMAP
	basePOP
	baseOther
)

// Descriptions are all buffers.
func Descriptions() []Description {
	var all []Description
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// Buffers of every protocol.
const (
	AppEvent   Buffer = baseGeneric + iota // name of an anomaly, see Tx.Event; rules ask by app-layer-event
	FileData                               // content of a file, decoded as its protocol says; Field.File is set
	FileName                               // rules ask by file.name, filename and fileext; Field.File is set
	FileMagic                              // what the file is, in words; rules ask by file.magic and filemagic; Field.File is set
	FileMD5                                // only for Inspector.Wants: some rule needs the digest in Field.File
	FileSHA1                               // as above
	FileSHA256                             // as above
)

var generic = []Description{
	{ID: FileData, Name: "file.data", Old: []string{"file_data"}},
	{ID: FileName, Name: "file.name"},
	{ID: FileMagic, Name: "file.magic"},
}
