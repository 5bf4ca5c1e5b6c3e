import { IconCheck, IconX } from '@tabler/icons-react'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'

/** What was checked before anything is done, and which of it refuses. */
export function Guards({ list }: { list: readonly Schemas['GuardResult'][] }) {
  const { t, x } = useWords()
  return (
    <div>
      <h3>{t('isolate.guards')}</h3>
      <ul className="plain guards">
        {list.map((g) => (
          <li key={g.name}>
            {g.ok ? <IconCheck className="ok" aria-label={t('isolate.guardOk')} role="img" /> : <IconX className={g.soft ? 'soft' : 'no'} aria-label={t(g.soft ? 'isolate.guardSoft' : 'isolate.guardNo')} role="img" />}
            <span>{x(g.text)}{!g.ok && g.soft && <span className="soft small">（{t('isolate.guardSoft')}）</span>}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What each enforcer would be told, in its own words, for those who ask. */
export function PlannedCommands({ list }: { list: readonly Schemas['EnforcerPlan'][] }) {
  const { t } = useWords()
  if (list.length === 0) return null
  return (
    <details className="small">
      <summary>{t('isolate.commands')}</summary>
      {list.map((c) => <pre key={c.enforcer} className="code" tabIndex={0}>{`# ${c.enforcer}\n${c.lines.join('\n')}`}</pre>)}
    </details>
  )
}
