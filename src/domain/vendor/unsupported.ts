/** The error in words for something that does not work with these settings. */
export function unsupported(words: string): Error {
  const error = new Error(words);
  error.name = "UnsupportedError";
  return error;
}

/** Whether an error was made by `unsupported`. */
export function isUnsupported(error: unknown): error is Error {
  return error instanceof Error && error.name === "UnsupportedError";
}
