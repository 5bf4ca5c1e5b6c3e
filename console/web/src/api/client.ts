import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

/** What the API answered instead of what was asked for. */
export class ApiError extends Error {
  readonly problem: Problem | undefined
  readonly status: number
  readonly retryAfter: number
  constructor(status: number, problem: Problem | undefined, retryAfter = 0) {
    super(problem?.code ?? `HTTP ${status}`)
    this.status = status
    this.problem = problem
    this.retryAfter = retryAfter
  }
}

let csrf = ''

export function useToken(token: string) {
  csrf = token
}

const token: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrf) request.headers.set('X-CSRF-Token', csrf)
    return request
  },
}

const client = createClient<paths>({ baseUrl: '/' })
client.use(token)
export const api = client

/** Gives the data of an answer, or throws an ApiError. */
export async function data<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let got
  try {
    got = await answer
  } catch {
    throw new ApiError(0, undefined)
  }
  if (!got.response.ok) {
    const problem = got.error && typeof got.error === 'object' ? (got.error as Problem) : undefined
    throw new ApiError(got.response.status, problem, Number(got.response.headers.get('Retry-After') ?? 0))
  }
  return got.data as T
}
