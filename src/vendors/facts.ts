import type { NumberFacts } from "../domain/numbers/number-facts.ts";

/** A vendor's values for the facts of a number, unparsed: any of them may be anything. */
type Offered = Readonly<Partial<Record<keyof NumberFacts, unknown>>>;

/**
 * The facts that are plain short words or times. Anything else is left out: a credential in an address, for example, is
 * never plain.
 */
export function factsOf(offered: Offered): NumberFacts {
  const { capabilities, createdAt, updatedAt } = offered;
  const all = Array.isArray(capabilities) ? capabilities.flatMap((one: unknown) => plainText(one) ?? []) : [];
  return {
    source: plainText(offered.source),
    type: plainText(offered.type),
    capabilities: all.length > 0 ? all.slice(0, mostCapabilities) : undefined,
    country: plainText(offered.country),
    monthlyCost: plainText(offered.monthlyCost),
    status: plainText(offered.status),
    trunk: plainText(offered.trunk),
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
}

const mostCapabilities = 10;

/** Letters, digits and a few signs: no address with a user, no query, no markup. */
const plain = /^[\p{L}\p{N}$€£][\p{L}\p{N} ._+-]{0,63}$/u;

function plainText(value: unknown): string | undefined {
  return typeof value === "string" && plain.test(value) ? value : undefined;
}

/** A time in ISO 8601 or in unix milliseconds. */
function timeOf(value: unknown): Date | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
