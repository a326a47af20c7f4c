import type { Verdict } from "./run-step.ts";

const words: Readonly<Record<Verdict["kind"], string>> = {
  will_switch: "will be switched",
  will_revert: "will be put back",
  already_so: "already there",
  moved: "changed since",
  unknown: "still settling",
  cannot: "cannot be switched",
  held: "held back",
  ruled_out: "ruled out",
  unread: "could not be read",
};

/** How many numbers of a run have each verdict, in one line: `38 will be switched · 4 already there`. */
export function verdictCounts(counts: ReadonlyMap<string, number>, needApproval: number): string {
  const asking =
    needApproval > 0 ? [`${needApproval} ${needApproval === 1 ? "needs" : "need"} approval`] : [];
  const others = Object.entries(words).flatMap(([kind, what]) => {
    const of = counts.get(kind) ?? 0;
    return of > 0 ? [`${of} ${what}`] : [];
  });
  return [...others.slice(0, 1), ...asking, ...others.slice(1)].join(" · ");
}
