import { matchesGlob } from "./glob.ts";
import type { Mapping } from "./hook.ts";

/** What a source reports: the parts of its payload that Patchbay uses. Nothing else of it is kept. */
export interface Alert {
  /** The source's own id; with it, a later report is recognized. */
  readonly id: string;
  /** The key of its incident, as people call it: `PGR0VU2`, `INC-123`. */
  readonly key: string;
  readonly title: string;
  readonly state: AlertState;
  /** The names of what it is about. */
  readonly services: readonly string[];
  /** `severity=critical`. */
  readonly labels: readonly string[];
}

export type AlertState = "open" | "resolved";

/** An alert as it is kept: enough to recognize it, to count it and to say what it is. */
export interface KeptAlert extends Pick<Alert, "id" | "key" | "title" | "state"> {
  /** The SHA-256 of what was reported, which tells whether a report says anything new. */
  readonly hash: string;
}

/** The longest texts of an alert that are used, in UTF-16 units. */
export const longestAlertText = 200;

/** The first mapping that an alert matches. */
export function mappingFor(mappings: readonly Mapping[], alert: Alert): Mapping | undefined {
  return mappings.find(({ field, pattern }) =>
    textsOf(alert, field).some((text) => matchesGlob(pattern, text)),
  );
}

function textsOf({ title, services, labels }: Alert, field: Mapping["field"]): readonly string[] {
  switch (field) {
    case "title":
      return [title];
    case "service":
      return services;
    case "label":
      return labels;
  }
}
