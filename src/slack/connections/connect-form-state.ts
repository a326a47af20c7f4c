import { z } from "zod";
import { vendorId } from "../../domain/vendor/vendor.ts";
import { conversation, formState } from "../forms/private-metadata.ts";

const connectForm = z.object({
  from: conversation,
  /** The connection whose key is replaced; undefined for a new connection. */
  connectionId: z.string().optional(),
  vendor: vendorId.optional(),
});

/** The state of the connect form. It never contains a key. */
export type ConnectForm = z.infer<typeof connectForm>;

export const connectFormState = formState(connectForm);
