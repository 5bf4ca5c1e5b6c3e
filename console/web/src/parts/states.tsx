import { Button, Skeleton } from '@mantine/core'
import { IconCloudOff, IconPlant2 } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiError } from '../api/client'
import { useWords } from '../i18n'

/** What went wrong, in the reader's language. */
export function useExplain() {
  const { t, x } = useWords()
  return (error: unknown): string => {
    if (error instanceof ApiError) {
      if (error.problem?.text) return x(error.problem.text)
      if (error.status === 0) return t('error.network')
    }
    return t('error.title')
  }
}

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useWords()
  const explain = useExplain()
  return (
    <div className="card empty" role="alert">
      <IconCloudOff aria-hidden />
      <b>{t('error.title')}</b>
      <p>{explain(error)}</p>
      {again && <Button variant="default" onClick={again}>{t('common.retry')}</Button>}
    </div>
  )
}

export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <IconPlant2 aria-hidden />
      <b>{title}</b>
      {text && <p>{text}</p>}
      {children}
    </div>
  )
}

export function Loading({ lines = 4 }: { lines?: number }) {
  const { t } = useWords()
  return (
    <div className="stack" role="status" aria-live="polite">
      <span className="hidden">{t('common.loading')}</span>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} height={i === 0 ? 90 : 46} radius="md" />
      ))}
    </div>
  )
}

/** Loading, failed or there: what was read before stays on the screen while it is read again. */
export function Loaded<T>({ query, lines, children }: { query: UseQueryResult<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />
  return <Loading lines={lines} />
}
