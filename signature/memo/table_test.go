package memo_test

import (
	"testing"

	"github.com/yagura-project/yagura/signature/memo"
)

func TestTableEnds(t *testing.T) {
	m := memo.NewTable[string, int](100)
	m.Put("a", 1, 0, 10)
	m.Put("b", 2, 0, 0)
	if v, ok := m.Get("a", 10); !ok || v != 1 {
		t.Errorf("a at 10: %v %v", v, ok)
	}
	if _, ok := m.Get("a", 11); ok {
		t.Error("a lives on after its end")
	}
	if v, ok := m.Get("b", 1<<60); !ok || v != 2 {
		t.Errorf("b: %v %v", v, ok)
	}
	m.Update("a", 11, func(v *int, known bool) int64 {
		if known || *v != 0 {
			t.Errorf("ended value is shown: %v %v", *v, known)
		}
		return -1
	})
	m.Delete("b", 0)
	if m.Len() != 0 {
		t.Errorf("%d entries left", m.Len())
	}
}

func TestTableBounded(t *testing.T) {
	m := memo.NewTable[int, int](160)
	for i := range 10000 {
		m.Put(i, i, int64(i), int64(i+5000))
	}
	if m.Len() > 160 || m.Evicted() == 0 {
		t.Errorf("%d entries, %d evicted", m.Len(), m.Evicted())
	}
}
