package detect

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// common are the gates that every finding has beside its detector's own: what the machine may do by its role, how usual
// the other side is, and whether the time is.
func (e *Engine) common(r *running, f *event.Finding) (out []event.Gate) {
	add := func(name string, g event.Gate) {
		if !slices.ContainsFunc(f.Gates, func(o event.Gate) bool { return o.Name == name }) {
			out = append(out, g)
		}
	}
	if roles, key := exempt(r.cfg); len(roles) > 0 && f.Device.IP.IsValid() && !slices.ContainsFunc(f.Gates, func(o event.Gate) bool { return o.Name == "role" || o.Name == "not_exempt" }) {
		out = append(out, Holds("role", !e.deps.HasRole(f.Device.IP, f.Time, roles...), "detect.detectors."+r.Info.ID+"."+key,
			Say("ふだんからこれを行う役割(%s)の機器ではない", "It has none of the roles that do this as their work (%s)", strings.Join(roles, ", "))))
	}
	if p, ok := e.outside(f); ok {
		add("prevalence", measured("prevalence", float64(e.deps.Facts.Prevalence(p.IP, f.Time)), "machines",
			event.Text{JA: "14日間に同じ相手と通信した庁内の端末(16台まで数える)", EN: "Inside machines that talked to the other side in 14 days (counted up to 16)"}))
		if first := e.deps.Facts.FirstContact(f.Device.IP, p.IP, f.Time); !first.IsZero() {
			add("known_for", measured("known_for", f.Time.Sub(first).Hours()/24, "days",
				event.Text{JA: "この端末がこの相手と初めて通信してからの日数", EN: "Days since the machine first talked to the other side"}))
		}
	}
	if f.Device.IP.IsValid() {
		if on, days := e.deps.Facts.Hours(f.Device.IP, f.Time).Usual(f.Time); days > 0 {
			add("own_hours", measured("own_hours", float64(on), "days",
				Say("同じ種類の過去%d日のうち、この時間に動いていた日", "Of %d former days of this kind, those on which the machine was on at this time", days)))
		}
	}
	return out
}

// outside is the first peer that is no inside machine.
func (e *Engine) outside(f *event.Finding) (event.Endpoint, bool) {
	for _, p := range f.Peers {
		if p.IP.IsValid() && !p.IP.IsMulticast() && !e.deps.Home(p.IP) && f.Device.IP.IsValid() {
			return p, true
		}
	}
	return event.Endpoint{}, false
}

// measured is a gate that weighed in by its number, without a threshold of its own.
func measured(name string, value float64, unit string, text event.Text) event.Gate {
	return event.Gate{Name: name, Text: text, Value: value, Unit: unit, Passed: true, Source: "detect.Facts"}
}

// exempt are the roles that a detector's settings leave out, and under which key.
func exempt(cfg any) (roles []string, key string) {
	v, ok := fieldsOf(cfg)
	if !ok {
		return nil, ""
	}
	for i := range v.NumField() {
		key = v.Type().Field(i).Tag.Get("yaml")
		if key != "exempt" && key != "admin_roles" {
			continue
		}
		if list, ok := v.Field(i).Interface().([]string); ok {
			return list, key
		}
	}
	return nil, ""
}

// settingOf is the key of the one setting that has the value: where a reason's threshold stands. "" where none or several do.
func settingOf(cfg any, value float64, unit string) (key string) {
	v, ok := fieldsOf(cfg)
	if !ok || value == 0 {
		return ""
	}
	for i := range v.NumField() {
		if !has(v.Field(i), value, unit) {
			continue
		}
		if key != "" {
			return ""
		}
		key = v.Type().Field(i).Tag.Get("yaml")
	}
	return key
}

func has(f reflect.Value, value float64, unit string) bool {
	if d, ok := f.Interface().(time.Duration); ok {
		per := map[string]time.Duration{"s": time.Second, "min": time.Minute, "h": time.Hour, "days": 24 * time.Hour}[unit]
		return per > 0 && float64(d)/float64(per) == value
	}
	switch {
	case f.CanInt():
		return float64(f.Int()) == value
	case f.CanUint():
		return float64(f.Uint()) == value
	case f.CanFloat():
		return f.Float() == value
	}
	return false
}

func fieldsOf(cfg any) (v reflect.Value, ok bool) {
	v = reflect.ValueOf(cfg)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v, v.Kind() == reflect.Struct
}
