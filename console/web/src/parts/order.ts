import type { Schemas } from '../api/client'

type Order = Schemas['Order']

export const ended = ['observed', 'denied', 'released', 'expired', 'failed']
const inForce = ['applying', 'applied', 'verifying', 'verified', 'ineffective', 'partial']

export const terminal = (state: string) => ended.includes(state)
export const standing = (state: string) => inForce.includes(state)

/** At which of the four steps an isolation is: 0 approve, 1 apply, 2 watch, 3 silent. */
export function stage(o: Order): { at: number; bad: boolean; finished: boolean } {
  switch (o.state) {
    case 'approved':
    case 'applying':
      return { at: 1, bad: false, finished: false }
    case 'applied':
    case 'verifying':
      return { at: 2, bad: false, finished: false }
    case 'ineffective':
    case 'partial':
      return { at: 3, bad: true, finished: false }
    case 'verified':
    case 'releasing':
      return { at: 3, bad: false, finished: true }
  }
  return { at: 0, bad: false, finished: false }
}

/** 1.2: the seconds to silence as people read them. */
export const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(1)

/** The sentence that says how an isolation stands, and its tone. */
export function verdict(o: Order): { key: string; tone: 'good' | 'bad' | 'wait' | 'warn'; values?: Record<string, string> } {
  switch (o.state) {
    case 'awaiting_approval':
    case 'proposed':
    case 'rehearsed':
      return { key: 'isolate.awaiting', tone: 'warn' }
    case 'approved':
    case 'applying':
    case 'applied':
    case 'verifying':
      return { key: 'isolate.working', tone: 'wait' }
    case 'verified':
      return { key: 'isolate.verified', tone: 'good', values: { n: seconds(o.silence_ms) } }
    case 'ineffective':
    case 'partial':
      return { key: `isolate.${o.state}`, tone: 'bad' }
    case 'failed':
      return { key: 'isolate.failed', tone: 'bad' }
  }
  return { key: `isolate.${o.state}`, tone: 'wait' }
}

export type Told = { enforcer: string; ok: boolean; detail: string; time: string }
type Proofs = { told: Told[]; silence?: { ok: boolean; text: Schemas['Text'] }; probe?: { ok: boolean; text: string }; mended: number }

const watching = ['verified', 'partial', 'ineffective']

/** What an isolation's outcome rests on: what each enforcer said last, what the sensor saw, what was asked. */
export function evidence(o: Order): Proofs {
  const told = new Map<string, Told>()
  let probe: Proofs['probe']
  let mended = 0
  for (const r of o.receipts ?? []) {
    if (r.enforcer === 'probe') probe = { ok: r.ok, text: r.detail ?? '' }
    else if (['apply', 'readback', 'reconcile'].includes(r.op)) told.set(r.enforcer, { enforcer: r.enforcer, ok: r.ok, detail: r.detail ?? '', time: r.time })
    if (r.op === 'reconcile' && r.ok) mended++
  }
  const seen = (o.history ?? []).filter((h) => watching.includes(h.to) && h.who === 'verify').at(-1)
  return { told: [...told.values()], silence: seen && { ok: seen.to === 'verified', text: seen.why }, probe, mended }
}

/** A receipt as plain text: what was sent, what came back, how long it took. */
export function receiptText(r: Schemas['Receipt']): string {
  const lines = [...(r.commands ?? []).map((c) => `> ${c}`), ...(r.answers ?? []).map((a) => `< ${a}`)]
  if (r.detail) lines.unshift(r.detail)
  if (r.took_us) lines.push(`(${(r.took_us / 1000).toFixed(1)} ms)`)
  return lines.join('\n') || '—'
}

/** Who said yes so far to an order that two people must want. */
export function firstVoice(o: Order): Schemas['Approval'] | undefined {
  return o.state === 'awaiting_approval' ? o.approvals?.[0] : undefined
}

/** Names as they are typed; the terminal adds where the person sat. */
export const samePerson = (a: string, b: string): boolean => {
  const name = (s: string) => (s.split('@')[0] ?? '').trim().toLowerCase()
  return name(a) === name(b)
}

export const asks = (o: Order): boolean => ['awaiting_approval', 'proposed', 'rehearsed'].includes(o.state)
const bad = (o: Order) => o.state === 'ineffective' || o.state === 'partial'

/** What waits for a person: a part of the network first, for it stands for many; then what did not stop; then what asks. */
export function waiting(list: readonly Order[]): Order[] {
  const rank = (o: Order) => (o.segment ? 0 : bad(o) ? 1 : 2)
  return list.filter((o) => asks(o) || bad(o)).sort((a, b) => rank(a) - rank(b) || (b.time ?? '').localeCompare(a.time ?? ''))
}
