import { Button } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { useDeviceHunt, useWhoElse, type Question } from '../api/hooks'
import { useWords } from '../i18n'
import { bytes } from './bytes'
import { compact, story, type Cells, type Machine } from './hunting'
import { Failed, Loading } from './states'
import { brief, clock } from './time'

/** The answer of one question about a machine; pick adds a button to each row that hands on its first cell. */
export function Hunt({ uid, question, hours, pick }: { uid: string; question: Question; hours: number; pick?: { label: string; take: (value: string) => void } }) {
  const query = useDeviceHunt(uid, question, hours)
  return <Answer query={query} label={question} shape={question === 'timeline' ? story : compact} pick={pick} />
}

/** Which machines talked to something. */
export function WhoElse({ what }: { what: string }) {
  return <Answer query={useWhoElse(what)} label="peers" shape={compact} />
}

const few = 12

type AnswerProps = { query: UseQueryResult<Schemas['Table']>; label: string; shape: (t: Schemas['Table']) => Cells; pick?: { label: string; take: (value: string) => void } }

function Answer({ query, label, shape, pick }: AnswerProps) {
  const { t, word } = useWords()
  const [shown, setShown] = useState(few)
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />
  if (!query.data) return <Loading lines={2} />
  const { columns, rows } = shape(query.data)
  if (rows.length === 0) return <p className="soft" style={{ margin: 0 }}>{t('device.noRows')}</p>
  return (
    <>
      <div className="scroll" tabIndex={0} role="group" aria-label={t(`device.${label}`)}>
        <table className="table compact">
          <thead>
            <tr>
              {columns.map((c) => <th key={c} scope="col">{word('column', c)}</th>)}
              {pick && <th scope="col"><span className="hidden">{pick.label}</span></th>}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((r, i) => (
              <tr key={i}>
                {r.map((v, j) => <td key={j}><Value column={columns[j] ?? ''} value={v} /></td>)}
                {pick && <td className="right"><Button size="compact-xs" variant="default" onClick={() => pick.take(String(r[0]))}>{pick.label}<span className="hidden"> {String(r[0])}</span></Button></td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown && <Button variant="default" size="xs" mt="xs" onClick={() => setShown(shown + 100)}>{t('common.more')}</Button>}
      {query.data.truncated && <p className="soft small">{t('device.truncated')}</p>}
    </>
  )
}

const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const sizes = ['sent', 'received', 'bytes', 'bytes_out', 'bytes_in']

function Value({ column, value }: { column: string; value: unknown }): ReactNode {
  const { lang, word } = useWords()
  if (value === null || value === undefined || value === '') return <span className="soft">—</span>
  if (typeof value === 'number') return <span className="num">{sizes.includes(column) ? bytes(value) : value.toLocaleString()}</span>
  if (typeof value === 'boolean') return value ? '✓' : ''
  if (column === 'device' && typeof value === 'object') {
    const m = value as Machine
    return <Link to="/devices/$uid" params={{ uid: m.uid }} className="nowrap">{m.name}</Link>
  }
  const s = String(value)
  if (date.test(s)) return <time dateTime={s} title={clock(s, lang, true)} className="nowrap">{brief(s)}</time>
  if (column === 'how') return s.split(' ').map((w) => word('how', w)).join('・')
  if (column === 'kind') return <span className="nowrap">{word('kind', s)}</span>
  return <span className={s.length > 28 ? 'mono any wide' : 'mono nowrap'}>{s}</span>
}
