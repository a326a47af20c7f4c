import type { PhoneNumber } from "../domain/phone-number.ts";
import { isProblem, Problem } from "../domain/problem.ts";
import type { PatchAnswer } from "../domain/vendor.ts";
import type { HttpAnswer } from "./response.ts";

/** Why an account of a vendor's newer generation cannot change who answers, as a part of a sentence. */
export const noLongerOffered = "this account's API no longer offers the update on the number";

const refusedWith = (error: unknown, statuses: readonly number[]): error is Problem =>
  isProblem(error, "vendor_refused") && statuses.includes(error.details.vendorStatus ?? 0);

/** Turns a refused read of one thing into not_found, where the status says that there is no such thing. */
export async function mapNotFound<T>(
  vendor: string,
  what: "number" | "agent",
  missing: readonly number[],
  reading: Promise<T>,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!refusedWith(error, missing)) throw error;
    const { details } = error;
    throw new Problem("not_found", `${vendor} has no ${what} with this id.`, details, error);
  }
}

/** Turns a refused list into unsupported, with advice, where the API does not have it (404, 405). */
export async function mapUnsupported<T>(
  vendor: string,
  what: "numbers" | "agents",
  reading: Promise<T>,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!refusedWith(error, [404, 405])) throw error;
    const advice = `${vendor}'s API does not list this account's ${what}; give the ${what.slice(0, -1)}'s id instead.`;
    throw new Problem("unsupported", advice, error.details, error);
  }
}

/**
 * Reads the answer to an update. Throws outcome_unknown when it shows no readable number or another one: the update was
 * accepted, and what it did has to be looked up.
 */
export function parsePatch(
  vendor: string,
  id: string,
  answer: HttpAnswer,
  toNumber: (json: unknown) => PhoneNumber,
): PatchAnswer {
  const { status } = answer;
  const unknown = (cause?: unknown): Problem =>
    new Problem(
      "outcome_unknown",
      `${vendor} accepted the change but did not show the number, so it may or may not have been made.`,
      { vendorStatus: status },
      cause,
    );
  let number: PhoneNumber;
  try {
    number = toNumber(answer.json);
  } catch (error) {
    throw isProblem(error) ? unknown(error) : error;
  }
  if (number.id !== id) throw unknown();
  return { status, number };
}
