import { Link, useParams } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useOrder, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { OrderState } from '../parts/badges'
import { Evidence } from '../parts/Evidence'
import { Live, OrderFacts } from '../parts/Isolation'
import { terminal, verdict } from '../parts/order'
import { OrderLog } from '../parts/OrderLog'
import { orderName, segment } from '../parts/segment'
import { Loaded } from '../parts/states'

/** One isolation, whole: how it stands, what it rests on, every command and answer. */
export function Order() {
  const { uid } = useParams({ from: '/shell/orders/$uid' })
  const query = useOrder(uid)
  return <Loaded query={query} lines={5}>{(o) => <Whole o={o} />}</Loaded>
}

function Whole({ o }: { o: Schemas['Order'] }) {
  const words = useWords()
  const { t } = words
  const may = useSession().data?.role !== 'viewer'
  const name = orderName(o, words)
  const v = verdict(o)
  return (
    <article className="stack">
      <div>
        <p className="small" style={{ margin: 0 }}><Link to="/orders">{t('orders.back')}</Link></p>
        <div className="row" style={{ marginTop: '0.3rem' }}>
          <h1>{t('orders.one', { name })}</h1>
          <OrderState state={o.state} />
        </div>
        <Links o={o} />
      </div>
      <section className="card stack" aria-labelledby="now">
        <h2 id="now" className="hidden">{t('orders.col_state')}</h2>
        {terminal(o.state) ? <><div className="verdict wait">{t(v.key, v.values)}</div><OrderFacts order={o} /></> : <Live order={o} name={name} may={may} />}
      </section>
      <Evidence o={o} />
      <OrderLog o={o} />
    </article>
  )
}

function Links({ o }: { o: Schemas['Order'] }) {
  const { t } = useWords()
  const s = segment(o.segment)
  return (
    <p className="row small" style={{ margin: '0.3rem 0 0' }}>
      {s ? <Link to="/segments/$kind/$name" params={{ kind: s.kind, name: s.name || '-' }}>{t('segment.see')}</Link> : o.target.uid && <Link to="/devices/$uid" params={{ uid: o.target.uid }}>{t('orders.machine')}</Link>}
      {o.incident && <Link to="/incidents/$uid" params={{ uid: o.incident }}>{t('orders.case')}</Link>}
    </p>
  )
}
