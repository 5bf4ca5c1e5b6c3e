// Debian's Chromium under playwright-core, as every browser test of the console uses it.
import { chromium } from 'playwright-core'

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags })
}

export const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

/** A page that notes everything the browser complains about: errors, refused styles and scripts. */
export async function openPage(browser, size, options = {}) {
  const context = await browser.newContext({ viewport: size, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce', acceptDownloads: true, ...options })
  const page = await context.newPage()
  const complaints = []
  page.on('console', (m) => { if (m.type() === 'error' && !/401 \(Unauthorized\)/.test(m.text())) complaints.push(m.text()) })
  page.on('pageerror', (e) => complaints.push(String(e)))
  page.setDefaultTimeout(Number(process.env.E2E_TIMEOUT ?? 120_000)) // bounds a wait, judges nothing
  return { page, context, complaints }
}
