import { IconCheck, IconClock, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { evidence, type Told } from './order'
import { When } from './When'

/** On what "it is silent" rests, in order: the device read back, what the sensor saw, Yagura's own question. */
export function Evidence({ o }: { o: Schemas['Order'] }) {
  const { t, x } = useWords()
  const e = evidence(o)
  if (!o.applied_at && e.told.length === 0) return null
  return (
    <section className="card" aria-labelledby="evidence">
      <h2 id="evidence">{t('proof.title')}</h2>
      <ol className="plain proofs">
        <Proof ok={e.told.length > 0 ? e.told.every((d) => d.ok) : undefined} title={t('proof.device')}>
          {e.told.length === 0 ? <p className="soft">{t('proof.notYet')}</p> : <ul className="plain">{e.told.map((d) => <Device key={d.enforcer} d={d} />)}</ul>}
        </Proof>
        <Proof ok={e.silence?.ok} title={t('proof.sensor')}>
          <p>{e.silence ? x(e.silence.text) : <span className="soft">{t('proof.notYet')}</span>}</p>
          {!!o.still_seen?.length && <StillSeen list={o.still_seen} />}
        </Proof>
        <Proof ok={e.probe?.ok} title={t('proof.probe')}>
          <p>{e.probe ? e.probe.text : <span className="soft">{t('proof.noProbe')}</span>}</p>
        </Proof>
      </ol>
      {e.mended > 0 && <p className="small" style={{ margin: '0.8rem 0 0' }}>{t('proof.mended', { n: e.mended })}</p>}
    </section>
  )
}

function Proof({ ok, title, children }: { ok: boolean | undefined; title: string; children: ReactNode }) {
  const { t } = useWords()
  const Sign = ok === undefined ? IconClock : ok ? IconCheck : IconX
  return (
    <li>
      <Sign className={ok === undefined ? 'soft' : ok ? 'ok' : 'no'} role="img" aria-label={t(ok === undefined ? 'proof.open' : ok ? 'proof.yes' : 'proof.no')} />
      <div><h3>{title}</h3>{children}</div>
    </li>
  )
}

function Device({ d }: { d: Told }) {
  const { t } = useWords()
  return (
    <li>
      <b>{d.enforcer}</b>：{t(d.ok ? 'proof.told' : 'proof.refused')} <span className="soft small"><When at={d.time} only="clock" seconds /></span>
      {d.detail && <div className="small any">{d.detail}</div>}
    </li>
  )
}

export function StillSeen({ list }: { list: readonly string[] }) {
  const { t } = useWords()
  return (
    <div>
      <b className="small">{t('isolate.stillSeen')}</b>
      <ul className="small mono any" style={{ margin: 0 }}>{list.map((s) => <li key={s}>{s}</li>)}</ul>
    </div>
  )
}
