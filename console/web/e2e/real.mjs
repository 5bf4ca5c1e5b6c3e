// The whole way through the real binary: log in, see the case appear, read its story, see the isolation verified,
// release, isolate by hand, see it verified, release, download the PDF.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { openPage, sizes } from './browser.mjs'
import { startDemo } from './demo.mjs'
import { axe, isolate, login, readCase, release, reportPDF, step, verified } from './steps.mjs'

const device = 'PC-SOUMU'

export async function realBinary(browser) {
  const demo = await step('yagura demo starts', startDemo)
  console.log(`      ${demo.real ? 'a town of namespaces, isolation is real' : 'the recorded breach, isolation is rehearsed'}`)
  try {
    const { page, complaints } = await openPage(browser, sizes.wide)
    await step('log in', () => login(page, demo))
    await step('the case appears without reload', () => page.getByRole('link', { name: new RegExp(`確認する.*${device}`) }).first().waitFor({ timeout: 180_000 }))
    await step('the case tells its story', () => readCase(page, device))
    await (demo.real ? contained : rehearsed)(page)
    await step('the machine tells who, where and what it did', () => machine(page, demo))
    await step('the report names the case and its PDF downloads', () => reportPDF(page, demo.url, readFileSync))
    await step('the ledger tells who did what', async () => {
      await page.goto(`${demo.url}/audit`)
      await page.getByRole('table', { name: '操作記録' }).getByText('ログイン').first().waitFor()
    })
    await step('the browser complains about nothing', () => assert.deepEqual(complaints, []))
  } catch (error) {
    console.error(demo.told.join('\n'))
    throw error
  } finally {
    const code = await demo.stop()
    await step('Ctrl-C ends the demo cleanly', () => assert.equal(code, 0))
  }
}

async function contained(page) {
  await step('the policy isolates it, and silence is observed', () => verified(page).catch(async () => { await page.reload(); await verified(page) }))
  await step('the contained case is accessible', () => axe(page, 'contained case'))
  await step('release', () => release(page))
  await step('isolate by hand, with a preview of exactly what it does', () => isolate(page))
  await step('silence is observed again', () => verified(page))
  await step('release again', () => release(page))
}

async function rehearsed(page) {
  await step('the policy rehearses the isolation', () => page.getByText('予行として記録しました').first().waitFor({ timeout: 180_000 }))
  await step('the rehearsed case is accessible', () => axe(page, 'rehearsed case'))
  await step('isolate by hand: it says that it only rehearses', () => isolate(page))
  await step('it is recorded', () => page.getByText('予行として記録しました').first().waitFor())
}

async function machine(page, demo) {
  await page.goto(`${demo.url}/devices`)
  await page.getByRole('table', { name: '端末' }).getByRole('link', { name: device }).first().click()
  await page.getByRole('heading', { name: 'この端末だと分かる理由' }).waitFor()
  await page.getByRole('group', { name: '主な通信先' }).getByRole('row').nth(1).waitFor()
  await axe(page, 'machine')
}
