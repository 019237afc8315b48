import type { Application } from '../model/application.ts'

/**
 * Where a form of ours may end up that leads to an address of an application: there, and where the
 * application sends people on to. Chromium applies form-action to every redirect that follows a form,
 * those of the application too.
 */
export const onwardFrom = (
  address: string,
  { postLogoutRedirectUris, onwardOrigins }: Application,
): readonly string[] => [address, ...postLogoutRedirectUris, ...onwardOrigins]
