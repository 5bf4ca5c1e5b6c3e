// The response as two people at 9 p.m. meet it: a floor is cut off by two of them, the policy is rehearsed, everything is stopped.
import assert from 'node:assert/strict'
import { openPage, sizes } from './browser.mjs'
import { startTown } from './server.mjs'
import { axe, isolate, login, menu, step, verified } from './steps.mjs'

export async function response(browser) {
  const town = await startTown()
  try {
    const { page, complaints } = await openPage(browser, sizes.wide)
    await step('log in', () => login(page, town))
    const other = await step('a colleague gets an account', () => colleague(page, town))
    const { page: theirs, complaints: also } = await openPage(browser, sizes.wide)
    await step('the colleague logs in', () => login(theirs, { ...town, ...other }))
    await theirs.setViewportSize(sizes.phone) // a telephone, at home
    const order = await step('a floor: see who is affected, then ask', () => askForFloor(page))
    await step('who asked cannot approve as well', () => notAlone(page))
    await step('the colleague reads what follows, and approves', () => approve(theirs, town, order))
    await step('silence is observed, and what it rests on is shown', () => proven(page))
    await step('the floor is released', () => releaseFloor(page))
    await step('a machine that must not be cut off: added, and its isolation lifted', () => protect(page, town))
    await step('the rehearsal: how many, how many of them wrongly; then auto is allowed', () => rehearse(page, town))
    await step('the colleague may look, and is told who may accept', () => mayNotAccept(theirs, town))
    await step('the freeze is in reach on every page, and stops', () => freeze(theirs, town))
    await step('everybody sees it; the administrator resumes', () => resume(page, theirs))
    await step('200 machines at once: one proposal at the top, the rest counted, no storm of notices', () => outbreak(page, town))
    await step('the browsers complain about nothing', () => assert.deepEqual([...complaints, ...also], []))
  } finally {
    await town.stop()
  }
}

async function colleague(page, town) {
  await page.goto(`${town.url}/settings`)
  await page.getByPlaceholder('利用者名').fill('suzuki')
  await page.getByRole('button', { name: '利用者を加える' }).click()
  const alert = page.getByRole('alert').filter({ hasText: '最初のパスワード' })
  const password = await alert.locator('.mono').innerText()
  await page.getByLabel('権限：suzuki').selectOption('operator')
  await page.waitForLoadState('networkidle').catch(() => {})
  return { user: 'suzuki', password }
}

async function askForFloor(page) {
  await menu(page).getByRole('link', { name: '隔離' }).click()
  await page.getByRole('link', { name: '区画ごと' }).click()
  await axe(page, 'segments')
  await page.getByRole('link', { name: /本庁舎 1階/ }).click()
  await page.getByRole('heading', { level: 1, name: /本庁舎 1階（フロア） を切り離すと/ }).waitFor()
  await page.getByText('まだ何も切り離していません').waitFor()
  for (const part of ['止まるサービス', '影響を受ける課', 'つながったままのもの']) await page.getByRole('heading', { name: part }).waitFor()
  await axe(page, 'segment')
  const ask = page.getByRole('button', { name: /の切り離しを求める$/ })
  assert.ok(await ask.isDisabled(), 'it can be asked for without a reason')
  await page.getByLabel('理由').fill('ランサムウェアが広がっているため')
  await ask.click()
  await page.waitForURL(/\/orders\/order-/)
  return new URL(page.url()).pathname
}

async function notAlone(page) {
  await page.getByText('あなたは1人目です').waitFor()
  assert.ok(await page.getByRole('button', { name: '承認して隔離する' }).isDisabled(), 'one person may approve twice')
  await axe(page, 'waiting order')
}

async function approve(page, town, order) {
  await page.goto(town.url)
  await page.getByRole('heading', { level: 1, name: /本庁舎 1階.*承認が必要です/ }).waitFor()
  await page.getByRole('link', { name: /^確認する/ }).first().click()
  await page.waitForURL(`**${order}`)
  await page.getByText('1人目（admin）は承認しました').waitFor()
  await page.getByRole('button', { name: '承認して隔離する' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('すぐに切り離しが始まり').waitFor()
  await axe(page, 'approval')
  await dialog.getByRole('button', { name: '承認して隔離する' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

async function proven(page) {
  await verified(page)
  await page.getByRole('heading', { name: '止まったと言える根拠' }).waitFor()
  await page.getByText('設定し、読み返して確かめました').waitFor()
  await page.getByText('admin, suzuki').waitFor()
  await axe(page, 'verified order')
}

async function releaseFloor(page) {
  await page.getByRole('button', { name: '隔離を解除する' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('理由').fill('点検が終わったため')
  await dialog.getByRole('button', { name: '隔離を解除する' }).click()
  await page.getByText('隔離は解除されました').waitFor()
}

/** The wrong PC was cut: whoever sees it puts it on the list, and it talks again. */
async function protect(page, town) {
  await page.goto(`${town.url}/devices`)
  await page.getByRole('table', { name: '端末' }).getByRole('link', { name: /PC-101/ }).first().click()
  await isolate(page)
  await verified(page)
  await page.goto(`${town.url}/never`)
  await page.getByRole('textbox', { name: '対象' }).fill('PC-101')
  await page.getByRole('textbox', { name: '理由' }).fill('窓口の端末。止めると住民票が出せません')
  await page.getByRole('textbox', { name: '担当' }).fill('税務課')
  await page.getByLabel(/いつまで/).fill('2027-03-31')
  await page.getByRole('button', { name: '加える', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('いま隔離中なら、その隔離は解除されます').waitFor()
  await axe(page, 'never dialog')
  await dialog.getByRole('button', { name: '加える' }).click()
  await page.getByText('次の 1 件の隔離を解除しています').waitFor()
  await axe(page, 'never')
  const row = page.getByRole('row').filter({ hasText: 'PC-101' })
  await row.getByText('税務課').waitFor()
  await row.getByText('2027年3月31日まで').waitFor()
  await row.getByRole('button', { name: /外す/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: '外す' }).click()
  await row.waitFor({ state: 'hidden' })
}

async function rehearse(page, town) {
  await page.goto(`${town.url}/rehearsal`)
  await page.getByRole('heading', { name: /過去 30 日なら、\d+ 台を自動で切り離していました/ }).waitFor()
  await page.getByText(/そのうち \d+ 台は、あとで「問題なし」と判断された端末です/).waitFor()
  await page.getByText('まだだれも確認していません').waitFor()
  await axe(page, 'rehearsal')
  await page.getByRole('button', { name: '確認して自動を認める' }).click()
  const dialog = page.getByRole('dialog')
  const yes = dialog.getByRole('button', { name: '確認して自動を認める' })
  assert.ok(await yes.isDisabled(), 'auto is allowed without a reason')
  await dialog.getByLabel('理由').fill('係内で確認')
  await yes.click()
  await page.getByText(/admin が .* にこの予行を確認しました/).waitFor()
}

async function mayNotAccept(page, town) {
  await page.goto(`${town.url}/rehearsal`)
  await page.getByText('この予行を確認しました').waitFor()
  assert.equal(await page.getByRole('button', { name: '確認して自動を認める' }).count(), 0)
}

async function freeze(page, town) {
  for (const path of ['/', '/incidents', '/devices', '/orders', '/segments', '/never', '/rehearsal', '/blind', '/reports', '/settings']) {
    await page.goto(town.url + path)
    await page.getByRole('button', { name: '全停止' }).waitFor()
  }
  await page.getByRole('button', { name: '全停止' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('いま効いている隔離は、そのまま続きます').waitFor()
  await axe(page, 'freeze')
  await dialog.getByRole('button', { name: 'すべての自動操作を止める' }).click()
  await page.getByText('全停止中：自動の隔離は行いません').waitFor()
  await page.getByText('再開は管理者が行います').waitFor()
}

async function resume(page, theirs) {
  await page.getByText('全停止中：自動の隔離は行いません').waitFor()
  await axe(page, 'frozen')
  await page.getByRole('button', { name: '自動操作を再開する' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '自動操作を再開する' }).click()
  for (const p of [page, theirs]) await p.getByText('全停止中：自動の隔離は行いません').waitFor({ state: 'hidden' })
}

async function outbreak(page, town) {
  await page.goto(town.url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await Promise.all([
    page.getByText('新しい案件が続いています').waitFor(), // it goes away by itself, however slow the rest is
    page.getByRole('heading', { level: 1, name: 'LGWAN系（ゾーン） の隔離に承認が必要です' }).waitFor(),
    page.getByText(/同じ内容がほかに 1\d\d 台/).first().waitFor(),
    town.outbreak(),
  ])
  assert.ok((await page.locator('.mantine-Notification-root').count()) <= 2, 'a storm of notices')
  assert.ok((await page.locator('.need').count()) <= 12, 'the overview lists too much')
  await axe(page, 'outbreak')
  await page.goto(`${town.url}/orders`)
  await page.getByRole('heading', { name: /判断を待っている隔離（1 件）/ }).waitFor()
  await page.getByRole('article', { name: 'LGWAN系（ゾーン）' }).getByText('この隔離には2人の承認が必要です').waitFor()
  await axe(page, 'ledger of an outbreak')
  await page.goto(`${town.url}/incidents`)
  await page.getByText('全 200 件').waitFor()
  assert.equal(await page.getByRole('table', { name: '案件' }).locator('tbody tr').count(), 50)
}
