/** By RFC 7638 thumbprint: keys whose private halves anybody can look up, and where. */
const SAMPLES: ReadonlyMap<string, string> = new Map([
  ['IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8', 'RFC 7515 §A.2'],
  ['oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U', 'RFC 7515 §A.3'],
  ['cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s', 'RFC 7517 §A.2'],
  ['NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'RFC 7517 §A.2'],
  ['9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI', 'RFC 7520 §3.4'],
  ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', 'RFC 8037 §A.1'],
  ['BHj8s0GPnMEQtkaULIM-PLgEhLBbuGUQ1vMxmBWZzEo', 'RFC 9421 §B.1.1'],
  ['ydQXMtvbsOsZyFir-Y7A8t7fKEM1gbKPvyFkdpu4fvI', 'RFC 9421 §B.1.3'],
  ['poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U', 'RFC 9421 §B.1.4'],
  ['Fa5JHFzFB8yHv0Dk3rGTgtCQPXPr3q8midyfylf8CUU', 'RFC 9500 §2.1'],
  ['u88se-xodYvJqpVtfxKIhE6bv2S6Z9hy1ikqIcPciAE', 'RFC 9500 §2.1'],
  ['LIstkoCvByn4jk8oZPvigQkzTzO9UwnGnE-VMlkZvYQ', 'RFC 9500 §2.3'],
  ['oGDmHqCJ7yzMkWEkrlZVHkvrHIyQwtlDmeq5ForUHeY', 'jwt.io'],
  ['19J8y7Zprt2-QKLjF2I5pVk0OELX6cY2AfaAv1LC_w8', 'jwt.io'],
  ['QBeWNRsYJ8Gd0ovgTO17OrzkRbfxu_hA8blamxD_Lf8', 'jwt.io'],
  ['r1LkbBo3925Rb2ZFFrKyU3MVex9T2817Kx0vbi6i_Kc', 'oidc-provider, for development'],
  ['MFZeG102dQiqbANoaMlW_Jmf7fOZmtRsHt77JFhTpF0', 'the example of oidc-provider'],
])

/** Where everybody can read this key, if anywhere. */
export const publishedIn = (thumbprint: string): string | undefined => SAMPLES.get(thumbprint)
