import type { Option } from "@slack/types";
import { settingsToChange } from "../../operations/workspace/change-settings.ts";
import { limits } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { groupOption } from "./inputs.ts";

/** User groups that match what was typed, for an admin's settings form. */
export async function groupOptions(req: RequestContext, typed: string): Promise<Option[]> {
  await settingsToChange(req.ctx);
  const wanted = typed.trim().toLowerCase();
  const found = (await req.groups()).filter(({ name }) => name.toLowerCase().includes(wanted));
  return found.slice(0, limits.options).flatMap((group) => groupOption(group));
}
