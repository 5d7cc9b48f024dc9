import type { Blocker } from './resolvers.generated.ts'
import { system } from './saying.ts'

/** The breakers that park one kind of work at a location (`kind id`), or the transfers over a route (its id). */
export type Parked = ReadonlyMap<string, { readonly probeAt: Date | null; readonly reason: string | null }>

/** What parks this kind of work at the location, or the transfers over its route. */
export function parkedWork(
  { kind, routeId }: { readonly kind: string; readonly routeId: string | null },
  { id, name }: { readonly id: string; readonly name: string },
  { parked, routes }: { readonly parked: Parked; readonly routes: readonly { readonly id: string; readonly name: string }[] },
): Blocker[] {
  const nextAction = 'one piece of work is tried; a success ends the parking, and so does overrideBreaker'
  const ofKind = parked.get(`${kind} ${id}`)
  const ofRoute = routeId === null ? undefined : parked.get(routeId)
  const why = (reason: string | null) => (reason ? `: ${reason}` : '')
  return [
    ...(ofKind
      ? [
          system('KIND_PARKED', `${kind} at ${name} is parked${why(ofKind.reason)}`, {
            subjectType: 'DataLocation',
            subjectId: id,
            nextAction,
            nextAt: ofKind.probeAt,
          }),
        ]
      : []),
    ...(ofRoute && routeId !== null
      ? [
          system(
            'ROUTE_PARKED',
            `the route ${routes.find(route => route.id === routeId)?.name ?? routeId} is parked${why(ofRoute.reason)}`,
            {
              subjectType: 'DataTransferRoute',
              subjectId: routeId,
              nextAction,
              nextAt: ofRoute.probeAt,
            },
          ),
        ]
      : []),
  ]
}
