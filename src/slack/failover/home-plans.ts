import type { KnownBlock } from "@slack/types";
import type { HomePlans } from "../../operations/failover/plans-for-home.ts";
import { code, section, sections } from "../block-kit/blocks.ts";
import { standingLine } from "./plan-lines.ts";

const mostHindered = 10;

/** The failover plans that are not ready, and those that something stops now. */
export function homePlanBlocks({ notReady, hindered }: HomePlans): KnownBlock[] {
  const lines = hindered
    .slice(0, mostHindered)
    .map(({ slug, standing }) => `Failover plan ${code(slug)}: ${standingLine(standing)}`);
  const more = hindered.length > lines.length ? [`And ${hindered.length - lines.length} more plans.`] : [];
  return [
    ...(notReady.length > 0
      ? [section(`:warning: *Failover plans that are not ready:* ${notReady.map(code).join(", ")}`)]
      : []),
    ...(lines.length > 0 ? sections([...lines, ...more]) : []),
  ];
}
