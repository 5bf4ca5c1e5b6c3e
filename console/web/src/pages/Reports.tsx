import { Button, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState, type FormEvent } from 'react'
import type { Schemas } from '../api/client'
import { useReports, useSeparation } from '../api/hooks'
import { useWords } from '../i18n'
import { Loaded } from '../parts/states'

/** What is shown beside the list: a monthly report, or the certificate of one day. */
interface Choice { kind: 'monthly' | 'separation'; period: string }

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
  const { t } = useWords()
  const query = useReports()
  const name = usePeriodName()
  const [chosen, setChosen] = useState<Choice>()
  const monthly = (period: string) => setChosen({ kind: 'monthly', period })
  return (
    <>
      <div className="head"><h1>{t('reports.title')}</h1></div>
      <Loaded query={query}>
        {(list) => {
          const shown = chosen ?? { kind: 'monthly', period: list.items[0]?.period ?? '' }
          return (
            <div className="reportgrid">
              <div className="stack">
                <section className="card" aria-labelledby="months">
                  <h2 id="months">{t('reports.month')}</h2>
                  <div className="months">
                    {list.items.map((r) => (
                      <a key={r.period} href={`#${r.period}`} aria-current={shown.kind === 'monthly' && r.period === shown.period} onClick={(e) => { e.preventDefault(); monthly(r.period) }}>
                        <b>{name(r.period)}</b> {r.running && <span className="tag info">{t('reports.running')}</span>}
                        <div className="soft small">{t('reports.cases', { n: r.incidents, m: r.orders })}</div>
                      </a>
                    ))}
                  </div>
                </section>
                <Certificates shown={shown} choose={(day) => setChosen({ kind: 'separation', period: `${day}_${day}` })} />
                <AnyPeriod choose={monthly} />
              </div>
              <Preview shown={shown} name={name} />
            </div>
          )
        }}
      </Loaded>
    </>
  )
}

function Preview({ shown, name }: { shown: Choice; name: (period: string) => string }) {
  const { t, lang } = useWords()
  const url = `/api/v1/reports/${shown.period}`
  const ask = `?kind=${shown.kind}&lang=${lang}`
  const title = shown.kind === 'monthly' ? t('reports.frame', { period: name(shown.period) }) : t('reports.certFrame', { day: shown.period.slice(0, 10) })
  return (
    <section className="stack" aria-labelledby="preview">
      <div className="row between">
        <h2 id="preview" style={{ margin: 0 }}>{title}</h2>
        <Button component="a" href={`${url}/pdf${ask}`} download leftSection={<IconDownload size={18} aria-hidden />}>{t('reports.pdf')}</Button>
      </div>
      <iframe key={url + ask} className="reportframe" src={`${url}/html${ask}`} title={title} sandbox="" />
    </section>
  )
}

/** A day counts as proven when nearly all of it was watched. */
const enough = 0.98
const week = 7

function Certificates({ shown, choose }: { shown: Choice; choose: (day: string) => void }) {
  const { t } = useWords()
  const query = useSeparation()
  const [all, setAll] = useState(false)
  return (
    <section className="card" aria-labelledby="certificates">
      <h2 id="certificates">{t('reports.certificates')}</h2>
      <p className="soft small" style={{ marginTop: 0 }}>{t('reports.certAbout')}</p>
      <Loaded query={query}>
        {(list) => list.items.length === 0 ? <p className="soft small">{t('reports.certNone')}</p> : (
          <>
            <div className="months">
              {list.items.slice(0, all ? undefined : week).map((d) => (
                <a key={d.day} href={`#${d.day}`} aria-current={shown.kind === 'separation' && shown.period.startsWith(d.day)} onClick={(e) => { e.preventDefault(); choose(d.day) }}>
                  <b>{d.day}</b> <DayState d={d} />
                  <div className="soft small">{t('reports.checked', { n: d.checked.toLocaleString() })}</div>
                </a>
              ))}
            </div>
            {!all && list.items.length > week && <Button variant="default" size="compact-sm" onClick={() => setAll(true)}>{t('reports.moreDays')}</Button>}
          </>
        )}
      </Loaded>
    </section>
  )
}

function DayState({ d }: { d: Schemas['SeparationDay'] }) {
  const { t } = useWords()
  if (d.breaches) return <span className="tag bad">{t('reports.breaches', { n: d.breaches })}</span>
  if (!d.digest) return <span className="tag info">{t('reports.running')}</span>
  if (d.minutes < enough * 1440) return <span className="tag warn">{t('reports.gaps')}</span>
  return <span className="tag good">{t('reports.zero')}</span>
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
