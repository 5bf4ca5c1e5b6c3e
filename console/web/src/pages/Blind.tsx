import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useBlind } from '../api/hooks'
import { useWords } from '../i18n'
import { bytes } from '../parts/bytes'
import { dayLabel, percent } from '../parts/share'
import { Empty, Loaded } from '../parts/states'
import { When } from '../parts/When'

const periods = [1, 7, 14, 30] as const

/** What share of the traffic is not looked into, why, and what to do about it. */
export function Blind() {
  const { t } = useWords()
  const [days, setDays] = useState(7)
  const query = useBlind(days)
  return (
    <div className="stack">
      <div className="row between">
        <h1>{t('blind.title')}</h1>
        <SegmentedControl aria-label={t('blind.period')} value={String(days)} onChange={(v) => setDays(Number(v))} data={periods.map((n) => ({ value: String(n), label: t(`blind.days_${n}`) }))} />
      </div>
      <p className="soft">{t('blind.intro')}</p>
      <Loaded query={query} lines={5}>{(v) => <View v={v} />}</Loaded>
    </div>
  )
}

function View({ v }: { v: Schemas['BlindView'] }) {
  const { t, x } = useWords()
  return (
    <>
      <section className="card seen" aria-labelledby="seen">
        <div className="share"><b>{v.bytes ? percent(v.seen) : '—'}</b><span id="seen">{t('blind.seen')}</span></div>
        <div>
          <p className="say">{x(v.text)}</p>
          <p className="soft small">{t('blind.total', { n: bytes(v.bytes) })}</p>
        </div>
      </section>
      {v.vlans.length > 0 && (
        <section className="card" aria-labelledby="vlans">
          <h2 id="vlans"><span className="tag warn">{t('blind.mend')}</span> {t('blind.vlans')}</h2>
          <ul className="plain stack tight">{v.vlans.map((n) => <li key={n.id}>{x(n.text)}</li>)}</ul>
        </section>
      )}
      <section className="card" aria-labelledby="why">
        <h2 id="why">{t('blind.why')}</h2>
        {v.reasons.length ? <Reasons list={v.reasons} /> : v.sensors.every((s) => s.ok) ? <Empty title={t('blind.none')} /> : <p>{t('blind.arrived')}</p>}
      </section>
      {v.days.length > 1 && (
        <section className="card" aria-labelledby="daily">
          <h2 id="daily">{t('blind.daily')}</h2>
          <Days days={v.days} reasons={v.reasons} />
        </section>
      )}
      <section className="card" aria-labelledby="watching">
        <h2 id="watching">{t('blind.watching')}</h2>
        <ul className="plain stack tight">
          {v.sensors.map((s) => <li key={s.source}><span className={`tag ${s.ok ? 'good' : 'bad'}`}>{s.source}</span> {x(s.text)}</li>)}
          {(v.others ?? []).map((o) => <li key={`other-${o.name}`}><span className={`tag ${o.ok ? 'good' : 'warn'}`}>{o.name || t('blind.others')}</span> {x(o.text)}</li>)}
          {v.rules && <li><span className={`tag ${v.rules.refused ? 'warn' : 'good'}`}>{t('blind.rules')}</span> {x(v.rules.text)} {v.rules.since && <span className="soft small">{t('blind.rulesSince')} <When at={v.rules.since} only="clock" /></span>}</li>}
        </ul>
      </section>
    </>
  )
}

function Reasons({ list }: { list: Schemas['BlindReason'][] }) {
  const { t, x } = useWords()
  return (
    <ul className="plain blind">
      {list.map((r) => (
        <li key={r.reason}>
          <div className="row between">
            <h3>{x(r.title)}</h3>
            <span className={`tag ${r.mend ? 'warn' : 'good'}`}>{t(r.mend ? 'blind.mend' : 'blind.normal')}</span>
          </div>
          <div className="measure">
            <div className="track" aria-hidden="true"><div className={`part ${r.reason}`} style={{ width: `${100 * r.share}%` }} /></div>
            <span className="num"><b>{percent(r.share)}</b> <span className="soft small">{bytes(r.bytes)}</span></span>
          </div>
          <p>{x(r.means)}</p>
          <p><b>{t('blind.do')}</b> {x(r.do)}</p>
        </li>
      ))}
    </ul>
  )
}

function Days({ days, reasons }: { days: Schemas['BlindDay'][]; reasons: Schemas['BlindReason'][] }) {
  const { t, x, lang } = useWords()
  const title = (reason: string) => x(reasons.find((r) => r.reason === reason)?.title ?? { ja: reason, en: reason })
  const shown = ['tls', 'smb', 'encrypted', 'unparsed', 'one_sided', 'lost'].filter((k) => reasons.some((r) => r.reason === k))
  return (
    <>
      <ul className="plain legend" aria-hidden="true">
        <li><i className="part seen" />{t('blind.seen')}</li>
        {shown.map((k) => <li key={k}><i className={`part ${k}`} />{title(k)}</li>)}
      </ul>
      <table className="table compact days">
        <thead><tr><th scope="col">{t('blind.day')}</th><th scope="col">{t('blind.shares')}</th><th scope="col">{t('blind.seen')}</th><th scope="col">{t('blind.amount')}</th></tr></thead>
        <tbody>
          {[...days].reverse().map((d) => (
            <tr key={d.day}>
              <th scope="row" className="nowrap">{dayLabel(d.day, lang)}</th>
              <td className="wide">
                <div className="track" aria-hidden="true">
                  <div className="part seen" style={{ width: `${100 * d.seen}%` }} />
                  {d.parts.map((p) => <div key={p.reason} className={`part ${p.reason}`} style={{ width: `${100 * p.share}%` }} />)}
                </div>
                <span className="hidden">{d.parts.map((p) => `${title(p.reason)} ${percent(p.share)}`).join('、')}</span>
              </td>
              <td className="num">{percent(d.seen)}</td>
              <td className="num soft">{bytes(d.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
