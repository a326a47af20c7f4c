/** What is sent back. The body becomes JSON, without what is undefined; a text is JSON already. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
