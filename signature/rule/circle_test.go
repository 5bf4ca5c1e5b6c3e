package rule

import (
	"strings"
	"testing"
)

// TestVariablesInCircles names a variable of the circle, and soon, however often the variables name each other.
func TestVariablesInCircles(t *testing.T) {
	vars := map[string]string{"A": "[$B,$B,$B,$B]", "B": "[!$A,$A,$A]", "C": "$C"}
	for _, text := range []string{"$A", "[10.0.0.0/8,$B]", "!$C"} {
		if _, err := ParseAddresses(text, vars); err == nil || !strings.Contains(err.Error(), "does a variable name itself") || !strings.Contains(err.Error(), "$") {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := ParsePorts(text, vars); err == nil {
			t.Errorf("ports %s", text)
		}
	}
	if _, err := ParseAddresses(strings.Repeat("[", 40)+"10.0.0.1"+strings.Repeat("]", 40), nil); err == nil || strings.Contains(err.Error(), "variable") {
		t.Errorf("%v", err)
	}
}
