package act

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// maxSecret bounds what is read of a secret's file.
const maxSecret = 64 << 10

// Secret reads the first line of the file that holds a secret. field is the
// setting's name for the error, which never shows what was read.
func Secret(field, file string) (string, error) {
	if file == "" {
		return "", fmt.Errorf("%s: no file is named: write the secret into a file that only Yagura can read and name it here", field)
	}
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", field, err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", fmt.Errorf("%s: read %s: %w", field, file, err)
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	line = bytes.TrimSpace(line)
	if len(line) == 0 || len(b) > maxSecret {
		return "", fmt.Errorf("%s: the first line of %s is empty or the file is over %d bytes: write the secret alone into it", field, file, maxSecret)
	}
	return string(line), nil
}
