package decide

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// FreezeState is the switch that stops everything automatic (全停止).
type FreezeState struct {
	On   bool      `json:"on"`
	Who  string    `json:"who,omitempty"`
	Why  string    `json:"why,omitempty"`
	Time time.Time `json:"time,omitzero"`
}

const settingFreeze = "decide.freeze"

// Freeze turns the switch; from its return on nothing automatic is begun.
func (e *Engine) Freeze(ctx context.Context, who string, on bool, why string) error {
	if who == "" {
		return &Refusal{Guard: "who", Text: textNobody}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	b, err := json.Marshal(FreezeState{On: on, Who: who, Why: why, Time: e.Now().UTC()})
	if err != nil {
		return err
	}
	if err := e.Ledger.PutSetting(ctx, settingFreeze, string(b)); err != nil {
		return fmt.Errorf("keep the freeze switch: %w", err)
	}
	text := textFreezeOff
	if on {
		text = textFreezeOn
	}
	return e.audit(ctx, who, "freeze", settingFreeze, text.In("ja")+" "+why)
}

// Frozen reads the switch. When it cannot be read, everything counts as stopped.
func (e *Engine) Frozen(ctx context.Context) (FreezeState, error) {
	s, err := e.Ledger.Setting(ctx, settingFreeze)
	if errors.Is(err, event.ErrNotFound) || err == nil && s == "" {
		return FreezeState{}, nil
	}
	var f FreezeState
	if err == nil {
		err = json.Unmarshal([]byte(s), &f)
	}
	if err != nil {
		return FreezeState{On: true}, fmt.Errorf("read the freeze switch: %w", err)
	}
	return f, nil
}

// Hold reports whether an approved order must wait: everything automatic is
// stopped, and no person approved it. It is act.ManagerDeps.Hold.
func (e *Engine) Hold(ctx context.Context, o event.Order) bool {
	if o.Approved != byPolicy {
		return false
	}
	f, err := e.Frozen(ctx)
	return f.On || err != nil
}

func (e *Engine) frozenGuard(ctx context.Context) (Guard, error) {
	f, err := e.Frozen(ctx)
	if err != nil {
		return Guard{}, err
	}
	if f.On {
		return Guard{Name: "freeze", Soft: true, Text: textFrozen}, nil
	}
	return Guard{Name: "freeze", Soft: true, OK: true, Text: textNotFrozen}, nil
}
