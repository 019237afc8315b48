/** A browser without a screen: keeps cookies, follows redirects, fills forms. For flows where Chromium adds nothing. */
export interface UserAgent {
  /** Follows redirects until a page, or until one leads to `stopAt`; then `url` is that address. */
  open(url: string, stopAt?: string): Promise<Page>
  /** Submits the page's form with its hidden fields, `fields` and one button's value. */
  submit(page: Page, fields: Readonly<Record<string, string>>, stopAt?: string): Promise<Page>
  /** Everything in the jar, wherever it belongs, as a `Cookie` header. */
  cookies(): string
}

export interface Page {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly html: string
}

const REDIRECTS = 12

export function userAgent(): UserAgent {
  const jar = new Map<string, { value: string; path: string; host: string }>()

  const cookiesFor = (url: URL): string =>
    [...jar.values()]
      .filter(({ path, host }) => host === url.host && url.pathname.startsWith(path))
      .map(({ value }) => value)
      .join('; ')

  const keep = (url: URL, headers: Headers): void => {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const path = attributes.find((a) => /^path=/i.test(a))?.slice(5) ?? '/'
      const name = `${url.host} ${path} ${pair.split('=', 1)[0]}`
      if (attributes.some((a) => /^max-age=0$/i.test(a))) jar.delete(name)
      else jar.set(name, { value: pair, path, host: url.host })
    }
  }

  const go = async (first: URL, init: RequestInit, stopAt?: string): Promise<Page> => {
    let url = first
    let request = init
    for (let hop = 0; hop < REDIRECTS; hop += 1) {
      const headers = new Headers(request.headers)
      headers.set('cookie', cookiesFor(url))
      const answer = await fetch(url, { ...request, headers, redirect: 'manual' })
      keep(url, answer.headers)
      const location = answer.headers.get('location')
      if (location === null) {
        return { url, status: answer.status, headers: answer.headers, html: await answer.text() }
      }
      url = new URL(location, url)
      if (stopAt !== undefined && url.href.startsWith(stopAt)) {
        return { url, status: answer.status, headers: answer.headers, html: '' }
      }
      request = {}
    }
    throw new Error(`more than ${REDIRECTS} redirects, the last to ${url.href}`)
  }

  return {
    open: (url, stopAt) => go(new URL(url), {}, stopAt),
    submit(page, fields, stopAt) {
      const form = formOf(page)
      const body = new URLSearchParams({ ...form.hidden, ...fields })
      return go(
        form.action,
        { method: 'POST', body, headers: { origin: page.url.origin, referer: page.url.href } },
        stopAt,
      )
    },
    cookies: () => [...jar.values()].map(({ value }) => value).join('; '),
  }
}

/** Where the form of a page goes, and what it carries unseen. */
export function formOf(page: Page): { action: URL; hidden: Record<string, string> } {
  const [form] = /<form[\s\S]*?<\/form>/.exec(page.html) ?? []
  if (form === undefined) throw new Error(`no form at ${page.url.href}:\n${page.html}`)
  const hidden: Record<string, string> = {}
  for (const [tag] of form.matchAll(/<input(?:"[^"]*"|[^>"])*>/g)) {
    if (/type="hidden"/.test(tag)) hidden[attribute(tag, 'name')] = attribute(tag, 'value')
  }
  return { action: new URL(attribute(form, 'action') || page.url.href, page.url), hidden }
}

const attribute = (tag: string, name: string): string =>
  (new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
