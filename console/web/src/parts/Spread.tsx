import { useMediaQuery } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { Severity } from './badges'
import { picture, stacked, type Edge, type Node } from './spread'
import { When } from './When'

const box = { w: 172, h: 58, gapX: 64, gapY: 16 }
const step = 22 // to the right for each machine on the way, where the picture goes downwards
const left = (n: Node, down: boolean) => n.column * (down ? step : box.w + box.gapX)
const top = (n: Node) => n.row * (box.h + box.gapY)

/** Who reached whom: a picture for the eye, and the same as a table for everybody. */
export function Spread({ incident }: { incident: Schemas['Incident'] }) {
  const { t } = useWords()
  const down = useMediaQuery('(max-width: 640px)') ?? false
  const hosts = incident.hosts ?? []
  const hops = incident.spread ?? []
  if (hosts.length < 2) return null
  const p = down ? stacked(picture(hosts, hops)) : picture(hosts, hops)
  const width = down ? (p.columns - 1) * step + box.w : p.columns * (box.w + box.gapX) - box.gapX
  const size = { width, height: p.rows * (box.h + box.gapY) - box.gapY }
  return (
    <section className="card" aria-labelledby="spread">
      <h2 id="spread">{t('spread.title')}</h2>
      <p className="soft small">{t(down ? 'spread.introDown' : 'spread.intro', { n: hosts.length + (incident.more_hosts ?? 0) })}</p>
      <div className="spread" role="img" aria-label={t('spread.title')} tabIndex={0}>
        <div style={{ position: 'relative', ...size }}>
          <svg width={size.width} height={size.height}>{p.edges.map((e) => <Line key={`${e.from.key}>${e.to.key}`} e={e} down={down} />)}</svg>
          {p.nodes.map((n) => <Box key={n.key} n={n} down={down} />)}
        </div>
      </div>
      <Ways hosts={hosts} hops={hops} />
    </section>
  )
}

function Line({ e, down }: { e: Edge; down: boolean }) {
  const [x2, y2] = [left(e.to, down), top(e.to) + box.h / 2]
  if (down) return <path d={`M ${left(e.from, down) + step / 2} ${top(e.from) + box.h} V ${y2} H ${x2}`} className={e.same ? 'same' : 'way'} />
  const [x1, y1] = [left(e.from, down) + box.w, top(e.from) + box.h / 2]
  const back = x2 <= x1
  const d = back ? `M ${x1 - box.w / 2} ${y1} L ${x2 + box.w / 2} ${y2}` : `M ${x1} ${y1} C ${x1 + 32} ${y1}, ${x2 - 32} ${y2}, ${x2 - 5} ${y2}`
  return <path d={d} className={e.same ? 'same' : 'way'} />
}

function Box({ n, down }: { n: Node; down: boolean }) {
  const { t } = useWords()
  const style = { left: left(n, down), top: top(n), width: box.w, height: box.h }
  if (n.more) return <div className="node crowd" style={style}>{t('spread.more', { n: n.more.length })}</div>
  const h = n.host
  if (!h) return null
  return (
    <div className={`node${h.zero ? ' zero' : ''}${h.incident ? '' : ' reached'}`} style={style}>
      <b className="any">{h.device.hostname || h.device.ip || h.device.uid}</b>
      <span className="small soft">{h.zero ? t('spread.zero') : h.incident ? `${t('spread.severity')} ${h.severity}` : t('spread.reached')}</span>
    </div>
  )
}

const perTable = 30

function Ways({ hosts, hops }: { hosts: Schemas['CaseHost'][]; hops: Schemas['Hop'][] }) {
  const { t, x } = useWords()
  const by = new Map(hosts.map((h) => [h.device.uid, h]))
  const name = (uid: string) => by.get(uid)?.device.hostname || by.get(uid)?.device.ip || uid
  return (
    <>
      <details className="why">
        <summary>{t('spread.hosts', { n: hosts.length })}</summary>
        <ul className="plain hosts">
          {hosts.map((h) => (
            <li key={h.device.uid}>
              {h.severity ? <Severity n={h.severity} /> : <span className="tag">{t('spread.reached')}</span>}
              {h.incident ? <Link to="/incidents/$uid" params={{ uid: h.incident }}>{h.device.hostname || h.device.ip} {h.number}</Link> : <span>{h.device.hostname || h.device.ip}</span>}
              <span className="soft small">{[h.device.department, h.device.user].filter(Boolean).join(' ')} {h.first && <When at={h.first} only="clock" />}</span>
            </li>
          ))}
        </ul>
      </details>
      {hops.length > 0 && (
        <details className="why">
          <summary>{t('spread.ways', { n: hops.length })}</summary>
          <ul className="reasons">
            {hops.slice(0, perTable).map((h, n) => (
              <li key={n}><When at={h.time} only="clock" /> {t(h.same ? 'spread.same' : 'spread.way', { from: name(h.from), to: name(h.to), what: h.what ?? '' })}：{x(h.title)}{h.count > 1 && ` ×${h.count}`}</li>
            ))}
            {hops.length > perTable && <li>{t('spread.more', { n: hops.length - perTable })}</li>}
          </ul>
        </details>
      )}
    </>
  )
}
