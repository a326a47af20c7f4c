import type { IncomingMessage } from "node:http";
import { HttpProblemError } from "./http-problem.ts";

/** The URL of a request. Throws an HttpProblemError if it is not valid. */
export function urlOf({ url = "/" }: IncomingMessage): URL {
  try {
    return new URL(url.startsWith("/") ? `http://api${url}` : url);
  } catch {
    throw new HttpProblemError(400, "malformed", "The URL is not valid.");
  }
}

/** A parameter that is given several times is a list, which no route takes. */
export function queryOf(search: URLSearchParams): Record<string, string | readonly string[]> {
  const given = new Map<string, string[]>();
  for (const [name, value] of search) {
    const values = given.get(name);
    if (values) values.push(value);
    else given.set(name, [value]);
  }
  return Object.fromEntries(
    [...given].map(([name, values]) => {
      const [only = "", ...more] = values;
      return [name, more.length === 0 ? only : values];
    }),
  );
}
