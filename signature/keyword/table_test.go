package keyword

import (
	"strings"
	"testing"
)

// TestFault holds that a keyword that panics refuses its rule.
func TestFault(t *testing.T) {
	k := keyword{compile: func(*builder, string, string) error { panic("index out of range") }}
	if err := k.take(nil, "pcre", "x"); err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Error(err)
	}
}
