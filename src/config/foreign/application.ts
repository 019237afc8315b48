import type { ApplicationType, GrantType } from '../../model/application.ts'
import { STANDARD_SCOPES } from '../../model/resource.ts'
import { signsPeopleIn, TYPES } from '../defaults.ts'
import {
  addressOf,
  isLoopback,
  isWeb,
  originObstacle,
  redirectObstacle,
  serverObstacle,
  shown,
} from './address.ts'
import { authOf } from './authentication.ts'
import type { ApplicationSpec, Draft, Fitting, TenantDraft, Variable, Written } from './draft.ts'
import { kept, leaveOut } from './kept.ts'
import { namesOf } from './name.ts'

export interface Fitted {
  readonly name: string
  readonly spec: ApplicationSpec
  readonly variables: readonly Variable[]
}

/** What of the clients of a tenant can be here. What cannot is told of where it was written. */
export function fitApplications(
  tenant: TenantDraft,
  around: Omit<Fitting, 'tenant'>,
): readonly Fitted[] {
  const nameFor = namesOf()
  const known = new Set<string>()
  return tenant.applications.flatMap((draft): readonly Fitted[] => {
    const { text, from } = draft.clientId
    if (!/^[\x21-\x7E]{1,255}$/.test(text)) {
      leaveOut(
        draft,
        'a client_id with spaces, or letters beyond ASCII',
        'give the application another one',
      )
      from.text()
      return []
    }
    if (known.has(text)) {
      leaveOut(draft, `a second client called "${text}"`, 'keep one of the two')
      return []
    }
    known.add(text)
    const name = nameFor(draft.name ?? text, 'application')
    return fitOne(draft, name, { ...around, tenant })
  })
}

function fitOne(draft: Draft, name: string, fitting: Fitting): readonly Fitted[] {
  const type = draft.type ?? publicTypeOf(draft)
  const place = { type, isDev: fitting.isDev }
  const fine = kept(draft.redirectUris, (text) => redirectObstacle(text, place))
  const grants = grantsOf(draft, type, fine.length > 0)
  const redirectUris = grants.includes('authorization_code') ? fine : unused(draft, fine)
  const scopes = scopesOf(draft, grants, fitting.tenant.scopes)
  const auth = authOf(draft, { type, name, fitting })
  if (auth === undefined) return []
  const always = grants.includes('refresh_token') ? refreshIssue(draft, scopes) : undefined
  const tokens = { ...draft.spec.tokens, ...always }
  const spec: ApplicationSpec = {
    ...(draft.clientId.text === name ? {} : { clientId: draft.clientId.text }),
    type,
    ...draft.spec,
    ...listed({ redirectUris }),
    ...listed({
      postLogoutRedirectUris: kept(draft.postLogoutRedirectUris, (text) =>
        redirectObstacle(text, place),
      ),
    }),
    ...originsOf(draft, type, { redirectUris, isDev: fitting.isDev }),
    ...noticesOf(draft, type, fitting.isDev),
    ...(isUsual(grants, type) ? {} : { grants }),
    ...listed({ scopes }),
    ...(Object.keys(tokens).length === 0 ? {} : { tokens }),
    ...auth.spec,
  }
  return [{ name, spec, variables: auth.variables }]
}

/** Nobody is sent back without the code grant. */
function unused({ redirectUris = [] }: Draft, fine: readonly string[]): readonly string[] {
  for (const { text, from } of redirectUris)
    if (fine.includes(text))
      from.tell(
        `${shown(text)}: no grant uses it`,
        'add authorization_code to its grants, or nothing',
      )
  return []
}

/** In the browser, unless all of its addresses lead to a program on the machine itself. */
function publicTypeOf({ redirectUris = [], grants }: Draft): ApplicationType {
  const urls = redirectUris.flatMap(({ text }) => addressOf(text.replaceAll('*', '')) ?? [])
  if (urls.length === 0 && !grants.some(({ grant }) => grant === 'authorization_code'))
    return 'device'
  return urls.length > 0 && urls.every((url) => !isWeb(url) || isLoopback(url)) ? 'native' : 'spa'
}

const listed = <N extends string>(lists: Readonly<Record<N, readonly string[]>>) =>
  Object.fromEntries(Object.entries<readonly string[]>(lists).filter(([, list]) => list.length > 0))

function grantsOf(
  { grants, from: whole }: Draft,
  type: ApplicationType,
  hasRedirect: boolean,
): GrantType[] {
  const fine = grants.filter(({ grant, from }) => {
    if (grant === 'authorization_code' && !hasRedirect) {
      whole.tell(
        'an application that people sign in with, and none of its redirect URIs could be taken over',
        'add redirectUris, and authorization_code to its grants',
      )
      return false
    }
    if (TYPES[type].allowed.includes(grant)) return true
    from.tell(
      `the grant ${grant}`,
      `an application of type ${type} cannot use it: describe another one for it`,
    )
    return false
  })
  const names = [...new Set(fine.map(({ grant }) => grant))]
  // A refresh token comes with another grant.
  return names.length === 1 && names[0] === 'refresh_token' ? [] : names
}

const isUsual = (grants: readonly GrantType[], type: ApplicationType): boolean =>
  grants.toSorted().join() === TYPES[type].grants.toSorted().join()

function scopesOf(
  { scopes = [], from: whole }: Draft,
  grants: readonly GrantType[],
  declared: ReadonlySet<string>,
): readonly string[] {
  const fine = scopes.filter(({ text, from }) => {
    const isStandard = Object.hasOwn(STANDARD_SCOPES, text)
    const instead = isStandard
      ? standardObstacle(text, grants)
      : declared.has(text)
        ? undefined
        : UNKNOWN
    // What goes without saying is not told of.
    if (instead !== undefined && from !== whole) from.tell(`the scope ${text}`, instead)
    return instead === undefined
  })
  return [...new Set(fine.map(({ text }) => text))]
}

const UNKNOWN =
  'describe it in a Resource or as a Scope, and add it to the scopes of the application'

function standardObstacle(scope: string, grants: readonly GrantType[]): string | undefined {
  if (!signsPeopleIn(grants)) return 'it is about people, and nobody signs in with this application'
  if (scope !== 'offline_access' || grants.includes('refresh_token')) return undefined
  return 'it needs the grant refresh_token'
}

/** Elsewhere a refresh token comes with the grant alone. */
const refreshIssue = ({ spec }: Draft, scopes: readonly string[]) =>
  scopes.includes('offline_access')
    ? undefined
    : { refresh: { ...spec.tokens?.refresh, issue: 'always' as const } }

function originsOf(
  { origins }: Draft,
  type: ApplicationType,
  { redirectUris, isDev }: { readonly redirectUris: readonly string[]; readonly isDev: boolean },
) {
  const derived = new Set(type === 'spa' ? redirectUris.map((uri) => URL.parse(uri)?.origin) : [])
  const isOfNoUse = type === 'machine' || type === 'device'
  const corsOrigins = kept(origins, (text) =>
    isOfNoUse
      ? {
          was: 'an origin of scripts',
          instead: `no browser calls for an application of type ${type}`,
        }
      : originObstacle(text, isDev),
  ).filter((origin) => !derived.has(origin))
  if (corsOrigins.length === 0) return {}
  return {
    corsOrigins: [...corsOrigins],
    ...(type === 'spa' ? {} : { corsReason: 'as it was before the import' }),
  }
}

function noticesOf(draft: Draft, type: ApplicationType, isDev: boolean): Partial<ApplicationSpec> {
  const fine = (written: Written | undefined): string | undefined =>
    kept(written && [written], (text) =>
      type === 'machine'
        ? {
            was: 'an address for sign-outs',
            instead: 'nobody signs in with an application of type machine',
          }
        : serverObstacle(text, isDev),
    )[0]
  const notice = (wanted: Draft['backchannel']) => {
    const uri = fine(wanted?.uri)
    if (uri === undefined) {
      if (wanted?.session?.from.value !== undefined)
        wanted.session.from.tell('whether sessions are named', 'it goes with the address')
      return undefined
    }
    return wanted?.session?.isRequired === false ? { uri, sessionRequired: false } : { uri }
  }
  const backchannelLogout = notice(draft.backchannel)
  const frontchannelLogout = notice(draft.frontchannel)
  const [initiateLoginUri] = kept(draft.initiateLoginUri && [draft.initiateLoginUri], (text) =>
    serverObstacle(text, false),
  )
  return {
    ...(backchannelLogout && { backchannelLogout }),
    ...(frontchannelLogout && { frontchannelLogout }),
    ...(initiateLoginUri !== undefined && { initiateLoginUri }),
  }
}
