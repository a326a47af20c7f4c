import { ownValue } from "../../domain/shared/own-value.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { bold, context, section } from "../block-kit/blocks.ts";
import { groupsInput, peopleInput } from "./inputs.ts";
import type { SettingsSection } from "./section.ts";

/** The only topic of the form for a connection. */
export const operatorsTopic = "operators";

/** The operators who may change the numbers of one connection. */
export function operatorsSection({ id, name }: Pick<Connection, "id" | "name">): SettingsSection {
  return {
    id: operatorsTopic,
    title: "Operators",
    blocks: ({ connectionOperators }, { groups, noGroups }) => {
      const now = ownValue(connectionOperators ?? {}, id);
      return [
        section(
          `Only these operators, and admins, may change the numbers of ${bold(name)}. Empty: every operator.`,
        ),
        ...(noGroups === undefined ? [] : [context(noGroups)]),
        peopleInput("only_people", "By name", now?.people ?? []),
        ...(groups ? [groupsInput("only_groups", "By user group", now?.groups ?? [], groups)] : []),
      ];
    },
    read: (values, withGroups) => ({
      change: ({ connectionOperators: before = {} }) => {
        const people = [...(values.get("only_people")?.several ?? [])];
        const groups = withGroups
          ? [...(values.get("only_groups")?.several ?? [])]
          : (ownValue(before, id)?.groups ?? []);
        const others = Object.entries(before).filter(([connectionId]) => connectionId !== id);
        const narrowed = people.length + groups.length > 0 ? [[id, { people, groups }] as const] : [];
        const after = [...others, ...narrowed];
        return { connectionOperators: after.length > 0 ? Object.fromEntries(after) : undefined };
      },
    }),
  };
}
