import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { When } from './When'

/** From here on a machine counts as named; below it, the other candidates are shown first. */
const sure = 80

/** Says aloud that the machine may be another one, and which. */
export function Doubt({ device }: { device: Schemas['Device'] }) {
  const { t, x } = useWords()
  const n = device.confidence ?? 0
  if (!n || n >= sure) return null
  return (
    <div className="verdict warn small doubt" role="note">
      <b>{t('doubt.title', { n })}</b>
      {device.unsure && <div>{x(device.unsure)}</div>}
      {!!device.candidates?.length && (
        <>
          <div>{t('doubt.candidates')}</div>
          <ul>
            {device.candidates.map((c, i) => (
              <li key={i}>
                {c.uid ? <Link to="/devices/$uid" params={{ uid: c.uid }}>{c.hostname || c.ip || c.mac}</Link> : c.hostname || c.ip}
                {c.user && <> {c.user}</>} <span className="soft">{[c.hostname && c.ip, c.mac].filter(Boolean).join(' ')}</span>
                <div>{x(c.why)} {c.last && <span className="soft">（<When at={c.last} only="ago" />）</span>}</div>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
