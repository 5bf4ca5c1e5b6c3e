import { Button, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState, type FormEvent } from 'react'
import { useReports } from '../api/hooks'
import { useWords } from '../i18n'
import { Loaded } from '../parts/states'

/** 2026年11月, or 2026-11-01 – 2026-11-15. */
function usePeriodName() {
  const { lang } = useWords()
  return (period: string) => {
    const m = /^(\d{4})-(\d\d)$/.exec(period)
    if (!m) return period.replace('_', ' – ')
    return new Date(Date.UTC(Number(m[1]), Number(m[2]) - 1, 15)).toLocaleDateString(lang === 'en' ? 'en-GB' : 'ja-JP', { year: 'numeric', month: 'long', timeZone: 'UTC' })
  }
}

export function Reports() {
  const { t, lang } = useWords()
  const query = useReports()
  const name = usePeriodName()
  const [chosen, setChosen] = useState<string>()
  return (
    <>
      <div className="head"><h1>{t('reports.title')}</h1></div>
      <Loaded query={query}>
        {(list) => {
          const period = chosen ?? list.items[0]?.period ?? ''
          const url = `/api/v1/reports/${period}`
          return (
            <div className="reportgrid">
              <div className="stack">
                <section className="card" aria-labelledby="months">
                  <h2 id="months">{t('reports.month')}</h2>
                  <div className="months">
                    {list.items.map((r) => (
                      <a key={r.period} href={`#${r.period}`} aria-current={r.period === period} onClick={(e) => { e.preventDefault(); setChosen(r.period) }}>
                        <b>{name(r.period)}</b> {r.running && <span className="tag info">{t('reports.running')}</span>}
                        <div className="soft small">{t('reports.cases', { n: r.incidents, m: r.orders })}</div>
                      </a>
                    ))}
                  </div>
                </section>
                <AnyPeriod choose={setChosen} />
              </div>
              <section className="stack" aria-labelledby="preview">
                <div className="row between">
                  <h2 id="preview" style={{ margin: 0 }}>{t('reports.frame', { period: name(period) })}</h2>
                  <Button component="a" href={`${url}/pdf?lang=${lang}`} download leftSection={<IconDownload size={18} aria-hidden />}>{t('reports.pdf')}</Button>
                </div>
                <iframe key={url + lang} className="reportframe" src={`${url}/html?lang=${lang}`} title={t('reports.frame', { period: name(period) })} sandbox="" />
              </section>
            </div>
          )
        }}
      </Loaded>
    </>
  )
}

function AnyPeriod({ choose }: { choose: (period: string) => void }) {
  const { t } = useWords()
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const bad = from !== '' && until !== '' && until < from
  const submit = (e: FormEvent) => {
    e.preventDefault()
    if (from && until && !bad) choose(`${from}_${until}`)
  }
  return (
    <form className="card stack" onSubmit={submit} aria-labelledby="period">
      <h2 id="period" style={{ margin: 0 }}>{t('reports.period')}</h2>
      <TextInput type="date" label={t('reports.from')} value={from} onChange={(e) => setFrom(e.currentTarget.value)} required withAsterisk={false} />
      <TextInput type="date" label={t('reports.until')} value={until} onChange={(e) => setUntil(e.currentTarget.value)} required withAsterisk={false} error={bad && t('reports.bad')} />
      <Button type="submit" variant="default">{t('reports.show')}</Button>
    </form>
  )
}
