import type { Schemas } from '../api/client'

type Host = Schemas['CaseHost']
type Hop = Schemas['Hop']

/** One box of the picture: a machine, or several of one parent put together. */
export type Node = { key: string; column: number; row: number; host?: Host; more?: Host[] }
/** One line between two boxes. */
export type Edge = { from: Node; to: Node; hop: Hop; same: boolean }
export type Picture = { nodes: Node[]; edges: Edge[]; columns: number; rows: number }

/** More machines than this behind one parent, in one column, are put together. */
export const shown = 5

const uid = (h: Host) => h.device.uid ?? ''

/** The picture of an incident: patient zero at the left, each step one column to the right, every machine drawn once and
 * joined to the one that reached it first; what would be a crowd is one box. */
export function picture(hosts: Host[], hops: Hop[]): Picture {
  const first = new Map<string, Hop>()
  for (const h of hops) if (!first.has(h.to) || (first.get(h.to)?.same && !h.same)) first.set(h.to, h)
  const column = (h: Host) => (h.zero || h.step > 0 ? h.step : first.has(uid(h)) ? 1 : 0)
  const groups = new Map<string, Host[]>()
  for (const h of hosts) {
    const key = `${column(h)}|${first.get(uid(h))?.from ?? ''}`
    groups.set(key, [...(groups.get(key) ?? []), h])
  }
  const nodes: Node[] = []
  const rows: number[] = []
  const at = new Map<string, Node>()
  const place = (n: Omit<Node, 'row'>, names: string[]) => {
    const node = { ...n, row: rows[n.column] ?? 0 }
    rows[n.column] = node.row + 1
    nodes.push(node)
    for (const name of names) at.set(name, node)
  }
  for (const [key, list] of [...groups].sort((a, b) => Number(a[0].split('|')[0]) - Number(b[0].split('|')[0]))) {
    const c = Number(key.split('|')[0])
    const order = [...list].sort((a, b) => Number(b.zero ?? false) - Number(a.zero ?? false) || (b.severity ?? 0) - (a.severity ?? 0))
    const alone = order.length > shown + 1 ? order.slice(0, shown) : order
    for (const h of alone) place({ key: uid(h), column: c, host: h }, [uid(h)])
    const more = order.slice(alone.length)
    if (more.length) place({ key: `more|${key}`, column: c, more }, more.map(uid))
  }
  const edges: Edge[] = []
  const drawn = new Set<string>()
  for (const [to, hop] of first) {
    const a = at.get(hop.from)
    const b = at.get(to)
    if (!a || !b || a === b || drawn.has(`${a.key}>${b.key}`)) continue
    drawn.add(`${a.key}>${b.key}`)
    edges.push({ from: a, to: b, hop, same: hop.same ?? false })
  }
  return { nodes, edges, columns: Math.max(0, ...nodes.map((n) => n.column)) + 1, rows: Math.max(1, ...rows.filter((n) => n !== undefined)) }
}

/** The same picture for a narrow screen: one machine a row, each below the one that reached it and one step to the right. */
export function stacked(p: Picture): Picture {
  const behind = (n: Node) => p.edges.filter((e) => e.from === n).map((e) => e.to)
  const row = new Map<Node, number>()
  const walk = (n: Node) => {
    if (row.has(n)) return
    row.set(n, row.size)
    behind(n).forEach(walk)
  }
  p.nodes.filter((n) => !p.edges.some((e) => e.to === n)).forEach(walk)
  p.nodes.forEach(walk)
  const moved = new Map(p.nodes.map((n) => [n, { ...n, row: row.get(n) ?? 0 }]))
  const of = (n: Node) => moved.get(n) ?? n
  return { ...p, rows: row.size, nodes: p.nodes.map(of), edges: p.edges.map((e) => ({ ...e, from: of(e.from), to: of(e.to) })) }
}
