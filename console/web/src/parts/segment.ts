import type { Schemas } from '../api/client'
import { deviceName } from './names'

export type Segment = { kind: string; name: string }

/** "floor 本庁舎 2階", as an order names it. */
export function segment(text: string | undefined): Segment | undefined {
  if (!text) return undefined
  const at = text.indexOf(' ')
  return at < 0 ? { kind: text, name: '' } : { kind: text.slice(0, at), name: text.slice(at + 1) }
}

type Words = { t: (key: string, values?: Record<string, unknown>) => string; word: (group: string, value: string | undefined) => string; lang: 'ja' | 'en' }

/** 本庁舎 2階（フロア）, LGWAN系（ゾーン）: as people say it. */
export function segmentName(s: Segment, { t, word }: Words): string {
  const name = s.kind === 'zone' ? word('zone', s.name) : s.name
  return name ? t('segment.named', { name, kind: word('segment', s.kind) }) : word('segment', s.kind)
}

const brief = (d: Schemas['Device']): Schemas['DeviceBrief'] => ({ uid: d.uid ?? '', name: d.hostname || d.ip || d.mac || '', department: d.department })

/** What an isolation cuts off: a machine with its department, or a part of the network. */
export function orderName(o: Schemas['Order'], words: Words): string {
  const s = segment(o.segment)
  return s ? segmentName(s, words) : deviceName(brief(o.target), words.lang)
}

/** Many people know a service by what it is for, not by its port. */
const known: Record<string, string> = {
  '22': 'ssh', '25': 'mail', '53': 'dns', '80': 'web', '88': 'logon', '123': 'time', '135': 'windows', '139': 'file', '143': 'mail', '389': 'directory', '443': 'web', '445': 'file', '465': 'mail',
  '515': 'print', '587': 'mail', '631': 'print', '636': 'directory', '993': 'mail', '1433': 'database', '1521': 'database', '3128': 'proxy', '3268': 'directory', '3306': 'database', '3389': 'desktop',
  '5432': 'database', '8080': 'proxy', '8530': 'update', '8531': 'update', '9100': 'print',
}
export const serviceKind = (port: number): string | undefined => known[String(port)]
