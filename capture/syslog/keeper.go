package syslog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
	"unicode/utf8"
)

// keeper writes the messages that could not be read, each with the reason, into a file of bounded size: when it is half
// as large as it may become, it is put aside and the one before is removed.
type keeper struct {
	mu    sync.Mutex
	path  string
	limit int64
	file  *os.File
	size  int64
}

// rejected is one line of the file.
type rejected struct {
	Time   time.Time `json:"time"`
	From   string    `json:"from"`
	Way    string    `json:"way"`
	Source string    `json:"source,omitempty"`
	Why    string    `json:"why"`
	Text   string    `json:"text,omitempty"`  // the message, where it is UTF-8
	Bytes  []byte    `json:"bytes,omitempty"` // else its bytes, base64
}

func openKeeper(path string, limit int64) (*keeper, error) {
	k := &keeper{path: path, limit: limit}
	return k, k.open()
}

func (k *keeper) open() error {
	f, err := os.OpenFile(k.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("syslog: malformed messages: %w", err)
	}
	st, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	k.file, k.size = f, st.Size()
	return nil
}

func (k *keeper) keep(source string, m Message, why string) error {
	r := rejected{Time: m.Received, From: m.From.String(), Way: m.Way.String(), Source: source, Why: why}
	if utf8.Valid(m.Data) {
		r.Text = string(m.Data)
	} else {
		r.Bytes = m.Data
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.size > 0 && k.size+int64(len(line)) > k.limit/2 {
		if err := k.file.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
			return err
		}
		if err := os.Rename(k.path, k.path+".1"); err != nil {
			return err
		}
		if err := k.open(); err != nil {
			return err
		}
	}
	n, err := k.file.Write(line)
	k.size += int64(n)
	return err
}

func (k *keeper) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.file.Close()
}
