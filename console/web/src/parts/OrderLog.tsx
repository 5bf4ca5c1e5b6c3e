import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { receiptText } from './order'
import { When } from './When'

/** The steps of an isolation, and every command that was sent with its answer. */
export function OrderLog({ o }: { o: Schemas['Order'] }) {
  const { t, x, word } = useWords()
  const person = (who: string) => word('actor', who)
  return (
    <section className="card" aria-labelledby="log">
      <h2 id="log">{t('isolate.history')}</h2>
      <ol className="plain timeline">
        {(o.history ?? []).map((h, i) => (
          <li key={i}>
            <b>{word('order', h.to)}</b> <span className="soft small"><When at={h.time} only="clock" seconds />・{person(h.who)}</span>
            <div>{x(h.why)}</div>
          </li>
        ))}
      </ol>
      {!!o.receipts?.length && (
        <>
          <h3 style={{ marginTop: '1.2rem' }}>{t('isolate.receipts')}</h3>
          <p className="soft small">{t('proof.receiptsHint')}</p>
          {o.receipts.map((r, i) => (
            <details key={i} className="small receipt">
              <summary>
                <span className={`tag ${r.ok ? 'good' : 'bad'}`}>{t(r.ok ? 'proof.ok' : 'proof.ng')}</span> <b>{r.enforcer}</b> {word('op', r.op)} <span className="soft"><When at={r.time} only="clock" seconds /></span>
              </summary>
              <pre className="code" tabIndex={0}>{receiptText(r)}</pre>
            </details>
          ))}
        </>
      )}
    </section>
  )
}
