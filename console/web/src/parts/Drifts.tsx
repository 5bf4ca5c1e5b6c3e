import { Link } from '@tanstack/react-router'
import { useDrifts } from '../api/hooks'
import { useWords } from '../i18n'
import { When } from './When'

/** Where a device did not have what the ledger says, and that it was mended. */
export function Drifts() {
  const { t, x } = useWords()
  const list = useDrifts().data?.items ?? []
  if (list.length === 0) return null
  return (
    <section className="card" aria-labelledby="drifts">
      <h2 id="drifts">{t('drift.title')}</h2>
      <p className="soft small">{t('drift.about')}</p>
      <ul className="plain stack tight">
        {list.slice(0, 10).map((d) => (
          <li key={`${d.time} ${d.enforcer} ${d.order}`}>
            <span className={`tag ${d.mended ? 'good' : 'bad'}`}>{t(d.mended ? 'drift.mended' : 'drift.open')}</span> <b>{d.enforcer}</b> {d.machine ? <Link to="/orders/$uid" params={{ uid: d.order }}>{d.machine}</Link> : <span className="any">{d.order}</span>}：{x(d.text)}{' '}
            <span className="soft small"><When at={d.time} only="clock" seconds /></span>
          </li>
        ))}
      </ul>
    </section>
  )
}
