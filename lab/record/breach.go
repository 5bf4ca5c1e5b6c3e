package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/lab/breach"
	"github.com/yagura-project/yagura/lab/hall"
)

// breachRecipe is the breach that `yagura demo` replays where it may not build a hall.
var breachRecipe = recipe{
	name:   "breach",
	about:  "the breach of `lab/breach` in real time, about three minutes, beside the ordinary work of two PCs; truth in `breach.truth.json`, register of machines in `breach.assets.csv`",
	filter: "",
	act:    playBreach,
}

// act is one line of the truth: what the device did, and from when on.
type act struct {
	Device    string    `json:"device"`
	From      time.Time `json:"from"`
	Step      string    `json:"step"`
	Behaviour []string  `json:"behaviour"`
}

func playBreach(ctx context.Context, h *hall.Hall, out string) error {
	for _, pc := range []hall.Host{hall.Soumu, hall.Zeimu} {
		if err := h.SwitchOn(ctx, pc); err != nil {
			return err
		}
	}
	s, err := breach.Open(ctx, h, breach.Options{Beacon: 5 * time.Second, Work: 3 * time.Second})
	if err != nil {
		return err
	}
	defer s.Close()
	var truth []act
	err = s.Play(ctx, 30*time.Second, func(step breach.Step) {
		fmt.Fprintln(os.Stderr, "record: breach:", step.ID)
		if len(step.Behaviour) > 0 {
			truth = append(truth, act{
				Device: h.Node(hall.Soumu).IPv4.String(), From: time.Now().UTC(), Step: step.ID, Behaviour: step.Behaviour,
			})
		}
	})
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(truth, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "breach.truth.json"), append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "breach.assets.csv"), hall.AssetsCSV(), 0o644)
}
