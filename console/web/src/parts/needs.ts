import type { Schemas } from '../api/client'

type Need = Schemas['Need']
export type Folded = Need & { alike: number }

/** So many of one kind are shown one by one. */
const each = 3

/** The same thing on many machines is told a few times and then counted; what must be decided is never folded away. */
export function fold(list: readonly Need[]): Folded[] {
  const last = new Map<string, Folded>()
  const seen = new Map<string, number>()
  const out: Folded[] = []
  for (const n of list) {
    const key = n.kind === 'incident' || n.kind === 'contained' ? `${n.kind} ${n.text.ja} ${n.severity}` : ''
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    const before = last.get(key)
    if (key && before && count > each) {
      before.alike++
      continue
    }
    const one = { ...n, alike: 0 }
    last.set(key, one)
    out.push(one)
  }
  return out
}
