import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useIncident, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { CaseState, Phases, Severity } from '../parts/badges'
import { CaseSteps } from '../parts/CaseSteps'
import { DeviceCard } from '../parts/DeviceCard'
import { FindingView } from '../parts/Finding'
import { Isolation } from '../parts/Isolation'
import { PacketsButton } from '../parts/PacketsButton'
import { Spread } from '../parts/Spread'
import { Loaded } from '../parts/states'
import { paragraphs, type Paragraph } from '../parts/story'
import { When } from '../parts/When'

export function Incident() {
  const { uid } = useParams({ from: '/shell/incidents/$uid' })
  const query = useIncident(uid)
  return <Loaded query={query} lines={6}>{(d) => <Case d={d} />}</Loaded>
}

function Case({ d }: { d: Schemas['IncidentDetail'] }) {
  const { t } = useWords()
  const i = d.incident
  const name = i.device.hostname || i.device.ip || i.device.mac || ''
  return (
    <article>
      <Head i={i} />
      {i.lead && <PartOf uid={i.lead} number={i.lead_number ?? ''} />}
      <div className="case">
        <div className="stack first">
          <Story i={i} />
          <DoNow list={d.do} />
        </div>
        <aside className="stack">
          <Isolation target={{ uid: i.device.uid ?? '', name }} orders={d.orders} incident={i.uid} number={i.number} />
          <section className="card" aria-labelledby="which">
            <h2 id="which">{t('incident.device')}</h2>
            <DeviceCard device={i.device} link />
          </section>
          <CaseSteps incident={i} />
        </aside>
        <div className="stack then">
          <Spread incident={i} />
          <section className="card" aria-labelledby="findings">
            <h2 id="findings">{t('incident.findings')}</h2>
            {(i.findings ?? []).map((f) => (
              <FindingView key={f.uid} f={f} tools={d.packets && f.uid && <PacketsButton incident={i.uid ?? ''} number={i.number} finding={f.uid} />} />
            ))}
            {d.packets && (i.findings?.length ?? 0) > 1 && <PacketsButton incident={i.uid ?? ''} number={i.number} />}
          </section>
          <Timeline list={i.timeline ?? []} />
        </div>
      </div>
    </article>
  )
}

function Head({ i }: { i: Schemas['Incident'] }) {
  const { t, x } = useWords()
  return (
    <div className="head">
      <div>
        <div className="row" style={{ marginBottom: '0.4rem' }}>
          <Severity n={i.host_severity} big />
          <CaseState state={i.state} />
          <span className="soft small">{t('incident.number')} <b className="num">{i.number}</b></span>
        </div>
        <h1>{x(i.title)}</h1>
        <div className="row small" style={{ marginTop: '0.4rem' }}>
          <Phases list={i.phases} />
          <span className="soft">{t('incident.first')} <When at={i.first} only="clock" />・{t('incident.last')} <When at={i.last} only="ago" /></span>
        </div>
      </div>
      <Button variant="default" className="noprint" onClick={() => print()}>{t('incident.print')}</Button>
    </div>
  )
}

function PartOf({ uid, number }: { uid: string; number: string }) {
  const { t } = useWords()
  return <p className="card" role="note">{t('spread.partOf', { number })} <Link to="/incidents/$uid" params={{ uid }}>{t('spread.openLead')}</Link></p>
}

function WhySevere({ list }: { list: Schemas['Text'][] | null | undefined }) {
  const { t, x } = useWords()
  if (!list?.length) return null
  return (
    <>
      <h3>{t('spread.whySevere')}</h3>
      <ul>{list.map((w, n) => <li key={n}>{x(w)}</li>)}</ul>
    </>
  )
}

function Story({ i }: { i: Schemas['Incident'] }) {
  const { t, x } = useWords()
  return (
    <section className="card story" aria-labelledby="story">
      <h2 id="story">{t('incident.story')}</h2>
      {paragraphs(x(i.story)).map((b, n) => <Block key={n} b={b} />)}
      <WhySevere list={i.why} />
    </section>
  )
}

function Block({ b }: { b: Paragraph }) {
  if (b.kind === 'heading') return <h3>{b.text}</h3>
  if (b.kind === 'list') return <ul>{b.items.map((l, n) => <li key={n}>{l}</li>)}</ul>
  return <p>{b.text}</p>
}

function DoNow({ list }: { list: Schemas['Text'][] }) {
  const { t, x } = useWords()
  const contact = useSession().data?.contact
  return (
    <section className="card" aria-labelledby="do">
      <h2 id="do">{t('incident.doNow')}</h2>
      {list.length ? <ol className="plain do">{list.map((d, n) => <li key={n}><span>{x(d)}</span></li>)}</ol> : <p>{t('incident.noDo')}</p>}
      {contact?.phone && (
        <div className="phone">
          <span className="soft small">{t('incident.contact')}</span>
          <div><b>{contact.name} {contact.phone}</b></div>
        </div>
      )}
    </section>
  )
}

function Timeline({ list }: { list: Schemas['TimelineEntry'][] }) {
  const { t, x } = useWords()
  const ordered = [...list].sort((a, b) => a.time.localeCompare(b.time))
  return (
    <section className="card" aria-labelledby="timeline">
      <h2 id="timeline">{t('incident.timeline')}</h2>
      <ol className="plain timeline">
        {ordered.map((e, n) => (
          <li key={n} className={e.kind}>
            <div className="soft small"><When at={e.time} only="clock" seconds />{e.who && <>・{e.who}</>}</div>
            <div className="pre">{x(e.text)}</div>
          </li>
        ))}
      </ol>
    </section>
  )
}
