package act

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Memory is a small file in which a Hand keeps what it must know after a restart of Yagura: how a port
// was before, which machine was told a lie. The caller's own lock guards it.
type Memory struct{ path string }

// Memory opens the memory of the named Hand. Without a Dir nothing is remembered beyond this process.
func (d Deps) Memory(name string) Memory {
	if d.Dir == "" {
		return Memory{}
	}
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, strings.ToLower(name))
	return Memory{filepath.Join(d.Dir, plain+".json")}
}

// maxMemory bounds what is read.
const maxMemory = 16 << 20

// Load fills v, a pointer, with what Save kept last; v stays as it is when nothing was kept.
func (m Memory) Load(v any) error {
	if m.path == "" {
		return nil
	}
	info, err := os.Stat(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Size() > maxMemory {
		err = fmt.Errorf("%d bytes are more than %d", info.Size(), maxMemory)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(m.path)
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		return fmt.Errorf("what is remembered of a device (%s): %w: restore the file from a backup, or look at the device by hand before removing it", m.path, err)
	}
	return nil
}

// Save returns when v would survive a power cut.
func (m Memory) Save(v any) error {
	if m.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	dir := filepath.Dir(m.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return Replace(m.path, append(text, '\n'), 0o600)
}

// Replace writes a file so that it is the old one or the new one, whenever the power goes.
func Replace(path string, text []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
