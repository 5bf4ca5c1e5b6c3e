import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useExplanation } from '../api/hooks'
import { useWords } from '../i18n'
import { gateValue, gateThreshold } from './gates'
import { Loaded } from './states'

/** Why a finding came about, gate by gate; it is asked for when it is opened. */
export function WhyJudged({ uid, title }: { uid: string; title: string }) {
  const { t } = useWords()
  const [open, setOpen] = useState(false)
  const query = useExplanation(uid, open)
  return (
    <details className="why" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t('why.open')}</summary>
      {open && <Loaded query={query} lines={4}>{(x) => <Explained x={x} title={title} />}</Loaded>}
    </details>
  )
}

function Explained({ x, title }: { x: Schemas['Explanation']; title: string }) {
  const { t, x: say } = useWords()
  const gates = x.gates.filter((g) => g.name !== 'exception')
  const exceptions = x.gates.filter((g) => g.name === 'exception')
  return (
    <div>
      {gates.length ? <Gates list={gates} label={`${t('why.gates')}：${title}`} /> : <p>{t('why.nothing')}</p>}
      <Sentences title={t('why.counter')} list={(x.finding.counter_evidence ?? []).map((c) => say(c.text))} />
      <Sentences title={t('why.exceptions')} list={exceptions.length ? exceptions.map((g) => say(g.text)) : [t('why.noException')]} />
      <Sentences title={t('why.quiet')} list={x.quiet.map(say)} />
      {x.except && (
        <>
          <b className="small">{t('why.except')}</b>
          <pre className="snippet" tabIndex={0}>{x.except}</pre>
        </>
      )}
      {x.why?.length ? <Sentences title={x.case ?? ''} list={x.why.map(say)} /> : null}
    </div>
  )
}

function Sentences({ title, list }: { title: string; list: string[] }) {
  if (!list.length) return null
  return (
    <>
      <b className="small">{title}</b>
      <ul className="reasons">{list.map((s, n) => <li key={n}>{s}</li>)}</ul>
    </>
  )
}

/** On a narrow screen a row becomes a card: the cells carry their heading. */
function Gates({ list, label }: { list: Schemas['Gate'][]; label: string }) {
  const { t, x } = useWords()
  return (
    <table className="table gates" aria-label={label}>
      <thead>
        <tr>{(['gate', 'value', 'threshold', 'result', 'source'] as const).map((c) => <th key={c} scope="col">{t(`why.col_${c}`)}</th>)}</tr>
      </thead>
      <tbody>
        {list.map((g, n) => (
          <tr key={n} className={g.passed ? 'passed' : 'missed'}>
            <td className="wide">{x(g.text)}</td>
            <td data-label={t('why.col_value')} className="num">{gateValue(g, t)}</td>
            <td data-label={t('why.col_threshold')} className="num">{gateThreshold(g, t)}</td>
            <td data-label={t('why.col_result')}><span className="mark">{g.passed ? t('why.passed') : t('why.missed')}</span>{g.points ? <span className="soft"> {t('why.points', { n: (g.points > 0 ? '+' : '') + Number(g.points.toPrecision(3)) })}</span> : null}</td>
            <td data-label={t('why.col_source')} className="small soft any">{g.source || t('why.fixed')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
