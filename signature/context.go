package signature

import (
	"encoding/json"
	"strings"

	"github.com/yagura-project/yagura/signature/content"
)

// maxCaught bounds one value of an alert's context.
const maxCaught = 4 << 10

// contextOf is what data sets knew of a value and patterns caught for the alert, as a JSON object; nil when there is nothing. Of two of one name the
// later one counts.
func contextOf(caught []content.Capture) []byte {
	if len(caught) == 0 {
		return nil
	}
	all := map[string]json.RawMessage{}
	for _, c := range caught {
		place, name, _ := strings.Cut(c.Name, ":")
		if len(c.Value) > maxCaught {
			continue
		}
		switch place {
		case "json":
			all[name] = json.RawMessage(c.Value)
		case "alert":
			if text, err := json.Marshal(latin(c.Value)); err == nil {
				all[name] = text
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	b, err := json.Marshal(all)
	if err != nil { // a set's line that is no JSON: it was read, so this does not come
		return nil
	}
	return b
}

// latin reads bytes as Latin-1 text, so that none is lost.
func latin(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}
