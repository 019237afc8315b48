/** Web applications as people write them, each with a library that many use, unmodified. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { ExpressAuth, getSession } from '@auth/express'
import express, { type Express } from 'express'
import { auth } from 'express-openid-connect'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy, { type Profile } from 'passport-openidconnect'

export interface Registration {
  readonly issuer: string
  /** Where the application lives; no trailing slash. */
  readonly home: string
  readonly clientId: string
  readonly clientSecret: string
}

export interface RelyingParty {
  readonly name: string
  /** Below its home. */
  readonly callback: string
  app(registration: Registration): Express
}

const SCOPE = 'openid profile email'
const COOKIE_SECRET = 'a secret of the application and of nobody else'

/** `/me` answers who is signed in; `/sign-in` begins. */
const expressOpenidConnect: RelyingParty = {
  name: 'express-openid-connect',
  callback: '/callback',
  app({ issuer, home, clientId, clientSecret }) {
    const app = express()
    app.use(
      auth({
        issuerBaseURL: issuer,
        baseURL: home,
        clientID: clientId,
        clientSecret,
        secret: COOKIE_SECRET,
        authRequired: false,
        idpLogout: true,
        routes: { login: '/sign-in', logout: '/sign-out', postLogoutRedirect: '/bye' },
        authorizationParams: { response_type: 'code', scope: SCOPE },
      }),
    )
    app.get('/me', async (request, response) => {
      response.json(request.oidc.isAuthenticated() ? await request.oidc.fetchUserInfo() : null)
    })
    app.get('/', (_, response) => void response.redirect('/me'))
    app.get('/bye', (_, response) => void response.send('bye'))
    return app
  },
}

const authExpress: RelyingParty = {
  name: '@auth/express',
  callback: '/auth/callback/tokenidp',
  app({ issuer, clientId, clientSecret }) {
    const app = express()
    const config = {
      basePath: '/auth',
      secret: COOKIE_SECRET,
      trustHost: true,
      providers: [
        {
          id: 'tokenidp',
          name: 'Acme',
          type: 'oidc' as const,
          issuer,
          clientId,
          clientSecret,
          // Who somebody is comes from userinfo, not from the ID token.
          idToken: false,
        },
      ],
    }
    app.set('trust proxy', true)
    app.use('/auth', ExpressAuth(config))
    app.get('/me', async (request, response) => {
      response.json((await getSession(request, config))?.user ?? null)
    })
    return app
  },
}

/** Knows no discovery and no PKCE. */
const passportOpenidConnect: RelyingParty = {
  name: 'passport-openidconnect',
  callback: '/callback',
  app({ issuer, home, clientId, clientSecret }) {
    const app = express()
    const people = new passport.Passport()
    people.use(
      new OpenIDConnectStrategy(
        {
          issuer,
          authorizationURL: `${issuer}/authorize`,
          tokenURL: `${issuer}/token`,
          userInfoURL: `${issuer}/userinfo`,
          clientID: clientId,
          clientSecret,
          callbackURL: `${home}/callback`,
          scope: ['profile', 'email'],
          skipUserProfile: false,
        },
        (_issuer: string, profile: Profile, done: (error: null, user: object) => void) =>
          done(null, { email: profile.emails?.[0]?.value, name: profile.displayName }),
      ),
    )
    people.serializeUser((user, done) => done(null, user))
    people.deserializeUser((user: object, done) => done(null, user))
    app.use(session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false }))
    app.use(people.session())
    app.get('/sign-in', people.authenticate('openidconnect'))
    app.get('/callback', people.authenticate('openidconnect', { successRedirect: '/me' }))
    app.get('/me', (request, response) => void response.json(request.user ?? null))
    return app
  },
}

export const RELYING_PARTIES: readonly RelyingParty[] = [
  expressOpenidConnect,
  authExpress,
  passportOpenidConnect,
]

/** Serves an application on a port of loopback until it is closed. */
export async function hosting(app: Express, port: number): Promise<{ close(): Promise<void> }> {
  const server: Server = createServer(app).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
