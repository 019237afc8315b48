import type { Finding, Rule } from './rule.ts'

/** The project file is in git; so would the password be. */
export const databasePassword: Rule = {
  code: 'TIDP2002',
  severity: 'error',
  *check({ project }): Iterable<Finding> {
    const url = project.document.spec?.database?.url
    if (url === undefined || !hasPassword(url)) return
    yield {
      item: project,
      path: ['spec', 'database', 'url'],
      message: 'the database URL contains a password',
      hint: 'leave it out and set TOKENIDP_DATABASE_URL or TOKENIDP_DATABASE_URL_FILE',
    }
  },
}

const hasPassword = (url: string): boolean =>
  url.startsWith('postgres') && (/:\/\/[^/@]*:[^/]*@/.test(url) || /[?&]password=/i.test(url))
