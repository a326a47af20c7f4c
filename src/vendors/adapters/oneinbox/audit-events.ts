import { z } from "zod";
import type { VendorLogEntry } from "../../../domain/vendor/vendor-account.ts";

const id = z
  .string()
  .regex(/^[\w.:-]{1,64}$/u)
  .nullish()
  .catch(undefined);

const event = z.object({
  resource_id: z.string(),
  created_at: z.iso.datetime({ offset: true }),
  user_id: id,
  api_key_id: id,
});

/** The newest event about a number. An event that is not as documented says nothing. */
export function newestChangeIn(events: readonly unknown[], numberId: string): VendorLogEntry | undefined {
  const about = events.flatMap((one) => {
    const { data } = event.safeParse(one);
    return data?.resource_id === numberId ? [data] : [];
  });
  const newest = about.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))[0];
  if (!newest) return undefined;
  const { user_id: user, api_key_id: key } = newest;
  const by = user ? `user ${user}` : key ? `API key ${key}` : undefined;
  return { by, at: new Date(newest.created_at) };
}
