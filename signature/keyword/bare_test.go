package keyword

import (
	"strings"
	"testing"
)

// TestKeywordsWithoutValue refuses what would be passed over: the value of a keyword that takes none.
func TestKeywordsWithoutValue(t *testing.T) {
	for _, options := range []string{`content:"abc"; nocase:5;`, `content:"abc"; startswith:offset 5;`, `content:"abc"; http_uri:raw;`, `content:"abc"; noalert:yes;`} {
		if _, err := compileOptions(t, "", options); err == nil || !strings.Contains(err.Error(), "takes no value") {
			t.Errorf("%s: %v", options, err)
		}
	}
}
