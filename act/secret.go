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
	b, err := ReadUpTo(file, maxSecret)
	if err != nil {
		return "", fmt.Errorf("%s: %w", field, err)
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return "", fmt.Errorf("%s: the first line of %s is empty: write the secret into it", field, file)
	}
	return string(line), nil
}

// ReadUpTo reads a whole file of at most so many bytes; a longer one is an error.
func ReadUpTo(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if int64(len(text)) > most {
		return nil, fmt.Errorf("%s is over %d bytes: it is not what was expected there", path, most)
	}
	return text, nil
}
