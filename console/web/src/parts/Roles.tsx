import { Alert, Button } from '@mantine/core'
import type { Schemas } from '../api/client'
import { api, data } from '../api/client'
import { useChange, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { useExplain } from './states'
import { When } from './When'

type Fact = Schemas['RoleFact']

/** What a machine is for: confirmed by people, or only learnt and so not relied on without good reason. */
export function Roles({ uid, facts }: { uid: string; facts: Fact[] }) {
  const { t, word, x } = useWords()
  const explain = useExplain()
  const role = useSession().data?.role
  const may = role === 'operator' || role === 'admin'
  const tell = useChange(({ role, confirmed }: { role: string; confirmed: boolean }) =>
    data(api.PUT('/api/v1/devices/{uid}/roles/{role}', { params: { path: { uid, role } }, body: { confirmed } })))
  if (!facts.length) return null
  return (
    <section className="card" aria-labelledby="roles">
      <h2 id="roles">{t('duty.title')}</h2>
      <p className="soft small" style={{ marginTop: 0 }}>{t('duty.about')}</p>
      <ul className="rolelist">
        {facts.map((f) => (
          <li key={f.role}>
            <div className="row between">
              <span className="row"><b>{word('role', f.role)}</b> <State f={f} /></span>
              {may && (
                <span className="row">
                  {!f.confirmed && <Button size="compact-sm" variant="default" loading={tell.isPending} onClick={() => tell.mutate({ role: f.role, confirmed: true })}>{t('duty.confirm')}</Button>}
                  {!f.denied && <Button size="compact-sm" variant="default" loading={tell.isPending} onClick={() => tell.mutate({ role: f.role, confirmed: false })}>{t('duty.deny')}</Button>}
                </span>
              )}
            </div>
            <div className="small">{x(f.reason)}</div>
            <div className="soft small">{word('source', f.source)}{f.last && <> ・ {t('duty.last')} <When at={f.last} only="ago" /></>}</div>
          </li>
        ))}
      </ul>
      {tell.error && <Alert color="red" role="alert" mt="sm">{explain(tell.error)}</Alert>}
    </section>
  )
}

function State({ f }: { f: Fact }) {
  const { t } = useWords()
  if (f.denied) return <span className="tag">{t('duty.denied')}</span>
  if (f.confirmed) return <span className="tag good">{t('duty.confirmed')}</span>
  return <span className={f.trusted ? 'tag info' : 'tag warn'}>{t(f.trusted ? 'duty.trusted' : 'duty.learnt')}</span>
}
