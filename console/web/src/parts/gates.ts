import type { Schemas } from '../api/client'
import { bytes } from './bytes'

type Gate = Schemas['Gate']
type Words = (key: string, values?: Record<string, unknown>) => string

const short = (v: number) => Number(v.toPrecision(4)).toLocaleString()

/** A number with its unit as people write it: 30 台, 42 KB, 93 %. */
export function amount(v: number, unit: string | undefined, t: Words): string {
  if (unit === 'ratio') return `${short(100 * v)} %`
  if (unit === 'B' && v >= 1000) return bytes(v)
  if (unit === 'score') return short(v)
  const key = `unit.${unit}`
  const word = unit ? t(key) : ''
  return `${short(v)} ${word === key ? unit : word}`.trim()
}

/** What was measured; a gate of yes or no says so. */
export function gateValue(g: Gate, t: Words): string {
  if (!g.op && !g.unit) return g.passed ? t('why.yes') : t('why.no')
  return amount(g.value, g.unit, t)
}

/** What it was held against, empty for yes or no. */
export function gateThreshold(g: Gate, t: Words): string {
  if (!g.op) return ''
  return t(g.op === '<=' ? 'why.atMost' : 'why.atLeast', { v: amount(g.threshold ?? 0, g.unit, t) })
}
