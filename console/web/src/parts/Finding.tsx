import type { ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { DataTable } from './DataTable'
import { WhyJudged } from './WhyJudged'
import { When } from './When'

/** One conclusion: what it means, the reasons with their numbers, what speaks against it, the conversations. */
export function FindingView({ f, tools }: { f: Schemas['Finding']; tools?: ReactNode }) {
  const { t, x } = useWords()
  return (
    <div className="conclusion">
      <h3>{x(f.advisory.title)}</h3>
      <p>{x(f.summary)}</p>
      {f.behaviour === 'alert.other' ? <p className="small verdict wait calm">{t('incident.byOther')}</p> : <p className="soft small">{x(f.advisory.means)}</p>}
      <p className="small tags">
        <span className="tag">{t('incident.confidence', { n: f.confidence })}</span>
        {f.excepted?.ja && <span className="tag">{t('spread.excepted', { why: x(f.excepted) })}</span>}
        {f.single_shot && <span className="tag bad">{t('incident.singleShot')}</span>}
        {f.count > 1 && <span className="tag">{t('incident.times', { n: f.count.toLocaleString() })}</span>}
        {(f.advisory.techniques ?? []).map((k) => <span key={k.uid} className="tag" title={k.name}>{k.uid}</span>)}
      </p>
      <Reasons title={t('incident.reasons')} list={f.reasons} />
      <Reasons title={t('incident.counter')} list={f.counter_evidence} />
      {f.evidences?.length ? <Evidence list={f.evidences} label={`${t('incident.evidence')}：${x(f.advisory.title)}`} /> : null}
      {f.uid && <WhyJudged uid={f.uid} title={x(f.advisory.title)} />}
      {tools}
    </div>
  )
}

function Reasons({ title, list }: { title: string; list: Schemas['Reason'][] | null | undefined }) {
  const { x } = useWords()
  if (!list?.length) return null
  return (
    <>
      <b className="small">{title}</b>
      <ul className="reasons">{list.map((r, i) => <li key={i}>{x(r.text)}</li>)}</ul>
    </>
  )
}

const side = (e: Schemas['Endpoint'] | undefined) => (e?.ip ? (e.port ? (e.ip.includes(':') ? `[${e.ip}]:${e.port}` : `${e.ip}:${e.port}`) : e.ip) : (e?.mac ?? ''))

function Side({ e }: { e: Schemas['Endpoint'] | undefined }) {
  const s = side(e)
  return <span className={s.length > 24 ? 'mono any' : 'mono nowrap'}>{s}</span>
}

function Evidence({ list, label }: { list: Schemas['Evidence'][]; label: string }) {
  const { t } = useWords()
  return (
    <DataTable
      label={label}
      rows={list}
      perPage={10}
      id={(e) => `${e.time}${side(e.src_endpoint)}${side(e.dst_endpoint)}${e.name ?? ''}${e.detail ?? ''}`}
      columns={[
        { id: 'time', title: t('incident.ev_time'), cell: (e) => <When at={e.time} only="brief" /> },
        { id: 'from', title: t('incident.ev_from'), cell: (e) => <Side e={e.src_endpoint} /> },
        { id: 'to', title: t('incident.ev_to'), cell: (e) => <Side e={e.dst_endpoint} /> },
        { id: 'what', title: t('incident.ev_what'), empty: (e) => !e.name && !e.detail, cell: (e) => <div className="any wide"><span className="mono">{e.name}</span>{e.detail && <div className="soft small">{e.detail}</div>}</div> },
      ]}
    />
  )
}
