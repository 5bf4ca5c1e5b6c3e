import { Alert, Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { api, data, type Schemas } from '../api/client'
import { keys, queryClient, useSelfTest, useSession } from '../api/hooks'
import { useMutation } from '@tanstack/react-query'
import { useWords } from '../i18n'
import { Loaded, useExplain } from '../parts/states'
import { When } from '../parts/When'

export function SelfTest() {
  const { t } = useWords()
  const query = useSelfTest()
  return (
    <article className="stack">
      <div className="head" style={{ margin: 0 }}><h1>{t('selftest.title')}</h1></div>
      <p>{t('selftest.intro')}</p>
      <Run />
      <Loaded query={query} lines={6}>{(s) => (s.time ? <Result s={s} /> : <p className="soft">{t('selftest.never')}</p>)}</Loaded>
    </article>
  )
}

function Run() {
  const { t } = useWords()
  const explain = useExplain()
  const [notify, setNotify] = useState(false)
  const run = useMutation({
    mutationFn: () => data(api.POST('/api/v1/selftest', { body: { notify } })),
    onSuccess: (s) => queryClient.setQueryData(keys.selftest, s),
  })
  if (useSession().data?.role === 'viewer') return null
  return (
    <section className="card stack noprint" aria-label={t('selftest.title')}>
      {run.error && <Alert color="red" role="alert">{explain(run.error)}</Alert>}
      <Checkbox label={t('selftest.notify')} checked={notify} onChange={(e) => setNotify(e.currentTarget.checked)} />
      <div><Button loading={run.isPending} onClick={() => run.mutate()}>{t('selftest.run')}</Button></div>
    </section>
  )
}

function Result({ s }: { s: Schemas['SelfTest'] }) {
  const { t } = useWords()
  const bad = s.results.filter((r) => !r.ok)
  const good = s.results.filter((r) => r.ok)
  return (
    <div className="stack">
      <p role="status" style={{ margin: 0 }}><b className={bad.length ? 'badtext' : 'goodtext'}>{t('selftest.sum', { n: s.results.length, good: good.length })}</b> <span className="soft small">{s.time && <When at={s.time} />} {s.who}</span></p>
      {bad.length > 0 && <Rows list={bad} title={t('selftest.silent')} />}
      <Rows list={good} title={t('selftest.fires')} />
    </div>
  )
}

function Rows({ list, title }: { list: Schemas['SelfTestResult'][]; title: string }) {
  const { t, x } = useWords()
  if (!list.length) return null
  return (
    <section className="card">
      <h2>{title}</h2>
      <table className="table gates" aria-label={title}>
        <thead><tr>{['what', 'result', 'mode', 'severity', 'why'].map((c) => <th key={c} scope="col">{t(`selftest.col_${c}`)}</th>)}</tr></thead>
        <tbody>
          {list.map((r) => (
            <tr key={r.detector}>
              <td className="wide"><b>{x(r.title)}</b> <span className="soft small">{r.detector}</span></td>
              <td data-label={t('selftest.col_result')}><span className={r.ok ? 'goodtext' : 'badtext'}>{r.ok ? t('selftest.ok') : t('selftest.red')}</span></td>
              <td data-label={t('selftest.col_mode')}>{r.mode ? t(`selftest.mode_${r.mode}`) : '－'}</td>
              <td data-label={t('selftest.col_severity')} className="num">{r.severity || '－'}</td>
              <td data-label={t('selftest.col_why')} className={r.why?.length || (r.ok && r.silent?.length) ? 'small' : 'small empty-cell'}>{(r.why ?? []).map((w, n) => <div key={n}>{x(w)}</div>)}{r.ok && r.silent?.length ? <div className="soft">{t('selftest.partly')} {r.silent.join(' ')}</div> : null}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
