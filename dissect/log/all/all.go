// Package all lists every log format that dissect/log knows.
package all

import (
	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/squid"
)

// Formats are in the order of their folders.
var Formats = []log.Format{squid.Format}
