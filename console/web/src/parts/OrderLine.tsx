import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { OrderState } from './badges'
import { orderName } from './segment'
import { When } from './When'

/** An isolation in one line, and the way to all of it. */
export function OrderLine({ order }: { order: Schemas['Order'] }) {
  const words = useWords()
  const name = orderName(order, words)
  return (
    <li className="need">
      <span><OrderState state={order.state} /></span>
      <div>
        <div className="what">{name}</div>
        <div className="soft small">{words.x(order.reason)}・<When at={order.time} only="ago" /></div>
      </div>
      <Button component={Link} {...({ to: '/orders/$uid', params: { uid: order.uid ?? '' } } as { to: string })} variant="default" size="sm">
        {words.t('overview.go')}<span className="hidden"> {name}</span>
      </Button>
    </li>
  )
}
