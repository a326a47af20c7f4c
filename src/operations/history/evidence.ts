import { formatActor, personOf, type Actor } from "../../domain/shared/actor.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { accessTracker, type AccessToday } from "./evidence-access.ts";
import type { EvidencePeriod, EvidenceTable } from "./evidence-table.ts";

/** Collects what auditors ask for from one workspace's log, which is passed to it from the first entry to the newest. */
export interface EvidenceCollector {
  pass(entry: AuditEntry): void;
  tables(today: AccessToday): readonly EvidenceTable[];
}

/** A change, with what later entries say about it. */
interface Change {
  readonly entry: AuditEntry;
  outcome: string;
}

const changeHeadings =
  "time change number connection vendor kind before wanted requested_by approved_by approved_by_another break_glass outcome reason run plan entry";
const breakGlassHeadings = "time change number by reason reviewed_at reviewed_by by_another";
const keyHeadings = "time what about by details entry";
const drillHeadings = "time what plan revision by result numbers of seconds entry";
const logHeadings = "time what by reason details entry";

const keyKinds = /^(?:secret\.|connection\.(?:added|replaced|removed)$|webhook\.rotated$|token\.)/u;
const drillKinds = /^failover\.(?:drilled|practised|begun|held|stopped|returned|ended)$/u;
const logKinds = /^(?:checkpoints\.|audit\.|hold\.|person\.|workspace\.)/u;

export function evidenceCollector(workspaceId: string, { from, to }: EvidencePeriod): EvidenceCollector {
  const changes = new Map<string, Change>();
  const overrides = new Map<string, AuditEntry>();
  const reviews = new Map<string, AuditEntry>();
  const approvers = new Map<string, readonly string[]>();
  const keys: string[][] = [];
  const drills: string[][] = [];
  const log: string[][] = [];
  const access = accessTracker({ from, to });

  const passInPeriod = (entry: AuditEntry): void => {
    const { at, kind, actor, changeId, details, sequence, reason = "" } = entry;
    const by = formatActor(actor);
    const rest = details === undefined ? "" : JSON.stringify(details);
    if ((kind === "change.requested" || kind === "change.refused") && changeId !== undefined)
      changes.set(changeId, { entry, outcome: kind === "change.refused" ? "refused" : "not known" });
    else if (kind === "rule.overridden" && changeId !== undefined) overrides.set(changeId, entry);
    else if (keyKinds.test(kind)) keys.push([at, kind, aboutText(entry), by, rest, String(sequence)]);
    else if (logKinds.test(kind)) log.push([at, kind, by, reason, rest, String(sequence)]);
    else if (drillKinds.test(kind)) {
      const {
        plan = "",
        revision = "",
        result = entry.outcome ?? "",
        ready,
        changed = ready,
        of,
        seconds,
      } = details ?? {};
      drills.push([
        at,
        kind,
        plan,
        revision,
        by,
        result,
        changed ?? "",
        of ?? "",
        seconds ?? "",
        String(sequence),
      ]);
    }
  };
  const breakGlass = (): string[][] => {
    const broken = [...changes.values()]
      .map(({ entry }) => entry)
      .filter(({ kind, details }) => kind === "change.requested" && details?.breakGlass === "yes");
    return [...broken, ...overrides.values()]
      .toSorted((a, b) => a.sequence - b.sequence)
      .map((entry) => {
        const review = reviews.get(entry.changeId ?? "");
        const [who, reviewer] = [requesterOf(entry), review && personIn(review.actor)];
        const { at, changeId = "", reason = "" } = entry;
        return [
          at,
          changeId,
          aboutText(entry),
          who,
          reason,
          review?.at ?? "",
          reviewer ?? "",
          isAnother(who, reviewer),
        ];
      });
  };
  const changeRows = (): string[][] =>
    [...changes.values()].map(({ entry, outcome }) => {
      const { at, changeId = "", connection, change = "", before, wanted, details = {}, reason = "" } = entry;
      const own = approversIn(details);
      const who = requesterOf(entry);
      const approved = own.length > 0 ? own : (approvers.get(details.run ?? "") ?? []);
      return [
        at,
        changeId,
        aboutText(entry),
        connection?.name ?? entry.number?.connectionId ?? "",
        connection?.vendor ?? "",
        change,
        before ? JSON.stringify(before) : "",
        wanted ? JSON.stringify(wanted) : "",
        who,
        approved.join(", "),
        areOthers(who, approved),
        details.breakGlass ?? "no",
        outcome,
        reason,
        details.run ?? "",
        details.plan ?? "",
        String(entry.sequence),
      ];
    });
  return {
    pass(entry) {
      const { at, kind, changeId = "", details } = entry;
      access.pass(entry);
      // An outcome or a review may come after the period.
      const change = changes.get(changeId);
      if (kind === "change.outcome" && change) change.outcome = entry.outcome ?? "not known";
      if (kind === "breakglass.reviewed") reviews.set(changeId, entry);
      if (kind === "failover.begun" && details?.run !== undefined)
        approvers.set(details.run, approversIn(details));
      if (at >= from && at < to) passInPeriod(entry);
    },
    tables: (today) => [
      table("changes", changeHeadings, changeRows()),
      table("break-glass", breakGlassHeadings, breakGlass()),
      access.table(today),
      table("keys", keyHeadings, keys),
      table("drills", drillHeadings, drills),
      table("log", logHeadings, log),
    ],
  };

  /** Who asked for a change: the person for whom a background job made it, or its actor. */
  function requesterOf({ actor, details }: AuditEntry): string {
    return details?.for ?? personIn(actor);
  }
  /** A person in Slack of this workspace without the workspace, as details name people. */
  function personIn(actor: Actor): string {
    const person = personOf(actor);
    if (person === undefined) return formatActor(actor);
    return actor.kind === "user" && actor.workspaceId !== workspaceId ? formatActor(actor) : person;
  }
}

const table = (name: string, headings: string, rows: readonly (readonly string[])[]): EvidenceTable => ({
  name,
  headings: headings.split(" "),
  rows,
});

/** Who approved a change or a run: one person, or two. */
function approversIn({ approvedBy, alsoApprovedBy }: NonNullable<AuditEntry["details"]>): readonly string[] {
  return [approvedBy, alsoApprovedBy].filter((name) => name !== undefined);
}

/** Whether those who approved are not the person who asked, and not one person twice. */
function areOthers(who: string, approved: readonly string[]): string {
  if (approved.length === 0) return "";
  return approved.includes(who) || new Set(approved).size < approved.length ? "NO" : "yes";
}

function isAnother(who: string, other: string | undefined): string {
  if (other === undefined) return "";
  return who === other ? "NO" : "yes";
}

function aboutText({ number, connection }: AuditEntry): string {
  if (number) return number.e164 ?? number.numberId;
  return connection ? `${connection.name} (${connection.vendor})` : "";
}
