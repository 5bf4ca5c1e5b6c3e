// Package dataset holds the sets of values that rules ask for and add to (dataset, datarep), with the files they come from.
package dataset

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/yagura-project/yagura/signature/rule"
)

// Store keeps all sets of a sensor by their names; it outlives rule sets, and what was added to a set with it. It
// implements rule.Sets and may be used by several goroutines.
type Store struct {
	mu     sync.Mutex
	sets   map[string]*Set
	dir    string
	faults []error // files that could not be read again
}

// NewStore makes a store without sets. Save only writes files below dir; "" it writes none.
func NewStore(dir string) *Store { return &Store{sets: map[string]*Set{}, dir: dir} }

// Set gives the set that a rule speaks of, and reads its file when it is new.
func (s *Store) Set(spec rule.SetSpec) (rule.ValueSet, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.sets[spec.Name]
	switch {
	case old != nil && (spec.Kind == "" || spec.Kind == old.spec.Kind):
		if old.spec.Save == "" {
			old.spec.Save = spec.Save
		}
		return old, s.again(old, spec)
	case old != nil:
		return nil, fmt.Errorf("set %s holds values of type %s, not %s", spec.Name, old.spec.Kind, spec.Kind)
	case spec.Kind == "":
		return nil, fmt.Errorf("set %s is not defined; give its type", spec.Name)
	}
	if _, known := kinds[spec.Kind]; !known {
		return nil, fmt.Errorf("type %q is none of string, md5, sha256, ipv4, ipv6, ip and cidr", spec.Kind)
	}
	n := newSet(spec)
	if err := n.load(); err != nil {
		return nil, err
	}
	s.sets[spec.Name], n.current = n, true
	return n, nil
}

// Begin says that rules are about to be read again: files of sets that are not saved are, too, and Commit puts what they hold into use.
func (s *Store) Begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	for _, x := range s.sets {
		x.current, x.fresh = x.spec.Load == "" || x.spec.Save != "", nil
	}
}

// again reads the file of a set once for each time that rules are read.
func (s *Store) again(x *Set, spec rule.SetSpec) error {
	if x.current || spec.Load == "" || spec.Kind == "" {
		return nil
	}
	x.current = true
	n := newSet(spec)
	if err := n.load(); err != nil {
		s.faults = append(s.faults, err)
		return err
	}
	x.fresh = n
	return nil
}

// Commit puts the values that were read again into use, beside those that rules have added. When a file could not be read, that is
// the error, and all sets stay as they were.
func (s *Store) Commit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.sets {
		if x.fresh != nil && len(s.faults) == 0 {
			x.exchange(x.fresh)
		}
		x.fresh = nil
	}
	return errors.Join(s.faults...)
}

// Full is how many values rules could not add for want of room.
func (s *Store) Full() (n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.sets {
		x.mu.RLock()
		n += x.full
		x.mu.RUnlock()
	}
	return n
}

// Save writes the sets that have a file to be saved to and changed since, if it stands below the store's directory.
func (s *Store) Save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, x := range s.sets {
		if x.spec.Save == "" || s.dir == "" || !x.unsaved() {
			continue
		}
		if !below(s.dir, x.spec.Save) {
			errs = append(errs, fmt.Errorf("set %s: %s is not below %s", x.spec.Name, x.spec.Save, s.dir))
			continue
		}
		errs = append(errs, x.save(x.spec.Save))
	}
	return errors.Join(errs...)
}

func below(dir, path string) bool {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	path, err = filepath.Abs(path)
	return err == nil && strings.HasPrefix(path, dir+string(filepath.Separator))
}

// save writes a file anew, so that a fault leaves the old one.
func (s *Set) save(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".set-*")
	if err != nil {
		return fmt.Errorf("set %s: %w", s.spec.Name, err)
	}
	mode := os.FileMode(0o640)
	if st, err := os.Stat(path); err == nil {
		mode = st.Mode().Perm()
	}
	err = errors.Join(s.write(f), f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		s.mu.Lock()
		s.changed = true
		s.mu.Unlock()
		return fmt.Errorf("set %s: %w", s.spec.Name, err)
	}
	return nil
}
