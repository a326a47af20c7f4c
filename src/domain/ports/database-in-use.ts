const inUseCode = "PATCHBAY_IN_USE";

/** Marks an error: another process of Patchbay has the database for itself. */
export function asInUse(error: Error): Error {
  return Object.assign(error, { code: inUseCode });
}

/** Whether an error says that another process of Patchbay has the database for itself. */
export function isInUse(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === inUseCode;
}
