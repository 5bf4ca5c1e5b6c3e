// The browser tests of the console, on Debian's Chromium.
//
//   npm run e2e           every page over the town in memory, then the way through bin/yagura (built by `make build`)
//   npm run e2e pages     the first part alone
//   npm run e2e response  two people cut a floor off, rehearse the policy, stop everything
//   npm run e2e real      the last part alone
import { openBrowser } from './browser.mjs'
import { binary, hasBinary } from './demo.mjs'
import { everyPage } from './pages.mjs'
import { realBinary } from './real.mjs'
import { response } from './response.mjs'

const parts = { pages: everyPage, response, real: realBinary }
const asked = process.argv.slice(2)
for (const name of asked) {
  if (!(name in parts)) {
    console.error(`no part ${name}; there are: ${Object.keys(parts).join(', ')}`)
    process.exit(2)
  }
}
const names = asked.length ? asked : Object.keys(parts)
let failed = false
const browser = await openBrowser()
try {
  for (const name of names) {
    console.log(`# ${name}`)
    if (name === 'real' && !hasBinary()) throw new Error(`${binary} is not there. Run: make build`)
    await parts[name](browser)
  }
} catch (error) {
  failed = true
  console.error(error.message)
  if (error.cause) console.error(error.cause)
} finally {
  await browser.close()
}
process.exit(failed ? 1 : 0)
