/** 0.123 as 12 %, and what is there but small as "1 % 未満" would need words: below one per cent with one digit. */
export function percent(share: number): string {
  const n = 100 * share
  if (n > 0 && n < 0.1) return '< 0.1 %'
  if (n < 1 && n > 0) return `${n.toFixed(1)} %`
  if (n > 99 && n < 100) return `${(Math.floor(n * 10) / 10).toFixed(1)} %`
  return `${Math.round(n)} %`
}

/** 2026-11-21 as 11/21（土）. */
export function dayLabel(day: string, lang: string): string {
  const [y, m, d] = day.split('-').map(Number)
  const at = new Date(Date.UTC(y ?? 1970, (m ?? 1) - 1, d ?? 1))
  const week = new Intl.DateTimeFormat(lang === 'ja' ? 'ja-JP' : 'en-GB', { weekday: 'short', timeZone: 'UTC' }).format(at)
  return lang === 'ja' ? `${m}/${d}（${week}）` : `${week} ${d}/${m}`
}

/** Gives a file to the person at the browser. */
export function download(name: string, content: Blob) {
  const url = URL.createObjectURL(content)
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
