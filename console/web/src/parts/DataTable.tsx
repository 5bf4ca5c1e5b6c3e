import { NativeSelect, Pagination } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo, useState, type ReactNode } from 'react'
import { useWords } from '../i18n'
import { order, type Sort } from './sort'

export type Column<T> = {
  id: string
  title: string
  cell: (row: T) => ReactNode
  sort?: (row: T) => number | string
  /** spans the card on a phone, without its title */
  wide?: boolean
  right?: boolean
  nowrap?: boolean
  /** left out of the table */
  hide?: boolean
  /** nothing to show for this row: left out of the card */
  empty?: (row: T) => boolean
}

type Props<T> = {
  label: string
  rows: readonly T[]
  columns: Column<T>[]
  id: (row: T) => string
  href?: (row: T) => { to: string; params: Record<string, string> }
  linkText?: (row: T) => string
  linkColumn?: string
  start?: Sort
  perPage?: number
}

/** A table that one can sort; on a phone each row becomes a card. */
export function DataTable<T>({ label, rows, columns: all, id, href, linkText, linkColumn, start, perPage = 50 }: Props<T>) {
  const { t } = useWords()
  const columns = useMemo(() => all.filter((c) => !c.hide), [all])
  const [sort, setSort] = useState<Sort | undefined>(start)
  const [page, setPage] = useState(1)
  const sorted = useMemo(() => order(rows, columns, sort), [rows, columns, sort])
  const pages = Math.max(1, Math.ceil(sorted.length / perPage))
  const at = Math.min(page, pages)
  const shown = sorted.slice((at - 1) * perPage, at * perPage)
  const flip = (column: string) => setSort((s) => ({ column, down: s?.column === column ? !s.down : true }))
  const sortable = columns.filter((c) => c.sort)
  return (
    <>
      {sortable.length > 0 && rows.length > 7 && (
        <NativeSelect
          className="sortbar"
          label={t('common.sortBy')}
          value={sort?.column ?? ''}
          onChange={(e) => setSort({ column: e.currentTarget.value, down: true })}
          data={[...(sort ? [] : [{ value: '', label: '—' }]), ...sortable.map((c) => ({ value: c.id, label: c.title }))]}
        />
      )}
      <div className="scroll" tabIndex={0} role="group" aria-label={label}>
        <table className="table" role="table" aria-label={label}>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map((c) => (
                <th key={c.id} role="columnheader" scope="col" className={c.right ? 'right' : undefined} aria-sort={c.sort ? (sort?.column === c.id ? (sort.down ? 'descending' : 'ascending') : 'none') : undefined}>
                  {c.sort ? (
                    <button type="button" onClick={() => flip(c.id)}>
                      {c.title}
                      {sort?.column === c.id && <span aria-hidden> {sort.down ? '▼' : '▲'}</span>}
                    </button>
                  ) : (
                    c.title
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {shown.map((r) => (
              <tr key={id(r)} role="row" className={href ? 'link' : undefined}>
                {columns.map((c) => (
                  <td key={c.id} role="cell" data-label={c.title} className={[c.right ? 'right' : '', c.wide ? 'wide' : '', c.nowrap ? 'nowrap' : '', c.empty?.(r) ? 'empty-cell' : ''].join(' ').trim() || undefined}>
                    {href && c.id === linkColumn ? (
                      <Link className="row" {...(href(r) as { to: string })}>
                        {linkText?.(r) ?? c.cell(r)}
                      </Link>
                    ) : (
                      c.cell(r)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div className="row between noprint">
          <span className="soft small">{t('common.pageOf', { page: at, pages })}</span>
          <Pagination total={pages} value={at} onChange={setPage} getControlProps={(c) => ({ 'aria-label': t(c === 'previous' || c === 'first' ? 'common.prev' : 'common.next') })} />
        </div>
      )}
    </>
  )
}
