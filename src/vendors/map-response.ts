import type { PhoneNumber } from "../domain/numbers/phone-number.ts";
import { isProblem, Problem } from "../domain/problem/problem.ts";
import type { PatchAnswer } from "../domain/vendor/vendor-account.ts";
import { clockOf } from "./call-log.ts";
import type { HttpAnswer } from "./response.ts";

/** Why an account of a vendor's newer generation cannot change the agent, as part of a sentence. */
export const noLongerOffered = "this account's API no longer offers the update on the number";

const refusedWith = (error: unknown, statuses: readonly number[]): error is Problem =>
  isProblem(error, "vendor_refused") && statuses.includes(error.details.vendorStatus ?? 0);

/** Whether an account does not have the route of a request. */
export const isMissingRoute = (error: unknown): error is Problem => refusedWith(error, [404, 405]);

/** Maps a refused read to not_found if the status means that it does not exist. */
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

/** Maps a refused list to unsupported, with advice, if the API does not have it (404, 405). */
export async function mapUnsupported<T>(
  vendor: string,
  what: "numbers" | "agents" | "providers",
  reading: Promise<T>,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!isMissingRoute(error)) throw error;
    const advice = `${vendor}'s API does not list this account's ${what}; give the ${what.slice(0, -1)}'s id instead.`;
    throw new Problem("unsupported", advice, error.details, error);
  }
}

/**
 * Parses the response to an update. Throws outcome_unknown if it has no readable number or another one: the update
 * was accepted, and its result must be read.
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
  return { status, number, at: clockOf(answer) };
}
