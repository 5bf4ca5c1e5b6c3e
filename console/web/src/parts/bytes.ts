/** 1.2 MB: as people read sizes, in powers of 1000. */
export function bytes(n: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let i = 0
  while (n >= 1000 && i < units.length - 1) {
    n /= 1000
    i++
  }
  return `${i === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[i]}`
}

/** 480 minutes as 8 hours, with the catalogue's word and its number. */
export function span(minutes: number): { key: string; n: number } {
  if (minutes >= 2880 && minutes % 1440 === 0) return { key: 'isolate.days', n: minutes / 1440 }
  if (minutes >= 60 && minutes % 60 === 0) return { key: 'isolate.hours', n: minutes / 60 }
  return { key: 'isolate.minutes', n: minutes }
}
