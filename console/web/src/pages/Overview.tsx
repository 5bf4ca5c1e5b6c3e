import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconEye } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Schemas } from '../api/client'
import { useOverview, useSelfTest } from '../api/hooks'
import { useWords } from '../i18n'
import { Severity } from '../parts/badges'
import { fold } from '../parts/needs'
import { segment, segmentName } from '../parts/segment'
import { Empty, Loaded } from '../parts/states'
import { When } from '../parts/When'
import { deviceName } from '../parts/names'
import { clock } from '../parts/time'

const Trend = lazy(() => import('../parts/Trend'))

export function Overview() {
  const { t } = useWords()
  const query = useOverview()
  return (
    <Loaded query={query} lines={5}>
      {(o) => (
        <div className="stack">
          <Hero o={o} />
          <Figures c={o.counts} />
          <div className="two">
            <section className="card" aria-labelledby="needs">
              <h2 id="needs">{t('overview.needs')}</h2>
              <Needs list={o.needs} />
            </section>
            <div className="stack">
              <section className="card" aria-labelledby="trend">
                <h2 id="trend">{t('overview.trend')}</h2>
                {o.trend.some((d) => d.high + d.middle + d.low > 0) ? (
                  <Suspense fallback={<div className="chart" />}>
                    <Trend days={o.trend} />
                  </Suspense>
                ) : (
                  <p className="soft">{t('overview.noTrend')}</p>
                )}
              </section>
              <Watch sensors={o.sensors} />
            </div>
          </div>
        </div>
      )}
    </Loaded>
  )
}

const signs = { quiet: IconCircleCheck, watch: IconEye, urgent: IconAlertTriangle }

function Hero({ o }: { o: Schemas['Overview'] }) {
  const { t, x, lang } = useWords()
  const Sign = signs[o.level]
  const first = o.needs[0]
  return (
    <section className={`hero ${o.level}`} aria-live="polite">
      <Sign stroke={1.5} aria-hidden />
      <h1>{x(o.sentence)}</h1>
      <p>
        {x(o.detail)} {o.needs.length > 1 && t('overview.more', { n: o.needs.length - 1 })} <span className="soft small nowrap">{t('overview.updated', { when: clock(o.time, lang) })}</span>
      </p>
      {first && first.kind !== 'sensor' && (
        <div className="act">
          <NeedLink need={first} primary />
        </div>
      )}
    </section>
  )
}

function target(n: Schemas['Need']): { to: string; params?: Record<string, string> } {
  if (n.kind === 'incident' || n.kind === 'contained') return { to: '/incidents/$uid', params: { uid: n.ref } }
  if (n.kind === 'sensor') return { to: '/settings' }
  return { to: '/orders/$uid', params: { uid: n.ref } }
}

/** The machine, or the part of the network, that something waits for. */
function needName(n: Schemas['Need'], words: ReturnType<typeof useWords>): string {
  const s = segment(n.segment)
  if (s) return segmentName(s, words)
  return n.device ? deviceName(n.device, words.lang) : ''
}

function NeedLink({ need, primary }: { need: Schemas['Need']; primary?: boolean }) {
  const words = useWords()
  const { t } = words
  const link = target(need)
  const name = needName(need, words)
  return (
    <Button component={Link} {...(link as { to: string })} variant={primary ? 'filled' : 'default'} size={primary ? 'md' : 'sm'} color={primary ? 'ai' : undefined}>
      {t('overview.go')}
      <span className="hidden"> {name}</span>
    </Button>
  )
}

/** More than so many are read better in their own lists. */
const shown = 12

function Needs({ list }: { list: Schemas['Need'][] }) {
  const words = useWords()
  const { t, x } = words
  const folded = fold(list)
  if (list.length === 0) return <Empty title={t('overview.noNeeds')} text={t('overview.noNeedsText')} />
  return (
    <>
    <ul className="plain needs">
      {folded.slice(0, shown).map((n) => (
        <li key={n.kind + n.ref} className="need">
          <span>{n.severity > 0 ? <Severity n={n.severity} /> : <span className={`tag ${n.kind === 'ineffective' ? 'bad' : 'warn'}`}>{t(`overview.kind_${n.kind}`)}</span>}</span>
          <div>
            <div className="what">{x(n.text)}</div>
            <div className="soft small">
              {needName(n, words) && <>{needName(n, words)}・</>}
              <When at={n.time} only="ago" />
              {n.alike > 0 && <div><Link to="/incidents">{t('overview.alike', { n: n.alike })}</Link></div>}
            </div>
          </div>
          {n.kind !== 'sensor' && <NeedLink need={n} />}
        </li>
      ))}
    </ul>
    {folded.length > shown && <p style={{ margin: '0.8rem 0 0' }}>{t('overview.more', { n: folded.length - shown })} <Link to="/incidents">{t('overview.allCases')}</Link>・<Link to="/orders">{t('overview.allOrders')}</Link></p>}
    </>
  )
}

function Figures({ c }: { c: Schemas['Counts'] }) {
  const { t } = useWords()
  const all = [
    ['/incidents', 'open', c.open], ['/incidents', 'new', c.new], ['/orders', 'isolated', c.isolated], ['/devices', 'devices', c.devices],
  ] as const
  return (
    <div className="figures">
      {all.map(([to, key, n]) => (
        <Link key={key} to={to} className="figure">
          <b>{n.toLocaleString()}</b>
          <span>{t(`overview.counts_${key}`)}</span>
        </Link>
      ))}
    </div>
  )
}

function Watch({ sensors }: { sensors: Schemas['SensorHealth'][] }) {
  const { t, x } = useWords()
  return (
    <section className="card" aria-labelledby="watch">
      <h2 id="watch">{t('overview.sensors')}</h2>
      <ul className="plain stack tight">
        {sensors.map((s) => (
          <li key={s.source}>
            <div><span className={`tag ${s.ok ? 'good' : 'bad'}`}>{s.source}</span> {x(s.text)}</div>
            <div className="soft small">
              {t('overview.packets', { n: s.packets.toLocaleString() })}・{t('overview.lost', { n: (100 * s.loss_ratio).toFixed(1) })}
            </div>
          </li>
        ))}
      </ul>
      <p className="small" style={{ margin: '0.6rem 0 0' }}><Link to="/blind">{t('blind.look')}</Link></p>
      <Tested />
    </section>
  )
}

/** Whether the bell rings: the last self-test in one line. */
function Tested() {
  const { t } = useWords()
  const s = useSelfTest().data
  if (!s) return null
  const good = s.results.filter((r) => r.ok).length
  const text = s.time ? t('selftest.sum', { n: s.results.length, good }) : t('selftest.never')
  return <p className="small" style={{ margin: '0.4rem 0 0' }}><span className={s.time && good < s.results.length ? 'badtext' : 'soft'}>{text}</span> <Link to="/selftest">{t('selftest.look')}</Link></p>
}
