package act

import (
	"errors"
	"fmt"

	"github.com/yagura-project/yagura/service"
)

// Section is the settings of one enforcer as the configuration has them.
type Section = service.Section

// Settings is a Section made in code from a pointer to an enforcer's filled Config.
func Settings(config any) Section { return service.Settings(config) }

// Open opens the enforcers that the configuration names, in its order; known is act/all's list.
func Open(cfg Config, known []Enforcer, d Deps) ([]Hand, error) {
	var hands []Hand
	var errs []error
	for i, entry := range cfg.Enforcers {
		for name, section := range entry {
			h, err := openOne(name, section, known, d)
			if err != nil {
				errs = append(errs, fmt.Errorf("enforcers[%d].%s: %w", i, name, err))
				continue
			}
			hands = append(hands, h)
		}
	}
	if len(errs) > 0 {
		for _, h := range hands {
			errs = append(errs, h.Close())
		}
		return nil, errors.Join(errs...)
	}
	return hands, nil
}

func openOne(name string, section Section, known []Enforcer, d Deps) (Hand, error) {
	e, err := find(name, known)
	if err != nil {
		return nil, err
	}
	config := e.Config()
	if err := section.Decode(config); err != nil {
		return nil, err
	}
	return e.Open(config, d)
}

func find(name string, known []Enforcer) (Enforcer, error) {
	var names []string
	for _, e := range known {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Enforcer{}, fmt.Errorf("there is no enforcer of this name: use one of %v", names)
}

// Check decodes and validates every section without opening anything.
func (c Config) Check(known []Enforcer) error {
	var errs []error
	for i, entry := range c.Enforcers {
		if len(entry) != 1 {
			errs = append(errs, fmt.Errorf("enforcers[%d]: %d names in one entry: write one enforcer in each", i, len(entry)))
		}
		for name, section := range entry {
			if err := checkOne(name, section, known); err != nil {
				errs = append(errs, fmt.Errorf("enforcers[%d].%s: %w", i, name, err))
			}
		}
	}
	return errors.Join(errs...)
}

func checkOne(name string, section Section, known []Enforcer) error {
	e, err := find(name, known)
	if err != nil {
		return err
	}
	config := e.Config()
	return section.Decode(config)
}
