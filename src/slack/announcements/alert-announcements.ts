import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { bold, escape } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";

const changes: Readonly<Record<string, string>> = {
  secret: "set the secret of",
  notes: "set the key for notes of",
  "mapping.added": "added a mapping to",
  "mapping.removed": "removed a mapping from",
};

const about =
  (act: (entry: AuditEntry) => string) =>
  (entry: AuditEntry): string =>
    `:bell: ${actorMention(entry.actor)} ${act(entry)} the hook ${bold(entry.details?.name ?? "")} for alerts`;

/** How to announce what happens to hooks. Proposals are told in their own channel. */
export const alertAnnouncements: Readonly<Partial<Record<AuditKind, (entry: AuditEntry) => string>>> = {
  "hook.made": about(() => "made"),
  "hook.removed": about(() => "removed"),
  "hook.changed": (entry) => {
    const { what = "", mapping } = entry.details ?? {};
    const said = about(() => ownValue(changes, what) ?? "changed")(entry);
    return mapping === undefined ? said : `${said}: ${escape(mapping)}`;
  },
};
