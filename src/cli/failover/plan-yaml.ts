import { stringify } from "yaml";
import { parsePlan, planFile, type ConnectionIdOf } from "../../domain/failover/plan-file.ts";
import type { Plan } from "../../domain/failover/plan.ts";
import { parseYaml, type YamlFault } from "../yaml/located-yaml.ts";

export type ParsedYaml =
  | { readonly plan: Plan; readonly faults?: undefined }
  | { readonly plan?: undefined; readonly faults: readonly YamlFault[] };

/** Parses a plan from YAML, and reports all faults at once, in the order of the file. */
export function parsePlanYaml(text: string, connectionIdOf: ConnectionIdOf): ParsedYaml {
  const yaml = parseYaml(text, "plan");
  if (yaml.faults) return yaml;
  const read = parsePlan(yaml.value, connectionIdOf);
  return read.plan ? read : { faults: yaml.located(read.faults) };
}

/** A plan as YAML. `parsePlanYaml` reads the same plan from it. */
export function planYaml(plan: Plan, connectionText: (connectionId: string) => string): string {
  return stringify(planFile(plan, connectionText), { lineWidth: 0 });
}
