package notify

import (
	"errors"
	"fmt"

	"github.com/yagura-project/yagura/service"
)

// Section is the settings of one channel as the configuration has them.
type Section = service.Section

// Settings is a Section made in code from a pointer to a channel's filled Config.
func Settings(config any) Section { return service.Settings(config) }

// Open opens the channels that the configuration names, by their Use.Name; known is notify/all's list.
func Open(cfg Config, known []Channel, d Deps) (map[string]Sender, error) {
	senders := map[string]Sender{}
	var errs []error
	for i, use := range cfg.Channels {
		c, settings, err := use.settings(known)
		if err == nil {
			senders[use.Name], err = c.Open(settings, d)
		}
		if err != nil {
			delete(senders, use.Name)
			errs = append(errs, fmt.Errorf("channels[%d].via: %w", i, err))
		}
	}
	if len(errs) == 0 {
		return senders, nil
	}
	for _, s := range senders {
		errs = append(errs, s.Close())
	}
	return nil, errors.Join(errs...)
}

// Check decodes and validates the settings of every channel without opening anything.
func (c Config) Check(known []Channel) error {
	var errs []error
	for i, use := range c.Channels {
		if _, _, err := use.settings(known); err != nil {
			errs = append(errs, fmt.Errorf("channels[%d].via: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (u Use) settings(known []Channel) (Channel, any, error) {
	if len(u.Via) != 1 {
		return Channel{}, nil, fmt.Errorf("%d ways are named: write exactly one, for example mail", len(u.Via))
	}
	for name, section := range u.Via {
		c, err := find(name, known)
		if err != nil {
			return c, nil, err
		}
		config := c.Config()
		if err := section.Decode(config); err != nil {
			return c, nil, fmt.Errorf("%s: %w", name, err)
		}
		return c, config, nil
	}
	return Channel{}, nil, nil
}

func find(name string, known []Channel) (Channel, error) {
	var names []string
	for _, c := range known {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Channel{}, fmt.Errorf("%q: there is no channel of this name: use one of %v", name, names)
}
