import { useEffect, useState } from 'react'
import { useWords } from '../i18n'
import { brief, clock, distance, moment } from './time'

function useNow(): number {
  const [now, set] = useState(Date.now)
  useEffect(() => {
    const t = setInterval(() => set(Date.now()), 20_000)
    return () => clearInterval(t)
  }, [])
  return now
}

/** The time, and how long ago it was. */
export function When({ at, only, seconds }: { at: string | undefined; only?: 'ago' | 'clock' | 'brief'; seconds?: boolean }) {
  const { t, lang } = useWords()
  const now = useNow()
  if (!at || !moment(at)) return <span className="soft">—</span>
  const full = clock(at, lang, seconds)
  if (only === 'clock') return <time dateTime={at} className="nowrap">{full}</time>
  if (only === 'brief') return <time dateTime={at} title={full} className="nowrap">{brief(at)}</time>
  const d = distance(at, now)
  const ago = t(d.key, { n: d.n })
  if (only === 'ago') return <time dateTime={at} title={full} className="nowrap">{ago}</time>
  return (
    <time dateTime={at}>
      <span className="nowrap">{full}</span> <span className="soft small nowrap">（{ago}）</span>
    </time>
  )
}
