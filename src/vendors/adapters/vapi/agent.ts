import { z } from "zod";
import type { Agent } from "../../../domain/numbers/phone-number.ts";
import { nameOr } from "../../parse.ts";
import { squadId } from "./number.ts";

/** An assistant or a squad as Vapi shows it. */
export const agentSchema = z.object({ id: z.string().min(1), name: z.string().nullish() });

export const agentFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: seen.id,
  name: nameOr(seen.id, seen.name),
});

export const squadFrom = (seen: z.output<typeof agentSchema>): Agent => ({
  id: squadId(seen.id),
  name: nameOr(squadId(seen.id), seen.name),
});
