/** Structured logging; fields are safe to keep: ids and codes, never secrets, payloads or people's names. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A log whose every line also says what it is about, such as which workspace; what a line says itself comes first. */
export function logAbout(log: Log, about: Readonly<Record<string, unknown>>): Log {
  return {
    info: (fields, message) => log.info({ ...about, ...fields }, message),
    warn: (fields, message) => log.warn({ ...about, ...fields }, message),
    error: (fields, message) => log.error({ ...about, ...fields }, message),
  };
}
