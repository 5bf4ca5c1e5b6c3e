import { Pagination } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useOrders, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { OrderState } from '../parts/badges'
import { DataTable, type Column } from '../parts/DataTable'
import { Drifts } from '../parts/Drifts'
import { Live } from '../parts/Isolation'
import { IsolationTabs } from '../parts/IsolationTabs'
import { asks, ended, seconds, waiting } from '../parts/order'
import { OrderLine } from '../parts/OrderLine'
import { orderName } from '../parts/segment'
import { Empty, Loaded } from '../parts/states'
import { When } from '../parts/When'

type Order = Schemas['Order']

/** The ledger: what waits for a person first, then what stands, then what was. */
export function Orders() {
  const { t } = useWords()
  const query = useOrders('live', 1000)
  return (
    <div className="stack">
      <h1>{t('nav.orders')}</h1>
      <IsolationTabs />
      <Loaded query={query}>
        {(list) => (
          <>
            <Waiting list={waiting(list.items)} />
            <Standing list={list.items.filter((o) => !asks(o))} />
          </>
        )}
      </Loaded>
      <Drifts />
      <Past />
    </div>
  )
}

/** At most so many are shown whole; more than that are read better as lines. */
const whole = 3
const perPage = 20

function Waiting({ list }: { list: Order[] }) {
  const { t } = useWords()
  const [page, setPage] = useState(1)
  const open = list.length <= whole ? list : list.filter((o) => o.segment)
  const lines = list.filter((o) => !open.includes(o))
  const pages = Math.max(1, Math.ceil(lines.length / perPage))
  const at = Math.min(page, pages)
  return (
    <section className="stack" aria-labelledby="waiting">
      <h2 id="waiting" style={{ margin: 0 }}>{t('orders.waiting')}{list.length > 0 && <span className="soft">（{t('common.count', { count: list.length })}）</span>}</h2>
      {list.length === 0 && <div className="card"><Empty title={t('orders.noneWaiting')} /></div>}
      {open.map((o) => <Card key={o.uid} o={o} />)}
      {lines.length > 0 && (
        <div className="card">
          <ul className="plain needs">{lines.slice((at - 1) * perPage, at * perPage).map((o) => <OrderLine key={o.uid} order={o} />)}</ul>
          {pages > 1 && <Pages total={pages} at={at} set={setPage} />}
        </div>
      )}
    </section>
  )
}

function Card({ o }: { o: Order }) {
  const words = useWords()
  const { t } = words
  const may = useSession().data?.role !== 'viewer'
  const name = orderName(o, words)
  return (
    <article className="card stack" aria-label={name}>
      <div className="row between">
        <h3 style={{ margin: 0 }}><Link to="/orders/$uid" params={{ uid: o.uid ?? '' }}>{name}</Link> <OrderState state={o.state} /></h3>
        {o.incident && <Link to="/incidents/$uid" params={{ uid: o.incident }} className="small">{t('orders.case')}</Link>}
      </div>
      <Live order={o} name={name} may={may} />
    </article>
  )
}

function useColumns(): Record<'device' | 'state' | 'time' | 'until' | 'reason' | 'who' | 'silence', Column<Order>> {
  const words = useWords()
  const { t, x } = words
  return {
    device: { id: 'device', title: t('orders.col_device'), sort: (o) => orderName(o, words), wide: true, cell: (o) => <Link to="/orders/$uid" params={{ uid: o.uid ?? '' }}><b className="any">{orderName(o, words)}</b></Link> },
    state: { id: 'state', title: t('orders.col_state'), sort: (o) => o.state, cell: (o) => <OrderState state={o.state} /> },
    time: { id: 'time', title: t('orders.col_time'), sort: (o) => o.time ?? '', cell: (o) => <When at={o.time} only="clock" /> },
    until: { id: 'until', title: t('orders.col_until'), sort: (o) => o.expires ?? '', cell: (o) => <When at={o.expires} /> },
    reason: { id: 'reason', title: t('orders.col_reason'), cell: (o) => <span className="any">{x(o.reason)}</span> },
    who: { id: 'who', title: t('orders.col_who'), cell: (o) => (o.requested_by === 'policy' ? t('isolate.policy') : o.requested_by) },
    silence: { id: 'silence', title: t('orders.col_silence'), right: true, sort: (o) => o.silence_ms ?? 0, empty: (o) => !o.verified_at, cell: (o) => (o.verified_at ? t('orders.seconds', { n: seconds(o.silence_ms) }) : '') },
  }
}

function Standing({ list }: { list: Order[] }) {
  const { t } = useWords()
  const c = useColumns()
  return (
    <section className="card" aria-labelledby="standing">
      <h2 id="standing">{t('orders.standing')}{list.length > 0 && <span className="soft">（{t('common.count', { count: list.length })}）</span>}</h2>
      {list.length === 0 ? <p className="soft" style={{ margin: 0 }}>{t('orders.none')}</p> : (
        <DataTable label={t('orders.standing')} rows={list} id={(o) => o.uid ?? ''} perPage={perPage} columns={[c.device, c.state, c.until, c.reason, c.silence]} />
      )}
    </section>
  )
}

function Past() {
  const { t } = useWords()
  const c = useColumns()
  const [page, setPage] = useState(1)
  const query = useOrders(ended.join(','), perPage, (page - 1) * perPage)
  return (
    <section className="card" aria-labelledby="past">
      <h2 id="past">{t('orders.history')}</h2>
      <Loaded query={query} lines={2}>
        {(list) => list.total === 0 ? <p className="soft" style={{ margin: 0 }}>{t('orders.noHistory')}</p> : (
          <>
            <DataTable label={t('orders.history')} rows={list.items} id={(o) => o.uid ?? ''} columns={[c.device, c.state, c.time, c.reason, c.who, c.silence]} />
            {list.total > perPage && <Pages total={Math.ceil(list.total / perPage)} at={page} set={setPage} />}
          </>
        )}
      </Loaded>
    </section>
  )
}

function Pages({ total, at, set }: { total: number; at: number; set: (n: number) => void }) {
  const { t } = useWords()
  return (
    <div className="row between noprint" style={{ marginTop: '0.6rem' }}>
      <span className="soft small">{t('common.pageOf', { page: at, pages: total })}</span>
      <Pagination total={total} value={at} onChange={set} getControlProps={(c) => ({ 'aria-label': t(c === 'previous' ? 'common.prev' : 'common.next') })} />
    </div>
  )
}
