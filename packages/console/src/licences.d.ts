declare module 'virtual:licences' {
  /** Packages that the product depends on to run, by name. */
  export const licences: readonly { readonly name: string; readonly version: string; readonly licence: string }[];
}
