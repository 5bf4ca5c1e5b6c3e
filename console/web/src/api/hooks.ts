import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ApiError, data, useToken, type Schemas } from './client'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
})

export const keys = {
  session: ['session'],
  overview: ['overview'],
  incidents: ['incidents'],
  incident: (uid: string) => ['incident', uid],
  devices: ['devices'],
  device: (uid: string) => ['device', uid],
  orders: ['orders'],
  freeze: ['freeze'],
  selftest: ['selftest'],
}

async function session() {
  try {
    const s = await data(api.GET('/api/v1/session'))
    useToken(s.csrf)
    return s
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

/** Who is logged in; null when nobody is. */
export const useSession = () => useQuery({ queryKey: keys.session, queryFn: session, staleTime: 60_000 })

export function useEnter() {
  const client = useQueryClient()
  return (s: Schemas['SessionInfo']) => {
    useToken(s.csrf)
    client.setQueryData(keys.session, s)
  }
}

export const useOverview = () => useQuery({ queryKey: keys.overview, queryFn: () => data(api.GET('/api/v1/overview')), refetchInterval: 60_000 })

export const useIncidents = (state: string, min: number, offset: number, limit = 50) =>
  useQuery({
    queryKey: [...keys.incidents, state, min, offset, limit],
    queryFn: () => data(api.GET('/api/v1/incidents', { params: { query: { state, min_severity: min, offset, limit } } })),
    placeholderData: keepPreviousData,
  })

export const useIncident = (uid: string) =>
  useQuery({ queryKey: keys.incident(uid), queryFn: () => data(api.GET('/api/v1/incidents/{uid}', { params: { path: { uid } } })) })

/** The last self-test; its time is missing where there was none. */
export const useSelfTest = () => useQuery({ queryKey: keys.selftest, queryFn: () => data(api.GET('/api/v1/selftest')), staleTime: 60_000 })

export const useExplanation = (uid: string, wanted: boolean) =>
  useQuery({ queryKey: ['explain', uid], enabled: wanted, queryFn: () => data(api.GET('/api/v1/findings/{uid}/explain', { params: { path: { uid } } })) })

export const useDevices = () =>
  useQuery({ queryKey: keys.devices, queryFn: () => data(api.GET('/api/v1/devices', { params: { query: { limit: 10_000 } } })), staleTime: 15_000 })

export const useDevice = (uid: string) =>
  useQuery({ queryKey: keys.device(uid), queryFn: () => data(api.GET('/api/v1/devices/{uid}', { params: { path: { uid } } })) })

export type Question = 'timeline' | 'destinations'

export const useDeviceHunt = (uid: string, question: Question, hours: number) =>
  useQuery({
    queryKey: [...keys.device(uid), question, hours],
    queryFn: () => data(api.GET(`/api/v1/devices/{uid}/${question}`, { params: { path: { uid }, query: { hours } } })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })

/** Which machines talked to this address or name. */
export const useWhoElse = (what: string | undefined) =>
  useQuery({
    queryKey: ['hunt', 'whoelse', what],
    queryFn: () => data(api.POST('/api/v1/hunts/{name}', { params: { path: { name: 'whoelse' } }, body: { params: { what: what ?? '' } } })),
    enabled: what !== undefined,
    staleTime: 30_000,
  })

export const useOrders = (state: string, limit = 200, offset = 0) =>
  useQuery({ queryKey: [...keys.orders, state, limit, offset], queryFn: () => data(api.GET('/api/v1/orders', { params: { query: { state, limit, offset } } })), placeholderData: keepPreviousData })

export const useDrifts = () => useQuery({ queryKey: [...keys.orders, 'drifts'], queryFn: () => data(api.GET('/api/v1/drifts')), refetchInterval: 30_000 })

export const useOrder = (uid: string) => useQuery({ queryKey: [...keys.orders, 'one', uid], queryFn: () => data(api.GET('/api/v1/orders/{uid}', { params: { path: { uid } } })) })

export const useSegments = () => useQuery({ queryKey: ['segments'], queryFn: () => data(api.GET('/api/v1/segments')), staleTime: 30_000 })

export const useSegmentPreview = (ask: { kind: 'zone' | 'floor' | 'site'; name: string; minutes: number }) =>
  useQuery({ queryKey: ['segments', 'preview', ask], queryFn: () => data(api.POST('/api/v1/segments/preview', { body: ask })), staleTime: 0, placeholderData: keepPreviousData })

/** What may never be cut off. */
export const useNever = () => useQuery({ queryKey: ['never'], queryFn: () => data(api.GET('/api/v1/never')) })

/** What the policy as it stands would have done about the cases of the last days. */
export const useRehearsal = (days: number) =>
  useQuery({ queryKey: ['rehearsal', days], queryFn: () => data(api.GET('/api/v1/policy/rehearsal', { params: { query: { days } } })), placeholderData: keepPreviousData })

export const useFreeze = () => useQuery({ queryKey: keys.freeze, queryFn: () => data(api.GET('/api/v1/freeze')) })

export const useBlind = (days: number) =>
  useQuery({ queryKey: ['blind', days], queryFn: () => data(api.GET('/api/v1/blind', { params: { query: { days } } })), placeholderData: keepPreviousData, refetchInterval: 60_000 })

export const useSeparation = () => useQuery({ queryKey: ['separation'], queryFn: () => data(api.GET('/api/v1/separation')), staleTime: 60_000 })

export const useReports = () => useQuery({ queryKey: ['reports'], queryFn: () => data(api.GET('/api/v1/reports')), staleTime: 60_000 })

export const useAudit = () => useQuery({ queryKey: ['audit'], queryFn: () => data(api.GET('/api/v1/audit', { params: { query: { limit: 1000 } } })), staleTime: 0 })

export const useUsers = (on: boolean) => useQuery({ queryKey: ['users'], queryFn: () => data(api.GET('/api/v1/users')), enabled: on })

export const usePreview = (wish: Schemas['Wish'], on: boolean) =>
  useQuery({
    queryKey: ['preview', wish.device, wish.incident, wish.minutes],
    queryFn: () => data(api.POST('/api/v1/orders/preview', { body: wish })),
    enabled: on,
    staleTime: 0,
    gcTime: 0,
    placeholderData: keepPreviousData,
  })

/** A change; afterwards everything that may look different is read again. */
export function useChange<V, T>(change: (value: V) => Promise<T>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' && q.queryKey[0] !== 'preview' }),
  })
}
