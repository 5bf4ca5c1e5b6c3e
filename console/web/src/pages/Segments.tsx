import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useOrders, useSegments } from '../api/hooks'
import { useWords } from '../i18n'
import { IsolationTabs } from '../parts/IsolationTabs'
import { OrderLine } from '../parts/OrderLine'
import { segmentName } from '../parts/segment'
import { Empty, Loaded } from '../parts/states'

type Choice = Schemas['SegmentChoice']
const kinds = ['floor', 'zone', 'site'] as const

/** Floors, zones and the site: choose one, and see what it would mean before anything is done. */
export function Segments() {
  const { t } = useWords()
  const query = useSegments()
  const live = (useOrders('live').data?.items ?? []).filter((o) => o.segment)
  return (
    <div className="stack">
      <h1>{t('nav.orders')}</h1>
      <IsolationTabs />
      {live.length > 0 && (
        <section className="card stack" aria-labelledby="live">
          <h2 id="live" style={{ margin: 0 }}>{t('segment.live')}</h2>
          <ul className="plain needs">{live.map((o) => <OrderLine key={o.uid} order={o} />)}</ul>
        </section>
      )}
      <section className="card stack" aria-labelledby="choose">
        <div>
          <h2 id="choose" style={{ margin: 0 }}>{t('segment.choose')}</h2>
          <p className="soft" style={{ margin: '0.3rem 0 0' }}>{t('segment.intro')}</p>
        </div>
        <Loaded query={query} lines={3}>
          {(list) => (list.items.length ? kinds.map((k) => <Kind key={k} kind={k} list={list.items.filter((c) => c.kind === k)} />) : <Empty title={t('segment.none')} text={t('segment.noneText')} />)}
        </Loaded>
      </section>
    </div>
  )
}

function Kind({ kind, list }: { kind: string; list: Choice[] }) {
  const words = useWords()
  const { t, word } = words
  if (list.length === 0) return null
  return (
    <div>
      <h3>{word('segment', kind)}</h3>
      <ul className="plain choices">
        {list.map((c) => (
          <li key={c.name}>
            <Link to="/segments/$kind/$name" params={{ kind: c.kind, name: c.name || '-' }}>
              <b>{kind === 'floor' ? c.name : segmentName(c, words)}</b>
              <span className="soft small">{t('common.machines', { count: c.machines })}{c.ranges > 0 && <>・{t('segment.ranges', { n: c.ranges })}</>}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}
