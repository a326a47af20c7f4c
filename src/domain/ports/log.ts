/** Structured logging. Fields contain ids and codes only, never secrets, payloads or people's names. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A log that adds `about`, such as the workspace, to every line. Fields of the line take precedence. */
export function logAbout(log: Log, about: Readonly<Record<string, unknown>>): Log {
  return {
    info: (fields, message) => log.info({ ...about, ...fields }, message),
    warn: (fields, message) => log.warn({ ...about, ...fields }, message),
    error: (fields, message) => log.error({ ...about, ...fields }, message),
  };
}
