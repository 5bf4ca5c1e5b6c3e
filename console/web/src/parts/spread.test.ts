import { describe, expect, it } from 'vitest'
import { picture, shown, stacked } from './spread'

const host = (uid: string, step: number, more = {}) => ({ device: { uid }, step, severity: 8, incident: `case-${uid}`, ...more })
const hop = (from: string, to: string, minute = 0, more = {}) => ({ from, to, time: `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`, title: { ja: '', en: '' }, detector: 'd', count: 1, ...more })

describe('the picture of the spread', () => {
  it('puts patient zero at the left and each step one column further', () => {
    const p = picture([host('a', 0, { zero: true }), host('b', 1), host('c', 2)], [hop('a', 'b', 1), hop('b', 'c', 2), hop('a', 'c', 3)])
    expect(p.nodes.map((n) => [n.key, n.column])).toEqual([['a', 0], ['b', 1], ['c', 2]])
    expect(p.edges.map((e) => `${e.from.key}>${e.to.key}`)).toEqual(['a>b', 'b>c'])
  })
  it('draws two hundred machines of one parent as a few boxes', () => {
    const many = Array.from({ length: 199 }, (_, n) => host(`m${n}`, 1))
    const p = picture([host('a', 0, { zero: true }), ...many], many.map((m) => hop('a', m.device.uid)))
    expect(p.nodes).toHaveLength(1 + shown + 1)
    expect(p.nodes.at(-1)?.more).toHaveLength(199 - shown)
    expect(p.edges).toHaveLength(shown + 1)
  })
  it('goes downwards on a narrow screen, every machine below the one that reached it', () => {
    const p = stacked(picture([host('a', 0, { zero: true }), host('b', 1), host('c', 1), host('d', 2)], [hop('a', 'b', 1), hop('a', 'c', 2), hop('b', 'd', 3)]))
    expect([...p.nodes].sort((x, y) => x.row - y.row).map((n) => n.key)).toEqual(['a', 'b', 'd', 'c'])
    expect(p.rows).toBe(4)
    expect(p.edges.every((e) => e.to.row > e.from.row)).toBe(true)
  })
  it('shows machines that only call the same server beside the first one', () => {
    const p = picture([host('a', 0, { zero: true }), host('b', 0)], [hop('a', 'b', 0, { same: true })])
    expect(p.edges[0]?.same).toBe(true)
    expect(p.nodes[1]?.column).toBe(1)
  })
})
