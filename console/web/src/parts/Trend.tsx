import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'

echarts.use([BarChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** Cases by day and gravity, drawn; the same numbers stand in a table for those who do not see the drawing. */
export default function Trend({ days }: { days: Schemas['TrendDay'][] }) {
  const { t } = useWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!box.current) return
    const chart = echarts.init(box.current)
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    chart.setOption({
      animation: !still,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: '#55606c' },
      grid: { left: 34, right: 8, top: 34, bottom: 26 },
      legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: '#1d2733' } },
      // Drawn on the canvas: the page's security policy admits no inline style.
      tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' } },
      xAxis: { type: 'category', data: days.map((d) => label(d.day)), axisTick: { show: false }, axisLine: { lineStyle: { color: '#b9c2ca' } }, axisLabel: { color: '#55606c' } },
      yAxis: { type: 'value', minInterval: 1, max: (v: { max: number }) => Math.max(4, v.max), splitLine: { lineStyle: { color: '#e6e9eb' } }, axisLabel: { color: '#55606c' } },
      series: (['high', 'middle', 'low'] as const).map((g) => ({
        name: t(`severity.${g}`), type: 'bar', stack: 'cases', barMaxWidth: 26, data: days.map((d) => d[g]), itemStyle: { color: { high: '#a32015', middle: '#d99a2b', low: '#93a1ad' }[g] },
      })),
    })
    const fit = new ResizeObserver(() => chart.resize())
    fit.observe(box.current)
    return () => {
      fit.disconnect()
      chart.dispose()
    }
  }, [days, t])
  return (
    <>
      <div ref={box} className="chart" aria-hidden="true" />
      <div className="hidden">
      <table>
        <caption>{t('overview.trend')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('overview.trendDay')}</th>
            <th scope="col">{t('severity.high')}</th>
            <th scope="col">{t('severity.middle')}</th>
            <th scope="col">{t('severity.low')}</th>
          </tr>
        </thead>
        <tbody>
          {days.map((d) => (
            <tr key={d.day}>
              <th scope="row">{d.day}</th>
              <td>{d.high}</td>
              <td>{d.middle}</td>
              <td>{d.low}</td>
            </tr>
          ))}
        </tbody>
      </table>
      </div>
    </>
  )
}

function label(day: string): string {
  const [, m, d] = day.split('-')
  return `${Number(m)}/${Number(d)}`
}
