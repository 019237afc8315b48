import { digest } from '../../base/digest.ts'
import type { Branding } from '../../model/tenant.ts'

export interface Stylesheet {
  readonly body: string
  readonly etag: string
}

/** The one stylesheet of a tenant's pages: served as a file, because the policy allows no inline style. */
export function stylesheet(branding: Branding): Stylesheet {
  const text = `${palette(branding.color)}${RULES}`
  return { body: text, etag: `"${digest(text).slice(0, 22)}"` }
}

function palette(color: string): string {
  return `:root {
  color-scheme: light dark;
  --brand: ${color};
  --on-brand: ${textOn(color)};
  --text: #16181d;
  --quiet: #565d6b;
  --line: #d4d8e0;
  --field: #868e9c;
  --card: #ffffff;
  --ground: #f3f5f8;
  --alert: #a01818;
  --alert-ground: #fdecec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #eceef2;
    --quiet: #a8afbd;
    --line: #343a46;
    --field: #7a8291;
    --card: #1b1f27;
    --ground: #101318;
    --alert: #ffb4b4;
    --alert-ground: #3d1a1d;
  }
}
`
}

/** Black or white, whichever is easier to read on the colour (WCAG 2.2 contrast). */
function textOn(color: string): '#ffffff' | '#000000' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000'
}

const RULES = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100dvh;
  display: flex;
  flex-direction: column;
  align-items: center;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
main {
  width: 100%;
  max-width: 26.5rem;
  margin: auto;
  padding: 1.5rem 1rem 3rem;
}
.brand {
  display: flex;
  align-items: center;
  gap: 0.75rem;
  margin: 0 0 1.25rem;
  font-weight: 600;
}
.brand img, .mark { width: 2.25rem; height: 2.25rem; border-radius: 0.6rem; flex: none; }
.brand img { object-fit: contain; }
.mark {
  display: grid;
  place-items: center;
  background: var(--brand);
  color: var(--on-brand);
  font-size: 1.125rem;
}
.card {
  background: var(--card);
  border: 1px solid var(--line);
  border-top: 4px solid var(--brand);
  border-radius: 0.875rem;
  padding: 1.75rem;
  box-shadow: 0 1px 2px rgb(16 20 30 / 5%), 0 12px 32px rgb(16 20 30 / 7%);
}
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.012em; text-wrap: balance; }
h2 { margin: 1.5rem 0 0.5rem; font-size: 0.9375rem; }
p { margin: 0.5rem 0 0; }
.quiet { color: var(--quiet); font-size: 0.9375rem; }
form { margin: 1.5rem 0 0; }
label { display: block; margin: 1rem 0 0.375rem; font-size: 0.9375rem; font-weight: 600; }
input:not([type="hidden"]) {
  display: block;
  width: 100%;
  min-height: 2.875rem;
  padding: 0.625rem 0.75rem;
  border: 1px solid var(--field);
  border-radius: 0.5rem;
  background: transparent;
  color: inherit;
  font: inherit;
}
.actions { display: flex; flex-direction: column; gap: 0.625rem; margin-top: 1.5rem; }
button, .button {
  display: block;
  width: 100%;
  min-height: 2.875rem;
  padding: 0.625rem 1rem;
  border: 1px solid var(--field);
  border-radius: 0.5rem;
  background: transparent;
  color: inherit;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  cursor: pointer;
}
button.primary { border-color: var(--brand); background: var(--brand); color: var(--on-brand); }
button:hover { filter: brightness(0.94); }
:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
.alert {
  margin: 1.25rem 0 0;
  padding: 0.75rem 1rem;
  border-radius: 0.5rem;
  background: var(--alert-ground);
  color: var(--alert);
  font-weight: 500;
}
.accounts { margin: 0; padding: 0; list-style: none; }
.accounts li + li { margin-top: 0.625rem; }
.accounts button { text-align: start; }
.accounts strong, .accounts span { display: block; font-weight: 600; }
.accounts span { font-weight: 400; }
.scopes { margin: 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 0.5rem; }
.scopes li { padding: 0.75rem 1rem; }
.scopes li + li { border-top: 1px solid var(--line); }
.scopes strong, .scopes a { display: block; font-weight: 600; }
h1 + .scopes { margin-top: 1rem; }
input.code, p.code {
  font: 600 1.375rem/1.4 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
  letter-spacing: 0.08em;
  text-align: center;
}
input:not([type="hidden"]).code { font: 600 1.25rem/1.4 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
p.code { margin: 0.75rem 0 0; padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; }
.facts { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; margin: 0; font-size: 0.9375rem; }
.sessions { margin: 1.25rem 0 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 0.5rem; }
.sessions li { padding: 1rem; }
.sessions li + li { border-top: 1px solid var(--line); }
.sessions form { margin-top: 0.75rem; }
.here { margin-left: 0.5rem; padding: 0.125rem 0.5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.8125rem; }
p.binding { font-weight: 600; text-align: center; padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; }
.asked { margin-top: 1.5rem; padding-top: 0.5rem; border-top: 1px solid var(--line); }
.asked > h2 { margin-top: 0.75rem; font-size: 1.125rem; }
.asked .facts, .scopes + .facts, section + .facts { margin-top: 1rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; }
code { font: 0.875em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
@media (max-width: 30rem) {
  main { margin: 0 auto; }
  .card { padding: 1.375rem 1.125rem; }
}
@media (forced-colors: active) {
  .card { border-color: CanvasText; }
}
`
