// Package all lists every log format that dissect/log knows.
package all

import (
	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/cef"
	"github.com/yagura-project/yagura/dissect/log/combined"
	"github.com/yagura-project/yagura/dissect/log/keyvalue"
	"github.com/yagura-project/yagura/dissect/log/leef"
	"github.com/yagura-project/yagura/dissect/log/squid"
	"github.com/yagura-project/yagura/dissect/log/tmef"
)

// Formats are in the order in which they are tried: TMEF before CEF, whose syntax it has; pairs of names and values last.
var Formats = []log.Format{squid.Format, combined.Format, tmef.Format, cef.Format, leef.Format, keyvalue.Format}
