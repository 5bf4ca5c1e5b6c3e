export type Paragraph = { kind: 'heading' | 'text'; text: string } | { kind: 'list'; items: string[] }

/** A case's story as headings (【…】, or a short English line without a full stop), lists (・ or - before each line) and paragraphs. */
export function paragraphs(story: string): Paragraph[] {
  const out: Paragraph[] = []
  for (const raw of story.split('\n')) {
    const line = raw.trim()
    const heading = /^(?:【(.+)】|([A-Z][ -~]{1,38}[^.:!?]))$/.exec(line)
    const item = /^(?:・|- )(.+)$/.exec(line)
    const last = out.at(-1)
    if (line === '') continue
    if (heading) out.push({ kind: 'heading', text: heading[1] ?? heading[2] ?? '' })
    else if (!item) out.push({ kind: 'text', text: line })
    else if (last?.kind === 'list') last.items.push(item[1] ?? '')
    else out.push({ kind: 'list', items: [item[1] ?? ''] })
  }
  return out
}
