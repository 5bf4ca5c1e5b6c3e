import { Link } from '@tanstack/react-router'
import { useDeviceHunt, type Question } from '../api/hooks'
import { useWords } from '../i18n'
import { bytes } from './bytes'
import { Failed, Loading } from './states'
import { clock } from './time'

/** The answer of one question about a machine. */
export function Hunt({ uid, question, hours }: { uid: string; question: Question; hours: number }) {
  const { t, word } = useWords()
  const query = useDeviceHunt(uid, question, hours)
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />
  if (!query.data) return <Loading lines={2} />
  const columns = query.data.columns ?? []
  const rows = query.data.rows ?? []
  if (rows.length === 0) return <p className="soft" style={{ margin: 0 }}>{t('device.noRows')}</p>
  return (
    <>
      <div className="scroll" tabIndex={0} role="group" aria-label={t(`device.${question}`)}>
        <table className="table compact">
          <thead>
            <tr>{columns.map((c) => <th key={c} scope="col">{word('column', c)}</th>)}</tr>
          </thead>
          <tbody>
            {rows.slice(0, 200).map((r, i) => (
              <tr key={i}>{(r ?? []).map((v, j) => <td key={j}><Value column={columns[j] ?? ''} value={v} /></td>)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {(query.data.truncated || rows.length > 200) && <p className="soft small">{t('device.truncated')}</p>}
    </>
  )
}

const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

function Value({ column, value }: { column: string; value: unknown }) {
  const { lang } = useWords()
  if (value === null || value === undefined || value === '') return <span className="soft">—</span>
  if (typeof value === 'number') return <span className="num">{column.includes('bytes') ? bytes(value) : value.toLocaleString()}</span>
  if (typeof value === 'boolean') return <>{value ? '✓' : ''}</>
  const s = String(value)
  if (date.test(s)) return <span className="nowrap">{clock(s, lang)}</span>
  if (column === 'device_uid') return <Link to="/devices/$uid" params={{ uid: s }}>{s}</Link>
  return <span className={/^[\d.:a-f/\\]+$/i.test(s) ? 'mono' : undefined}>{s}</span>
}
