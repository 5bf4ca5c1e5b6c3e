import type { Schemas } from '../api/client'

const columns = ['name', 'ip', 'mac', 'user', 'department', 'place', 'zone', 'host_severity', 'threat', 'latest', 'targeted'] as const

/** One cell: quoted, and never read as a formula by a spreadsheet. */
export function cell(value: unknown): string {
  let s = value === undefined || value === null ? '' : String(value)
  if (/^[=+\-@\t\r]/.test(s)) s = `'${s}`
  return `"${s.replaceAll('"', '""')}"`
}

/** The machines as CSV with a byte order mark, so that Excel reads Japanese. */
export function csv(rows: readonly Schemas['DeviceRow'][], t: (key: string) => string): string {
  const phases = Object.keys(rows.reduce<Record<string, number>>((all, r) => Object.assign(all, r.phases), {})).sort()
  const head = [...columns, ...phases.map((p) => t(`phase.${p}`))].map(cell).join(',')
  const body = rows.map((r) => [...columns.map((c) => (c === 'threat' ? r.threat?.ja : r[c])), ...phases.map((p) => r.phases[p] ?? 0)].map(cell).join(','))
  return '\ufeff' + [head, ...body].join('\r\n') + '\r\n'
}

export function save(name: string, text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  URL.revokeObjectURL(url)
}
