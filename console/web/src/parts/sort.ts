export type Sort = { column: string; down: boolean }

type Sortable<T> = { id: string; sort?: (row: T) => number | string }

const text = new Intl.Collator('ja', { numeric: true })

/** The rows in order of a column; equal rows keep their places, empty text comes last in both directions. */
export function order<T>(rows: readonly T[], columns: readonly Sortable<T>[], sort: Sort | undefined): T[] {
  const by = columns.find((c) => c.id === sort?.column)?.sort
  if (!by || !sort) return [...rows]
  const sign = sort.down ? -1 : 1
  return [...rows].sort((a, b) => {
    const x = by(a)
    const y = by(b)
    if (x === '' || y === '') return x === y ? 0 : x === '' ? 1 : -1
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : text.compare(String(x), String(y)))
  })
}
