package main

import "github.com/yagura-project/yagura/capture"

// workersOf is how many analyzers share the packets: one for a single source.
func workersOf(cfg config, one func() (capture.Source, error)) int {
	if one != nil {
		return 1
	}
	return cfg.Capture.Lanes()
}

// sourcesOf opens what the sensor reads: the configured interfaces, or a single source.
func sourcesOf(cfg config, o options) func() ([]capture.Source, error) {
	return func() ([]capture.Source, error) {
		if o.open != nil {
			src, err := o.open()
			return []capture.Source{src}, err
		}
		lanes := o.rings
		if lanes == nil {
			var err error
			if lanes, err = capture.OpenLanes(cfg.Capture); err != nil {
				return nil, err
			}
		}
		var all []capture.Source
		for _, l := range lanes {
			all = append(all, l)
		}
		return all, nil
	}
}
