package otheralert

import "embed"

// samples need no rules: the self-test fires them under whatever configuration there is.
//
//go:embed testdata/attack-rated.jsonl
var samples embed.FS
