import { describe, expect, it } from 'vitest'
import type { Schemas } from '../api/client'
import { bytes, span } from './bytes'
import { cell, csv } from './csv'
import { compact, story } from './hunting'
import { evidence, firstVoice, receiptText, samePerson, stage, standing, terminal, verdict, waiting } from './order'
import { segment, segmentName, serviceKind } from './segment'
import { fold } from './needs'
import { order } from './sort'
import { paragraphs } from './story'
import { brief, clock, dayEnd, distance, lastDay, moment } from './time'

describe('time', () => {
  it('is Japan time, whatever the machine thinks', () => {
    expect(clock('2026-11-21T15:30:05Z', 'ja', true)).toMatch(/11月22日\(日\) 00:30:05/)
    expect(brief('2026-11-21T15:30:05Z')).toBe('11/22 00:30:05')
  })
  it('takes Go’s zero time for none', () => {
    expect(moment('0001-01-01T00:00:00Z')).toBeUndefined()
    expect(moment(undefined)).toBeUndefined()
    expect(clock('0001-01-01T00:00:00Z', 'ja')).toBe('—')
  })
  it('says how far away something is, both ways', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    expect(distance('2026-11-21T11:59:30Z', now)).toEqual({ key: 'common.ago_s', n: 0 })
    expect(distance('2026-11-21T11:10:00Z', now)).toEqual({ key: 'common.ago_m', n: 50 })
    expect(distance('2026-11-21T20:00:00Z', now)).toEqual({ key: 'common.in_h', n: 8 })
    expect(distance('2026-11-11T12:00:00Z', now)).toEqual({ key: 'common.ago_d', n: 10 })
  })
})

describe('days', () => {
  it('end at midnight in Japan, and are told by their last day', () => {
    expect(dayEnd('2027-03-31')).toBe('2027-03-31T15:00:00.000Z')
    expect(lastDay(dayEnd('2027-03-31'), 'ja')).toBe('2027年3月31日')
  })
})

describe('parts of the network', () => {
  const words = { t: (k: string, v?: Record<string, unknown>) => (v ? `${String(v.name)}（${String(v.kind)}）` : k), word: (g: string, v: string | undefined) => ({ 'zone.lgwan': 'LGWAN系', 'segment.zone': 'ゾーン', 'segment.site': '拠点全体' } as Record<string, string>)[`${g}.${v}`] ?? v ?? '', lang: 'ja' as const }
  it('are named as people say them', () => {
    expect(segment(undefined)).toBeUndefined()
    expect(segment('floor 本庁舎 2階')).toEqual({ kind: 'floor', name: '本庁舎 2階' })
    expect(segmentName({ kind: 'zone', name: 'lgwan' }, words)).toBe('LGWAN系（ゾーン）')
    expect(segmentName({ kind: 'site', name: '' }, words)).toBe('拠点全体')
    expect([serviceKind(445), serviceKind(4711)]).toEqual(['file', undefined])
  })
})

describe('what an isolation rests on', () => {
  const at = '2026-11-21T12:00:00Z'
  const o = (more: object) => ({ state: 'verified', time: at, ...more }) as unknown as Schemas['Order']
  const told = (enforcer: string, op: string, ok: boolean) => ({ time: at, order: 'o', enforcer, op, ok })
  it('is what each device said last, what the sensor saw, and what was asked', () => {
    const e = evidence(o({
      receipts: [told('snmp', 'plan', true), told('snmp', 'apply', false), told('snmp', 'reconcile', true), { ...told('probe', 'verify', true), detail: '応答なし' }],
      history: [{ time: at, to: 'partial', who: 'verify', why: { ja: '一部', en: '' } }, { time: at, to: 'verified', who: 'verify', why: { ja: '静か', en: '' } }],
    }))
    expect(e.told).toEqual([{ enforcer: 'snmp', ok: true, detail: '', time: at }])
    expect(e.silence).toEqual({ ok: true, text: { ja: '静か', en: '' } })
    expect(e.probe).toEqual({ ok: true, text: '応答なし' })
    expect(e.mended).toBe(1)
  })
  it('is nothing before anything was done', () => expect(evidence(o({}))).toEqual({ told: [], silence: undefined, probe: undefined, mended: 0 }))
  it('shows commands and answers apart', () => {
    expect(receiptText({ ...told('cli', 'apply', true), commands: ['vlan 999'], answers: ['ok'], took_us: 4100 })).toBe('> vlan 999\n< ok\n(4.1 ms)')
  })
  it('puts a part of the network first, then what did not stop', () => {
    const list = [o({ uid: 'a', state: 'awaiting_approval' }), o({ uid: 'b', state: 'verified' }), o({ uid: 'c', state: 'partial' }), o({ uid: 'd', state: 'awaiting_approval', segment: 'zone lgwan' })]
    expect(waiting(list).map((x) => x.uid)).toEqual(['d', 'c', 'a'])
  })
  it('knows the first of two people, wherever they sat', () => {
    expect(firstVoice(o({ state: 'awaiting_approval', approvals: [{ who: 'sato@terminal', time: at }] }))?.who).toBe('sato@terminal')
    expect(firstVoice(o({ state: 'verified', approvals: [{ who: 'sato', time: at }] }))).toBeUndefined()
    expect([samePerson('Sato@terminal', 'sato'), samePerson('sato', 'suzuki')]).toEqual([true, false])
  })
})

describe('what needs a person', () => {
  const need = (kind: string, ref: string, ja = '遠隔実行') => ({ kind, ref, severity: 9, text: { ja, en: '' } }) as unknown as Schemas['Need']
  it('folds what is the same on many machines, and never what must be decided', () => {
    const list = [need('approval', 's'), ...Array.from({ length: 190 }, (_, n) => need('incident', `i${n}`)), ...Array.from({ length: 6 }, (_, n) => need('approval', `a${n}`)), need('incident', 'x', '別の件')]
    const out = fold(list)
    expect(out.map((n) => n.ref)).toEqual(['s', 'i0', 'i1', 'i2', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'x'])
    expect(out[3]?.alike).toBe(187)
  })
})

describe('sizes', () => {
  it.each([[0, '0 B'], [999, '999 B'], [1000, '1.0 KB'], [42_100, '42.1 KB'], [31_000_000_000, '31.0 GB']])('%d is %s', (n, want) => expect(bytes(n)).toBe(want))
  it('says minutes as people do', () => {
    expect(span(30)).toEqual({ key: 'isolate.minutes', n: 30 })
    expect(span(480)).toEqual({ key: 'isolate.hours', n: 8 })
    expect(span(90)).toEqual({ key: 'isolate.minutes', n: 90 })
    expect(span(4320)).toEqual({ key: 'isolate.days', n: 3 })
  })
})

describe('sorting', () => {
  const columns = [{ id: 'name', sort: (r: { name: string; n: number }) => r.name }, { id: 'n', sort: (r: { name: string; n: number }) => r.n }]
  const rows = [{ name: 'PC-10', n: 1 }, { name: '', n: 3 }, { name: 'PC-9', n: 2 }]
  it('reads numbers in names, and keeps what is empty last', () => {
    expect(order(rows, columns, { column: 'name', down: false }).map((r) => r.name)).toEqual(['PC-9', 'PC-10', ''])
    expect(order(rows, columns, { column: 'name', down: true }).map((r) => r.name)).toEqual(['PC-10', 'PC-9', ''])
  })
  it('sorts numbers as numbers and leaves the rows alone', () => {
    expect(order(rows, columns, { column: 'n', down: true }).map((r) => r.n)).toEqual([3, 2, 1])
    expect(rows[0]?.name).toBe('PC-10')
    expect(order(rows, columns, undefined)).toEqual(rows)
  })
})

describe('CSV', () => {
  it('never hands a formula to a spreadsheet', () => {
    expect(cell('=HYPERLINK("x")')).toBe(`"'=HYPERLINK(""x"")"`)
    expect(cell('-1')).toBe(`"'-1"`)
    expect(cell(undefined)).toBe('""')
    expect(cell(9)).toBe('"9"')
  })
  it('begins with a byte order mark and has a line for each machine', () => {
    const row = { uid: 'a', name: 'PC-1', host_severity: 9, targeted: 1, open: 1, phases: { lateral_movement: 2 } } as Schemas['DeviceRow']
    const text = csv([row, { ...row, phases: {} }], (k) => k)
    expect(text.startsWith('\ufeff')).toBe(true)
    const lines = text.trimEnd().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toContain('phase.lateral_movement')
    expect(lines[1]?.endsWith('"2"')).toBe(true)
    expect(lines[2]?.endsWith('"0"')).toBe(true)
  })
})

describe('a case’s story', () => {
  it('has headings, lists and paragraphs', () => {
    expect(paragraphs('【確かなこと】\n・一つ目\n・二つ目\n\n文です。')).toEqual([
      { kind: 'heading', text: '確かなこと' },
      { kind: 'list', items: ['一つ目', '二つ目'] },
      { kind: 'text', text: '文です。' },
    ])
    expect(paragraphs('What is certain\n- one\nIt talked to 192.0.2.1.')).toEqual([
      { kind: 'heading', text: 'What is certain' },
      { kind: 'list', items: ['one'] },
      { kind: 'text', text: 'It talked to 192.0.2.1.' },
    ])
  })
})

describe('hunts', () => {
  const table = (columns: string[], rows: unknown[][]) => ({ columns, rows }) as Schemas['Table']
  it('leave out what is empty', () => {
    expect(compact(table(['a', 'b', 'flow_id'], [[1, '', 7], [2, null, 8]]))).toEqual({ columns: ['a'], rows: [[1], [2]] })
    expect(compact(table([], []))).toEqual({ columns: [], rows: [] })
    expect(compact(table(['device', 'host', 'times'], [['mac:1', 'PC-1', 2], ['mac:2', null, 3]]))).toEqual({ columns: ['device', 'times'], rows: [[{ uid: 'mac:1', name: 'PC-1' }, 2], [{ uid: 'mac:2', name: 'mac:2' }, 3]] })
  })
  it('tell a machine’s day newest first, in five columns', () => {
    const columns = ['ts', 'kind', 'app', 'dst_ip', 'dst_port', 'dst_host', 'domain', 'method', 'uri', 'sent', 'received', 'share', 'path']
    const got = story(table(columns, [
      ['2026-11-21T10:00:00Z', 'http', null, '203.0.113.7', 80, null, 'example.net', 'GET', '/ping', 100, 200, null, null],
      ['2026-11-21T11:00:00Z', 'flow', 'tls', '198.51.100.2', 443, null, null, null, null, 1, 2, null, null],
      ['2026-11-21T12:00:00Z', 'smb', null, '10.20.0.10', 445, 'FILE-01', null, null, null, null, null, '\\\\FILE-01\\ADMIN$', 'a.exe'],
    ]))
    expect(got.columns).toEqual(['ts', 'kind', 'peer', 'what', 'bytes'])
    expect(got.rows.map((r) => r.slice(1))).toEqual([
      ['smb', 'FILE-01:445', '\\\\FILE-01\\ADMIN$\\a.exe', 0],
      ['tls', '198.51.100.2:443', '', 3],
      ['http', '203.0.113.7:80', 'GET example.net/ping', 300],
    ])
  })
})

describe('an isolation', () => {
  const at = (state: string, more = {}) => ({ state, ...more }) as Schemas['Order']
  it('goes through four steps', () => {
    expect(stage(at('awaiting_approval')).at).toBe(0)
    expect(stage(at('applying')).at).toBe(1)
    expect(stage(at('verifying')).at).toBe(2)
    expect(stage(at('verified'))).toEqual({ at: 3, bad: false, finished: true })
    expect(stage(at('ineffective'))).toEqual({ at: 3, bad: true, finished: false })
  })
  it('says how long it took to silence', () => {
    expect(verdict(at('verified', { silence_ms: 1234 }))).toEqual({ key: 'isolate.verified', tone: 'good', values: { n: '1.2' } })
    expect(verdict(at('partial')).tone).toBe('bad')
    expect(verdict(at('released')).key).toBe('isolate.released')
  })
  it('is over or in force, never both', () => {
    for (const s of ['proposed', 'rehearsed', 'observed', 'awaiting_approval', 'approved', 'denied', 'applying', 'applied', 'verifying', 'verified', 'ineffective', 'partial', 'releasing', 'released', 'expired', 'failed']) {
      expect(terminal(s) && standing(s), s).toBe(false)
    }
  })
})
