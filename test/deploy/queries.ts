/** The labels that each series of a scrape has, by the series' name. Prometheus adds `job` and `instance`. */
export function seriesOf(scrape: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [, name = "", labels = ""] of scrape.matchAll(/^([a-z_]\w*)(?:\{(.*)\})? \S+$/gmu)) {
    const names = [...labels.matchAll(/(\w+)="/gu)].map(([, label]) => label ?? "");
    found.set(name, new Set(["job", "instance", ...(found.get(name) ?? []), ...names]));
  }
  return found;
}

const ofPrometheus = new Map([["up", new Set(["job", "instance"])]]);
const series = /\b(?:up|(?:patchbay|nodejs|process)_\w+)\b/gu;
const grouped = /\b(?:by|on|ignoring|without) \(([^)]*)\)/gu;

/** What a query names and a scrape does not have. */
export function unknownNames(query: string, scrape: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const known = new Map([...scrape, ...ofPrometheus]);
  const bare = query.replaceAll(/"[^"]*"/gu, '""');
  const names = [...bare.matchAll(series)].map(([name]) => name);
  if (names.length === 0) return [`no metric in ${query}`];
  const selected = [...bare.matchAll(/(\w+)\{([^}]*)\}/gu)].flatMap(([, name = "", labels = ""]) =>
    [...labels.matchAll(/(\w+) ?[=!]/gu)]
      .filter(([, label = ""]) => !known.get(name)?.has(label))
      .map(([, label]) => `${name}{${label}}`),
  );
  const groups = [...bare.matchAll(grouped)].flatMap(([, list = ""]) => list.split(", "));
  return [
    ...names.filter((name) => !known.has(name)),
    ...selected,
    ...groups.filter((label) => !names.every((name) => known.get(name)?.has(label))),
  ];
}
