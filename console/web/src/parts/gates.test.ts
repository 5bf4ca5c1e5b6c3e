import { describe, expect, it } from 'vitest'
import { ja } from '../i18n/ja'
import { amount, gateThreshold, gateValue } from './gates'

const words: Record<string, Record<string, string>> = ja
const t = (key: string, values?: Record<string, unknown>) => {
  const [section = '', word = ''] = key.split('.')
  return (words[section]?.[word] ?? key).replace(/{{(\w+)}}/g, (_, k: string) => String(values?.[k]))
}

describe('a gate', () => {
  it('shows its numbers with the units of people', () => {
    expect(amount(30, 'machines', t)).toBe('30 台')
    expect(amount(0.934, 'ratio', t)).toBe('93.4 %')
    expect(amount(42_000, 'B', t)).toBe('42.0 KB')
    expect(amount(3, 'furlongs', t)).toBe('3 furlongs')
  })
  it('shows what was measured and what it was held against', () => {
    const g = { name: 'machines', text: { ja: '', en: '' }, value: 30, op: '>=', threshold: 25, unit: 'machines', passed: true }
    expect(gateValue(g, t)).toBe('30 台')
    expect(gateThreshold(g, t)).toBe('25 台 以上')
    expect(gateThreshold({ ...g, op: '<=' }, t)).toBe('25 台 以下')
  })
  it('of yes or no says so', () => {
    const g = { name: 'odd_port', text: { ja: '', en: '' }, value: 0, passed: false }
    expect(gateValue(g, t)).toBe('いいえ')
    expect(gateThreshold(g, t)).toBe('')
  })
})
