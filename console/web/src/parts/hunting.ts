import type { Schemas } from '../api/client'

/** A machine as a cell: where its page is, and what people call it. */
export type Machine = { uid: string; name: string }

export type Cells = { columns: string[]; rows: unknown[][] }

const blank = (v: unknown) => v === null || v === undefined || v === ''

/** A hunt's answer without the columns in which nothing stands, and without what only programs read or is 1 in every row. */
export function compact(table: Schemas['Table']): Cells {
  const columns = table.columns ?? []
  const device = columns.indexOf('device')
  const host = columns.indexOf('host')
  const named = (r: unknown[]) => r.map((v, i) => (i === device && !blank(v) ? { uid: String(v), name: String(blank(r[host]) ? v : r[host]) } : i === host && device >= 0 && !blank(r[device]) ? null : v))
  const rows = (table.rows ?? []).map((r) => named(r ?? []))
  const keep = columns.map((c, i) => c !== 'flow_id' && rows.some((r) => !blank(r[i]) && !(c === 'machines' && r[i] === 1)))
  const only = <T,>(list: readonly T[]) => list.filter((_, i) => keep[i])
  return { columns: only(columns), rows: rows.map(only) }
}

/** The timeline of a machine as people read it: when, what kind, with whom, what exactly; newest first. */
export function story(table: Schemas['Table']): Cells {
  const at = new Map((table.columns ?? []).map((c, i) => [c, i]))
  const rows = (table.rows ?? []).map((r) => {
    const get = (c: string) => {
      const i = at.get(c)
      const v = i === undefined ? undefined : r?.[i]
      return blank(v) ? '' : String(v)
    }
    const port = get('dst_port')
    const peer = (get('dst_host') || get('dst_ip')) + (port && port !== '0' ? `:${port}` : '')
    const total = Number(get('sent') || 0) + Number(get('received') || 0)
    return [get('ts'), get('app') && get('kind') === 'flow' ? get('app') : get('kind'), peer, what(get), total]
  })
  return { columns: ['ts', 'kind', 'peer', 'what', 'bytes'], rows: rows.reverse() }
}

function what(get: (column: string) => string): string {
  const words = [get('method'), get('domain') + get('uri'), [get('share'), get('path')].filter(Boolean).join('\\'), [get('interface'), get('operation')].filter(Boolean).join(' '), get('file_name'), get('account'), get('status')]
  return words.filter(Boolean).join(' ')
}
