package wire

// Buffers of NTP (RFC 5905, RFC 9327).
const (
	NTPVersion     Buffer = baseNTP + iota
	NTPMode               // 3 client, 4 server …
	NTPStratum            // of modes 1 to 5
	NTPReferenceID        // 4 bytes, of modes 1 to 5
)

var ntpApps = []string{"ntp"}

var ntpModes = map[string]uint64{
	"reserved": 0, "symmetric_active": 1, "symmetric_passive": 2, "client": 3, "server": 4, "broadcast": 5, "control": 6, "private": 7,
}

var ntpBuffers = []Description{
	{ID: NTPVersion, Name: "ntp.version", Number: true, Bits: 8, Apps: ntpApps},
	{ID: NTPMode, Name: "ntp.mode", Number: true, Bits: 8, Enum: ntpModes, Apps: ntpApps},
	{ID: NTPStratum, Name: "ntp.stratum", Number: true, Bits: 8, Apps: ntpApps},
	{ID: NTPReferenceID, Name: "ntp.reference_id", Apps: ntpApps},
}
