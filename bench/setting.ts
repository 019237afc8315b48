/** What `config-examples/bench` holds, for whoever drives it or stands beside it. */
export const API = 'https://api.example.com'
export const CLIENT_SECRET = 's3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t'
export const REDIRECT_URI = 'https://app.example.com/cb'

export const FORMATS = ['opaque', 'es256', 'rs256'] as const
export type Format = (typeof FORMATS)[number]

/** Of sixteen. */
export const personNamed = (index: number) => ({ username: `user${index % 16}`, password: 'pw' })
