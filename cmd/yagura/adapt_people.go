package main

import (
	"context"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// newConsole fills the console's dependencies with the rooms behind it.
func (r *river) newConsole(announce func(console.First)) (*console.Console, error) {
	return console.New(r.cfg.Console, console.Deps{
		Log: r.log, Dir: r.cfg.Store.Dir, Ledger: r.state, Settings: r.state, Users: consoleUsers{r.state}, Sessions: r.state.Sessions(),
		Cases: consoleCases{r}, Decider: consoleDecider{r.policy, r.state}, Hunter: consoleHunter{r.state}, Reporter: reporter{r.state}, Roles: roleBook{r}, Segments: consoleSegments{r}, Nevers: consoleNevers{r}, Drifts: r.drifts,
		Separation: func(ctx context.Context, day string) (event.SeparationDay, error) { return loadDay(ctx, r.state, day) },
		Packets:    r.consolePackets(), Rules: r.ruleCount, Alerts: r.alertIntake, Sensors: r.sensor.Stats, Explain: r.ExplainFinding, SelfTester: r, Metrics: r.metrics(), Announce: announce,
		Health: func() error {
			if p := r.sensor.problem(); p != "" {
				return failure{exitFailed, errText(p)}
			}
			return nil
		},
	})
}

// drifts are where enforcers differed from the ledger.
func (r *river) drifts() []console.Drift {
	var out []console.Drift
	for _, d := range r.hands.Drifts() {
		out = append(out, console.Drift(d))
	}
	return out
}

type errText string

func (e errText) Error() string { return string(e) }

// consoleCases lets people change the life of a case.
type consoleCases struct{ r *river }

func (c consoleCases) SetState(ctx context.Context, uid string, state event.IncidentState, who string) error {
	inc, err := c.r.manager.SetState(ctx, uid, state, who)
	if err == nil {
		c.r.console.Hub().Incident(inc)
	}
	return err
}

func (c consoleCases) Note(ctx context.Context, uid, who, text string) error {
	inc, err := c.r.manager.Note(ctx, uid, who, text)
	if err == nil {
		c.r.console.Hub().Incident(inc)
	}
	return err
}
