import type { Schemas } from '../api/client'

type Order = Schemas['Order']

const ended = ['observed', 'denied', 'released', 'expired', 'failed']
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
