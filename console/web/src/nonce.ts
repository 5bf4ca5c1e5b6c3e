declare global {
  // The name under which libraries that write style sheets at run time look for the nonce.
  var __webpack_nonce__: string | undefined
}

/** The nonce that this answer's content security policy admits for style sheets. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
globalThis.__webpack_nonce__ = nonce
