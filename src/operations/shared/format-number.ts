import { parsePhoneNumberFromString } from "libphonenumber-js";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";

/**
 * Formats a number as people write it, `+1 415 555 0100`. If the library would change its digits, it stays as it is.
 */
export function formatE164(e164: string): string {
  const written = parsePhoneNumberFromString(e164)?.formatInternational();
  return written !== undefined && written.replace(/[^+\d]/gu, "") === e164 ? written : e164;
}

/** The title of a number in plain text: `Main line (+1 415 555 0100)`. */
export function titleOf({ name, e164 }: Pick<PhoneNumber, "name" | "e164">): string {
  return name ? `${name} (${formatE164(e164)})` : formatE164(e164);
}
