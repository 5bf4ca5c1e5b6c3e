package encrypteddns

import "embed"

//go:embed testdata/attack-*.jsonl
var samples embed.FS
