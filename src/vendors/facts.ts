import type { NumberFacts } from "../domain/numbers/number-facts.ts";
import { ownValue } from "../domain/shared/own-value.ts";

/** A vendor's values for the facts of a number, unparsed: any of them may be anything. */
type Offered = Readonly<Partial<Record<keyof NumberFacts, unknown>>>;

/** A vendor's own values in plain words. */
export type FactWords = Readonly<Record<string, string>>;

/**
 * The facts that are plain short words or times. Anything else is left out: a credential in an address, for example, is
 * never plain. A value is shown as it is, unless the vendor's words or the common ones have it.
 */
export function factsOf(offered: Offered, words: FactWords = {}): NumberFacts {
  const { capabilities, createdAt, updatedAt } = offered;
  const plainText = (value: unknown): string | undefined =>
    typeof value === "string" && plain.test(value)
      ? (ownValue(words, value) ?? ownValue(commonWords, value) ?? value)
      : undefined;
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

/** What several vendors call their carriers and capabilities, in plain words. */
const commonWords: FactWords = {
  twilio: "Twilio",
  telnyx: "Telnyx",
  vonage: "Vonage",
  exotel: "Exotel",
  livekit: "LiveKit",
  sip_trunk: "SIP trunk",
  tollfree: "toll-free",
  inbound: "takes calls",
  outbound: "makes calls",
};

/** The same as unix milliseconds. */
export function timeMsOf(value: unknown): number | undefined {
  return timeOf(value)?.getTime();
}

/** A time in ISO 8601 or in unix milliseconds. */
function timeOf(value: unknown): Date | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
