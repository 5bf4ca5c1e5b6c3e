// Package detecttest is the suite that every detector passes, and the builder of the event samples that it is shown.
package detecttest

import (
	"os"
	"testing"

	"github.com/yagura-project/yagura/detect/sample"
)

// Sample is sample.Sample, for those who write one.
type Sample = sample.Sample

// Expect is sample.Expect.
type Expect = sample.Expect

// Load reads a sample file.
func Load(t testing.TB, file string) Sample {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sample.Decode(b)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}
