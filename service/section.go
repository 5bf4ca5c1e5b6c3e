package service

import (
	"fmt"
	"reflect"
)

// Section is the settings of one variant (an enforcer, a channel …) as the
// configuration has them. They are read by the variant's own Config, whose
// keys the room does not know.
type Section struct {
	decode func(any) error
	value  any
}

// Settings is a Section made in code from a pointer to a variant's filled Config.
func Settings(config any) Section { return Section{value: config} }

// UnmarshalYAML keeps the section for Decode.
func (s *Section) UnmarshalYAML(decode func(any) error) error {
	s.decode = decode
	return nil
}

// MarshalYAML gives what was last decoded or set.
func (s Section) MarshalYAML() (any, error) { return s.value, nil }

// Decode fills config, a pointer to the variant's settings with their defaults, and validates it.
func (s *Section) Decode(config any) error {
	switch {
	case s.decode != nil:
		s.value = config
		if err := s.decode(config); err != nil {
			return err
		}
	case s.value != nil:
		from, to := reflect.ValueOf(s.value), reflect.ValueOf(config)
		if from.Type() != to.Type() || from.Kind() != reflect.Pointer {
			return fmt.Errorf("settings of type %T given where %T is needed", s.value, config)
		}
		to.Elem().Set(from.Elem())
	}
	// A name without settings keeps the defaults.
	if v, ok := config.(Validator); ok {
		return v.Validate()
	}
	return nil
}

// Validator is a Config that can name what is wrong with it.
type Validator interface{ Validate() error }
