import { describe, expect, it } from 'vitest'
import { dayLabel, percent } from './share'

describe('shares', () => {
  it('never claim to be nothing or everything when they are not', () => {
    expect([0, 0.0001, 0.004, 0.0149, 0.5, 0.994, 0.9999, 1].map(percent)).toEqual(['0 %', '< 0.1 %', '0.4 %', '1 %', '50 %', '99.4 %', '99.9 %', '100 %'])
  })
  it('belong to days that people know', () => {
    expect(dayLabel('2026-11-21', 'ja')).toBe('11/21（土）')
    expect(dayLabel('2026-11-01', 'en')).toBe('Sun 1/11')
  })
})
