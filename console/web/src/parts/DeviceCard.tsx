import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { Doubt } from './Doubt'

/** どの端末・どこ・だれ: what one must know to walk there and to call. */
export function DeviceCard({ device, link }: { device: Schemas['Device']; link?: boolean }) {
  const { t, word, x } = useWords()
  const uid = device.uid ?? ''
  const conflicts = (device.conflicts ?? []).filter((c) => c.ja !== device.unsure?.ja)
  const name = device.hostname || device.ip || device.mac || uid
  return (
    <>
      <Doubt device={device} />
      <dl className="facts">
        <dt>{t('field.hostname')}</dt>
        <dd>
          {link ? <Link to="/devices/$uid" params={{ uid }}><b>{name}</b></Link> : <b>{name}</b>}
        </dd>
        <dt>{t('incident.where')}</dt>
        <dd>{[device.department, device.place].filter(Boolean).join('・') || t('common.unknown')}</dd>
        <dt>{t('incident.whoUses')}</dt>
        <dd>{device.user || device.owner || t('common.unknown')}</dd>
        {device.phone && (
          <>
            <dt>{t('field.phone')}</dt>
            <dd>{device.phone}</dd>
          </>
        )}
        {device.port && (
          <>
            <dt>{t('field.port')}</dt>
            <dd className="mono">{device.port}</dd>
          </>
        )}
        <dt>{t('incident.addr')}</dt>
        <dd className="mono">
          {(device.ips?.length ? device.ips : device.ip ? [device.ip] : []).map((a) => <div key={a}>{a}</div>)}
          {device.mac && <div className="soft">{device.mac}</div>}
        </dd>
        {device.zone && (
          <>
            <dt>{t('field.zone')}</dt>
            <dd>{word('zone', device.zone)}</dd>
          </>
        )}
        {!!device.roles?.length && (
          <>
            <dt>{t('device.roles')}</dt>
            <dd className="tags">{device.roles.map((r) => <span key={r} className="tag info">{word('role', r)}</span>)}</dd>
          </>
        )}
      </dl>
      {!!conflicts.length && (
        <div className="verdict warn small" style={{ marginTop: '0.8rem', fontWeight: 400 }}>
          <b>{t('device.conflicts')}</b>
          {conflicts.map((c, i) => <div key={i}>{x(c)}</div>)}
        </div>
      )}
    </>
  )
}
