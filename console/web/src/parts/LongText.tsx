import { Textarea } from '@mantine/core'

interface Props {
  label: string
  example?: string // shown while nothing is written
  value: string
  onChange: (text: string) => void
  max?: number // characters
  required?: boolean
  first?: boolean // a dialog begins here
}

/** Lines in a person's own words: why something is done, what was done. */
export function LongText({ label, example, value, onChange, max = 1000, required, first }: Props) {
  return (
    <Textarea label={label} placeholder={example} value={value} onChange={(e) => onChange(e.currentTarget.value)} autosize minRows={2}
      maxLength={max} required={required} data-autofocus={first} />
  )
}
