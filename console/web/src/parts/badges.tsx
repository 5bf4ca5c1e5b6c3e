import { useWords } from '../i18n'

export type Grade = 'high' | 'middle' | 'low' | 'none'

export function grade(n: number): Grade {
  if (n >= 8) return 'high'
  if (n >= 4) return 'middle'
  return n >= 1 ? 'low' : 'none'
}

/** Host severity: a colour, a word and the number. */
export function Severity({ n, big }: { n: number; big?: boolean }) {
  const { t } = useWords()
  const g = grade(n)
  return (
    <span className={`sev ${g}${big ? ' big' : ''}`}>
      <span className="hidden">{t('severity.label')} </span>
      {t(`severity.${g}`)}
      {n > 0 && <i>{n}</i>}
    </span>
  )
}

const caseTone: Record<string, string> = { new: 'bad', in_progress: 'info', contained: 'good' }

export function CaseState({ state }: { state: string }) {
  const { word } = useWords()
  return <span className={`tag ${caseTone[state] ?? ''}`}>{word('state', state)}</span>
}

const orderTone: Record<string, string> = {
  awaiting_approval: 'warn', proposed: 'warn', rehearsed: 'warn', approved: 'info', applying: 'info', applied: 'info', verifying: 'info',
  verified: 'good', ineffective: 'bad', partial: 'bad', failed: 'bad', releasing: 'info',
}

export function OrderState({ state }: { state: string }) {
  const { word } = useWords()
  return <span className={`tag ${orderTone[state] ?? ''}`}>{word('order', state)}</span>
}

export function Phases({ list }: { list: readonly string[] | null | undefined }) {
  const { word } = useWords()
  if (!list?.length) return null
  return (
    <span className="tags">
      {list.map((p) => (
        <span key={p} className="tag">{word('phase', p)}</span>
      ))}
    </span>
  )
}
