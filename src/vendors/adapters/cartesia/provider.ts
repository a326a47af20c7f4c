import { z } from "zod";
import type { FieldChoice } from "../../../domain/vendor/vendor-account.ts";
import { textOrNone } from "../../parse.ts";

const records = z.array(z.unknown());
const text = z.string().nullish();

/** The providers of an account, as records. */
export const providerList = z.union([records, z.object({ data: records }).transform(({ data }) => data)]);

/** A provider that a number can be moved to. */
export const providerSchema = z.object({
  id: z.string().min(1),
  type: text,
  label: text,
  account_sid: text,
  region: text,
});

/** The provider with its label, or with the end of its account's SID: `Twilio …3f2a · us1`. */
export function providerFrom(seen: z.output<typeof providerSchema>): FieldChoice {
  const { id, type, label, account_sid: account, region } = seen;
  const kind = type === "sip_trunk" ? "SIP trunk" : type === "twilio" || !type ? "Twilio" : type;
  const named = textOrNone(label) ?? (account ? `${kind} …${account.slice(-4)}` : kind);
  return { id, name: region ? `${named} · ${region}` : named };
}
