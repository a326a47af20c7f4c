import type { Change } from "../../../domain/numbers/change.ts";
import { isProblem, Problem } from "../../../domain/problem/problem.ts";
import { noLongerOffered } from "../../map-response.ts";
import { title } from "./lists.ts";
import { unprovable } from "./number.ts";

/** Whether the vendor refused a request with this status. */
export const hasStatus = (error: unknown, status: number): error is Problem =>
  isProblem(error, "vendor_refused") && error.details.vendorStatus === status;

/** Whether the vendor refused one id with 403, which means that it belongs to another organization. */
export const isForeign = (error: unknown): error is Problem =>
  isProblem(error, "credentials_rejected") && error.details.vendorStatus === 403;

/** Says of a number or an agent of another organization that there is none. */
export async function mapForeign<T>(what: "number" | "agent", reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!isForeign(error)) throw error;
    const words = `${title} has no ${what} with this id in the key's organization.`;
    throw new Problem("not_found", words, error.details, error);
  }
}

/** Why a change is not sent to an account of the newer API (ADR 49). */
export function newerRefusal(kind: Change["kind"]): Problem {
  const movesAgent = kind === "reassign" || kind === "detach";
  const words = movesAgent
    ? `${unprovable}. By hand: set the number in a draft version of its agent, then publish that draft.`
    : `${title} cannot change it: ${noLongerOffered}. By hand: use the ${title} dashboard.`;
  return new Problem("unsupported", words);
}
